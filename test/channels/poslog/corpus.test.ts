import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { skipReason } from "../../skip.ts";
import { readPieces } from "./read-tickets.ts";

const corpus = path.join(process.env.THROUGHLINE_CORPUS ?? path.join(import.meta.dirname, "../../../../shared/corpus"), "pos");
const present = existsSync(corpus);
if (!present) skipReason("public POSLog samples", `no folder ${path.relative(process.cwd(), corpus)} (set THROUGHLINE_CORPUS)`);

/** What became of each transaction: its ledger total, or why there is none. */
const outcomes: Readonly<Record<string, readonly string[]>> = {
  "poslog22_wincor_uae_502_voidline.xml": ["ignored: all lines voided"],
  "poslog601_retalix_r10_supermarket_sale.xml": ["GBP 657"],
  "poslog_ncr_acs_small.xml": ["ignored: ControlTransaction", "USD 107"],
};

test.skipIf(!present)("every public sample has its outcome here", () => {
  expect(readdirSync(corpus).sort()).toEqual(Object.keys(outcomes));
});

test.skipIf(!present).each(Object.keys(outcomes))("%s: every transaction is taken, ignored or held by name", (file) => {
  const { transactions, error } = readPieces(readFileSync(path.join(corpus, file)));
  expect(error).toBeUndefined();
  const became = transactions.map(({ ignored, issues, total }) => {
    if (ignored !== undefined) return `ignored: ${ignored}`;
    if (issues.length > 0) return `held: ${issues.map(({ code }) => code).join(", ")}`;
    return `${total?.currency} ${total?.amount}`;
  });
  expect(became).toEqual(outcomes[file]);
});
