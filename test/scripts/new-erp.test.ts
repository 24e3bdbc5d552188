import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

const project = resolve(import.meta.dirname, "../..");
let copy: string;
beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "throughline-new-erp-"));
  for (const part of ["package.json", "tsconfig.json", "vitest.config.ts", "ports", "domain", "adapters/clock", "adapters/http"])
    cpSync(join(project, part), join(copy, part), { recursive: true });
  mkdirSync(join(copy, "test/contracts"), { recursive: true });
  for (const part of [
    "skip.ts",
    "skip-report.ts",
    ...["erp-contract.ts", "erp-purchases.ts", "erp-steps.ts", "faulty-http.ts"].map((file) => `contracts/${file}`),
  ])
    cpSync(join(project, "test", part), join(copy, "test", part));
  symlinkSync(join(project, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

function scaffold(...words: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(project, "scripts/new-erp.ts"), ...words], { encoding: "utf8" });
  return { status, stdout, stderr };
}

test("a new ERP is a folder whose contract suite fails, and says which method of which file to write", () => {
  expect(scaffold("acme-books", copy)).toMatchObject({
    status: 0,
    stdout: expect.stringContaining("npx vitest run test/contracts/erp-acme-books.test.ts"),
  });
  expect(readdirSync(join(copy, "adapters/erps/acme-books"))).toEqual(["acme-books-erp.ts", "index.ts"]);
  const report = join(copy, "report.json");
  const { status } = spawnSync(
    process.execPath,
    [join(copy, "node_modules/vitest/vitest.mjs"), "run", "test/contracts/erp-acme-books.test.ts", "--maxWorkers=1"],
    { cwd: copy, encoding: "utf8", env: { ...process.env, THROUGHLINE_TEST_REPORT: report } },
  );
  expect(status).toBe(1);
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as {
    testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
  };
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  const reasons = Object.fromEntries(
    results.map(({ title, status: outcome, failureMessages: [reason = ""] }) => [title, { outcome, reason }]),
  );
  const written = "is not written yet: write it in adapters/erps/acme-books/acme-books-erp.ts";
  expect(reasons["tells which accounts take no documents"]?.reason).toContain(`masterData ${written}`);
  expect(reasons["posts a journal once however often its key comes, and gives the first answer each time"]?.reason).toContain(
    `submit ${written}`,
  );
  expect(reasons["says what it can and how much it takes"]?.outcome).toBe("failed");
  // These ask for nothing.
  const passed = results.filter(({ status: outcome }) => outcome === "passed").map(({ title }) => title);
  expect(passed.sort()).toEqual(["answers nothing for no groups", "every known gap is a test of this contract"]);
});

test("what is there is left alone, and what is no name of a folder is refused", () => {
  expect(scaffold("acme-books", copy)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining("is there already: nothing was written"),
  });
  for (const name of [[], ["Acme"], ["../acme"], ["acme.books"]])
    expect(scaffold(...name)).toMatchObject({ status: 2, stderr: expect.stringContaining("npm run new:erp NAME") });
});
