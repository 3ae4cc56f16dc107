import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{core,config,catalog,facts,analyzers,fixes,rules,engine,eslint,cli,tests,pipeline}/**/*.test.ts"],
    // These install from the registry: `npm run test:deep`.
    exclude: [...configDefaults.exclude, "tests/deep/**"],
    // By itself it leaves one core free, and on two that doubles the time.
    maxWorkers: "100%",
    testTimeout: 180_000,
    hookTimeout: 240_000,
  },
});
