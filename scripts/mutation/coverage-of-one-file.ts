// Set-up of each test file in a mutation run. The modules are loaded once for all files, so that Stryker's record of which test reaches which mutant
// goes on through all of them, and the whole of it would be sent after each file: memory grew with the square of the tests. Each file sends its own.
import { afterAll, inject } from "vitest";

type Coverage = { static: Record<string, number>; perTest: Record<string, Record<string, number>> };
/** What Stryker's instrumented modules share; `record` is the object that they write to, kept here while a file's copy stands in its place. */
type Shared = { mutantCoverage?: Coverage; record?: Coverage };

const name = inject("globalNamespace" as never) as string | undefined;
const shared = name === undefined ? undefined : (globalThis as unknown as Record<string, Shared>)[name];

if (shared !== undefined) {
  // Before the file loads what it tests: a module that is loaded for it has to find the record, not the copy.
  if (shared.record !== undefined) {
    shared.mutantCoverage = shared.record;
    shared.record.perTest = {};
  }
  // Hooks after the tests run last in, first out: Stryker's own, which sends `mutantCoverage`, comes after this one.
  afterAll(() => {
    if (shared.mutantCoverage === undefined) return;
    shared.record = shared.mutantCoverage;
    shared.mutantCoverage = { static: { ...shared.record.static }, perTest: shared.record.perTest };
  });
}
