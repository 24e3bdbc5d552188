import { contributionName, isWindow, summariesIn, windowFacts } from "#domain/posting";
import type { LedgerLine } from "#domain/reports";
import type { ErpJournal } from "#ports/erp";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";

type Line = Pick<LedgerLine, "account" | "role" | "dimensions" | "debit" | "credit" | "reversal" | "transaction" | "event" | "kind">;

/** The lines of summaries by the transactions that contributed them: a report by order or place reads the same under every grain. */
export class SummaryLines {
  readonly #lineage: LineageStore;
  /** The journals of one window come together mostly. */
  #last: { readonly window: string; readonly lines: ReadonlyMap<string, readonly Line[]> } | undefined;

  constructor(lineage: LineageStore) {
    this.#lineage = lineage;
  }

  /** Undefined for a journal that is no summary; also for one that says something else in the ERP than was posted: then the ERP's word counts. */
  async of(journal: ErpJournal): Promise<readonly Line[] | undefined> {
    const window = journal.key.split("/", 1)[0] ?? "";
    if (!isWindow(window) || journal.reverses !== undefined) return undefined;
    if (this.#last?.window !== window) this.#last = { window, lines: await this.#linesIn(window) };
    const lines = this.#last.lines.get(journal.key);
    return lines !== undefined && sumsOf(lines) === sumsOf(journal.lines.map(functional)) ? lines : undefined;
  }

  async #linesIn(window: string): Promise<ReadonlyMap<string, readonly Line[]>> {
    const view = await readTransaction(this.#lineage, window);
    const { known } = windowFacts(view.documents);
    const lines = new Map<string, readonly Line[]>();
    for (const { erpKey, document } of summariesIn(view)) {
      if (document.type !== "journal") continue;
      const parts = (document.contributions ?? []).flatMap((part): Line[] => {
        const [transaction = "", event = "", kind = ""] = part.document.split("/");
        return (known.get(contributionName(part))?.lines ?? []).map(({ role, dimensions, account = "", amount }) => {
          const signed = part.sign * amount;
          const sides = { debit: Math.max(signed, 0), credit: Math.max(-signed, 0) };
          return { account, role, dimensions, ...sides, reversal: part.sign < 0, transaction, event, kind };
        });
      });
      lines.set(erpKey, parts);
    }
    return lines;
  }
}

function functional({ account, functionalDebit, functionalCredit }: ErpJournal["lines"][number]) {
  return { account, debit: functionalDebit, credit: functionalCredit };
}

/** Net amounts by account, as one text. */
function sumsOf(lines: readonly Pick<Line, "account" | "debit" | "credit">[]): string {
  const sums = new Map<string, number>();
  for (const { account, debit, credit } of lines) sums.set(account, (sums.get(account) ?? 0) + debit - credit);
  return JSON.stringify([...sums].filter(([, amount]) => amount !== 0).sort());
}
