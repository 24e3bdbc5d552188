import { defineConfig } from "vitest/config";

// What tells a mutant of domain/: its own tests and the golden scenarios. The thousands of arrivals of any-order.test.ts find no more of
// them than the scenarios do, and cost a hundred times as much.
export default defineConfig({
  test: { testTimeout: 60_000, include: ["test/domain/**/*.test.ts", "test/golden/{golden,intercompany}.test.ts"] },
});
