import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["{core,config,catalog,facts,analyzers,fixes,rules,engine,eslint,cli,tests}/**/*.test.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
