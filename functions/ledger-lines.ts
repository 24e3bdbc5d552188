import type { LedgerLine } from "#domain/reports";
import type { ErpJournal } from "#ports/erp";
import type { SummaryLines } from "./summary-lines.ts";

const ownKey = /^(?<transaction>[^/]+)\/(?<event>[^/]+)\/(?<kind>[^/]+)\/[^/]+\/[^/@]+@\d+(?:\/reversal)?$/;

/** The lines of a journal as the ERP holds it, in the currency of the books; those of a summary by the transactions that contributed them. */
export async function ledgerLinesOf(journal: ErpJournal, summaries: SummaryLines): Promise<LedgerLine[]> {
  const { entity, functionalCurrency: currency, businessDate } = journal;
  const contributed = await summaries.of(journal);
  if (contributed !== undefined) return contributed.map((line) => ({ entity, currency, businessDate, ...line }));
  const { transaction, event, kind } = ownKey.exec(journal.key)?.groups ?? {};
  const named = transaction === undefined || event === undefined || kind === undefined ? {} : { transaction, event, kind };
  return journal.lines.map(({ account, role, dimensions, functionalDebit: debit, functionalCredit: credit }) => ({
    entity,
    currency,
    account,
    role,
    dimensions,
    debit,
    credit,
    businessDate,
    reversal: journal.reverses !== undefined,
    ...named,
  }));
}
