import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Child processes: tests of the hub kill, time and signal what they start, which threads of one process would share.
    pool: "forks",
    // Two cores: more workers only take time from the ones that run a Java or SQLite process beside them.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // A test that only passes the second time is a finding.
    retry: 0,
    // A file that is loaded and holds no test must not look like a pass.
    passWithNoTests: false,
  },
});
