import { defineConfig } from "vitest/config";

// The short mutation run of CI: what is to tell a mutant of money and of the difference are the tests of their own.
export default defineConfig({
  test: { testTimeout: 20_000, include: ["test/domain/money/*.test.ts", "test/domain/posting/difference.test.ts"] },
});
