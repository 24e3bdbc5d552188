import { join } from "node:path";
import { defineConfig } from "vitest/config";

// Workers and the processes that tests start load what an earlier one compiled (`bin/hub.ts` does so by itself).
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, ".cache", "compiled");

const reportFile = process.env.THROUGHLINE_TEST_REPORT;

/** Tests that start no process, keep no file and set nothing of their own process: they share one copy of the modules, loaded once (a quarter of the processor time). */
const inProcess = ["test/{channels,domain,golden,settlements}/**/*.test.ts", "test/functions/*.test.ts"];

export default defineConfig({
  test: {
    projects: [
      { extends: true, test: { name: "in process", include: inProcess, isolate: false } },
      { extends: true, test: { name: "hosts", include: ["test/**/*.test.ts"], exclude: inProcess } },
    ],
    globalSetup: ["test/skip-report.ts"],
    // Child processes: tests of the hub kill, time and signal what they start, which threads of one process would share.
    pool: "forks",
    // Two cores: more workers only take time from the ones that run a Java or SQLite process beside them.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    teardownTimeout: 10_000,
    // A test that only passes the second time is a finding.
    retry: 0,
    passWithNoTests: false,
    // The project's check counts tests by this file, so that it can run the README's command as it stands.
    reporters: reportFile === undefined ? ["default"] : ["default", ["json", { outputFile: reportFile }]],
  },
});
