import { defineConfig } from "vitest/config";

/** Tests that install packages (minutes, and they need the registry or a filled cache), and those that otherwise take a share of the fixtures. */
export default defineConfig({
  test: {
    include: ["tests/deep/**/*.test.ts", "tests/eslint.test.ts", "tests/parsers.test.ts"],
    env: { NOBYPASS_FIXTURES: "all" },
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 600_000,
  },
});
