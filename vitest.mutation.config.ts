import { defineConfig } from "vitest/config";

// What tells a mutant of domain/: its own tests and the golden scenarios of every stream. The thousands of arrivals of any-order.test.ts and
// of the properties find hardly more of them than the scenarios do, and cost a hundred times as much.
export default defineConfig({
  test: {
    testTimeout: 60_000,
    include: [
      "test/domain/**/*.test.ts",
      "test/golden/{golden,intercompany,settlements,settlement-claims,settlement-write-offs,store-days,grain}.test.ts",
    ],
  },
});
