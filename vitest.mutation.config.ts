import { defineConfig } from "vitest/config";

// What tells a mutant of domain/: its own tests, the golden scenarios of every stream, and the adapters and functions that run it in process.
// The thousands of arrivals of any-order.test.ts and of the properties find hardly more of them than the scenarios do, and cost a hundred
// times as much; fuzzing tells damage of files, not of rules; what is never logged is no rule of the domain.
export default defineConfig({
  test: {
    testTimeout: 60_000,
    // One copy of the modules for all files: a mutant is switched on inside it, so that a run does not load the domain again.
    isolate: false,
    setupFiles: ["./scripts/mutation/coverage-of-one-file.ts"],
    include: [
      "test/domain/**/*.test.ts",
      "test/golden/{golden,intercompany,settlements,settlement-claims,settlement-write-offs,store-days,store-day-money,bank-line-twice,grain}.test.ts",
      "test/channels/**/*.test.ts",
      "test/settlements/*.test.ts",
      "test/contracts/{settlement-source-*,bank-statement-*,pos-formats,moving-average}.test.ts",
      "test/functions/**/*.test.ts",
      "test/cli/policy.test.ts",
    ],
    exclude: ["**/*fuzz*", "**/*.property.test.ts", "**/*-properties.test.ts", "**/hazards.test.ts", "**/silent-logs.test.ts"],
  },
});
