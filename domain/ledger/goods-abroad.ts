import type { DocumentKey } from "#domain/identity";
import type { Currency } from "#domain/money";
import type { AgreedAmount, CostBasis, CostedDocument, JournalDocument, StockDocument, TargetDocument } from "./documents.ts";
import { atRate, type FixedRate } from "./fixed-rate.ts";
import { addEntry } from "./intercompany.ts";
import { JournalLines } from "./journal-lines.ts";
import type { RateQuestion } from "./target-types.ts";

type Entry = CostedDocument["entries"][number];
type Movement = StockDocument["movements"][number];

/** What is asked of the rates that are recorded: the rate, or undefined when the document has to wait for it. */
export type RateOf = (question: RateQuestion) => string | undefined;

/**
 * c30, c33: goods that pass between entities with different books. The price is in the currency of the one that supplies them, and what it
 * is in other books follows from the rate of the day on which the goods were issued: the legs, their mirror when goods come back, and
 * the goods themselves are all told at that one rate, so that what was booked goes away to the cent.
 */
export class GoodsAbroad {
  readonly #issues: ReadonlyMap<DocumentKey, StockDocument>;
  readonly #functionalOf: (entity: string) => Currency | undefined;

  constructor(documents: readonly TargetDocument[], functionalOf: (entity: string) => Currency | undefined) {
    this.#issues = new Map(documents.flatMap((document) => (document.type === "stock" ? [[document.key, document]] : [])));
    this.#functionalOf = functionalOf;
  }

  /** A costed journal with the rates of its entries; undefined while one is missing. */
  costed(document: CostedDocument, rateOf: RateOf): CostedDocument | undefined {
    const books = this.#functionalOf(document.entity);
    const entries = document.entries.map((entry) => this.#entry(entry, document, books, rateOf));
    return entries.some((entry) => entry === undefined) ? undefined : { ...document, entries: entries as Entry[] };
  }

  /** The functional amounts of a journal over agreed prices. */
  journal(document: JournalDocument, rateOf: RateOf): JournalDocument | undefined {
    const { priced, ...journal } = document;
    const books = this.#functionalOf(document.entity);
    const inBooks = new JournalLines();
    for (const entry of priced ?? []) {
      const found = this.#entry(entry, document, books, rateOf);
      if (found?.books === undefined || typeof found.cost !== "number") return undefined;
      addEntry(inBooks, found, agreedAt(found.cost, found.of?.before ?? 0, found.books));
    }
    return { ...journal, lines: withBooks(journal.lines, inBooks) };
  }

  stock(document: StockDocument, rateOf: RateOf): StockDocument | undefined {
    const movements = document.movements.map((movement): Movement | undefined => {
      const { cost } = movement;
      if (typeof cost !== "object" || !("amount" in cost || "from" in cost)) return movement;
      const priced = "amount" in cost ? this.#agreed(cost, document, rateOf) : this.#basis(cost, document, rateOf);
      return priced === undefined ? undefined : { ...movement, cost: priced };
    });
    return movements.some((movement) => movement === undefined) ? undefined : { ...document, movements: movements as Movement[] };
  }

  #entry(entry: Entry, document: CostedDocument | JournalDocument, books: Currency | undefined, rateOf: RateOf): Entry | undefined {
    const { currency, businessDate } = document;
    const { cost, of } = entry;
    const issue = this.#issues.get(typeof cost === "number" ? (of?.document ?? "") : cost.document);
    let priced: Entry["cost"] | undefined = cost;
    if (typeof cost !== "number") priced = this.#basis(cost, document, rateOf);
    else if (issue !== undefined && issue.currency !== currency) {
      priced = this.#agreed({ amount: cost, currency: issue.currency, ...(of === undefined ? {} : { of }) }, document, rateOf)?.amount;
    }
    if (priced === undefined) return undefined;
    if (books === undefined || books === currency) return { ...entry, cost: priced };
    const rate = fixed({ from: currency, to: books, day: issue?.businessDate ?? businessDate }, rateOf);
    return rate === undefined ? undefined : { ...entry, cost: priced, books: rate };
  }

  #basis(basis: CostBasis, document: TargetDocument, rateOf: RateOf): CostBasis | undefined {
    const issue = this.#issues.get(basis.document);
    if (issue === undefined || issue.currency === document.currency) return basis;
    const rate = fixed({ from: issue.currency, to: document.currency, day: issue.businessDate }, rateOf);
    return rate === undefined ? undefined : { ...basis, rate };
  }

  #agreed(agreed: AgreedAmount, document: TargetDocument, rateOf: RateOf): AgreedAmount | undefined {
    if (agreed.currency === document.currency) return agreed;
    const day = this.#issues.get(agreed.of?.document ?? "")?.businessDate ?? document.businessDate;
    const rate = fixed({ from: agreed.currency, to: document.currency, day }, rateOf);
    return rate === undefined ? undefined : { amount: agreedAt(agreed.amount, agreed.of?.before ?? 0, rate), currency: document.currency };
  }
}

function fixed(question: RateQuestion, rateOf: RateOf): FixedRate | undefined {
  const rate = rateOf(question);
  return rate === undefined ? undefined : { from: question.from, to: question.to, rate };
}

/** Cumulatively over the parts of one issue, so that together they are what the whole of it is. */
export function agreedAt(amount: number, before: number, rate: FixedRate): number {
  return atRate(before + amount, rate) - atRate(before, rate);
}

/** Lines in the journal's currency with what each of them is in the books. */
export function withBooks(lines: JournalDocument["lines"], inBooks: JournalLines): JournalDocument["lines"] {
  const amounts = new Map(inBooks.list().map((line) => [nameOf(line), line]));
  const told = lines.map((line) => {
    const functionalAmount = amounts.get(nameOf(line))?.amount ?? 0;
    amounts.delete(nameOf(line));
    return { ...line, functionalAmount };
  });
  return [...told, ...[...amounts.values()].map((line) => ({ ...line, amount: 0, functionalAmount: line.amount }))];
}

function nameOf({ role, dimensions }: { readonly role: string; readonly dimensions: Readonly<Record<string, string>> }): string {
  return JSON.stringify([role, Object.entries(dimensions).sort()]);
}
