import { defineConfig } from "vitest/config";

/** Tests that install packages: minutes, and they need the registry or a filled cache. */
export default defineConfig({
  test: {
    include: ["tests/deep/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 900_000,
    hookTimeout: 600_000,
  },
});
