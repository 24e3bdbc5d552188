import type { RateQuestion } from "#domain/events";
import { type DocumentKey, documentKey } from "#domain/identity";
import { atRate, type Currency, type FixedRate } from "#domain/money";
import { dimensionsOf } from "./dimensions.ts";
import type { AgreedAmount, CostBasis, CostedDocument, JournalDocument, LineName, StockDocument, TargetDocument } from "./documents.ts";
import { addEntry } from "./intercompany.ts";
import { JournalLines } from "./journal-lines.ts";

type Entry = CostedDocument["entries"][number];
type Movement = StockDocument["movements"][number];

/** What is asked of the rates that are recorded: the rate, or undefined when the document has to wait for it. */
export type RateOf = (question: RateQuestion) => string | undefined;

/**
 * c30, c33: goods that pass between entities with different books. The price is in the currency of the one that supplies them, or in the one
 * that was agreed, and what it is in other books follows from the rate of the day on which the goods were issued: the legs, their mirror when goods come back, and
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

  /**
   * A stock document with the rates of what goods cost elsewhere; undefined while one is missing. Stock has no other money than its books', and
   * what is owed for the goods is owed in the supplier's, or as agreed: so the goods come in from on their way, and a journal in that currency
   * beside them says what is owed.
   */
  stock(document: StockDocument, rateOf: RateOf): readonly TargetDocument[] | undefined {
    const owed: Entry[] = [];
    const movements = document.movements.map((movement): Movement | undefined => {
      const { cost } = movement;
      if (typeof cost !== "object" || !("amount" in cost || "from" in cost)) return movement;
      const priced = "amount" in cost ? this.#agreed(cost, document, rateOf) : this.#basis(cost, document, rateOf);
      if (priced === undefined) return undefined;
      if (priced === cost || movement.counterRole !== "due-to") return { ...movement, cost: priced };
      const way = this.#onItsWay(movement, cost);
      owed.push(owedFor(movement, way, cost));
      return { ...movement, counterRole: way.role, counterDimensions: way.dimensions, cost: priced };
    });
    if (movements.some((movement) => movement === undefined)) return undefined;
    const goods: StockDocument = { ...document, movements: movements as Movement[] };
    if (owed.length === 0) return [goods];
    const claims = [...new Set(owed.map((entry) => this.#currencyOf(entry) ?? document.currency))].map((currency) => {
      const entries = owed.filter((entry) => (this.#currencyOf(entry) ?? document.currency) === currency);
      return this.costed(claimOf(document, currency, entries), rateOf);
    });
    return claims.some((each) => each === undefined) ? undefined : [goods, ...(claims as CostedDocument[])];
  }

  #currencyOf({ cost, of }: Entry): Currency | undefined {
    return of?.currency ?? this.#issues.get(typeof cost === "number" ? (of?.document ?? "") : cost.document)?.currency;
  }

  #onItsWay({ location }: Movement, cost: CostBasis | AgreedAmount): LineName {
    const issue = this.#issues.get("amount" in cost ? (cost.of?.document ?? "") : cost.document);
    const from = issue?.movements[0]?.location ?? "";
    return { role: "inventory-in-transit", dimensions: dimensionsOf("inventory-in-transit", { from, to: location }) };
  }

  #entry(entry: Entry, document: CostedDocument | JournalDocument, books: Currency | undefined, rateOf: RateOf): Entry | undefined {
    const { currency, businessDate } = document;
    const { cost, of } = entry;
    const issue = this.#issues.get(typeof cost === "number" ? (of?.document ?? "") : cost.document);
    let priced: Entry["cost"] | undefined = cost;
    if (typeof cost !== "number") priced = this.#basis(cost, document, rateOf);
    else if (issue !== undefined) {
      const agreed = { amount: cost, currency: of?.currency ?? issue.currency, ...(of === undefined ? {} : { of }) };
      priced = this.#agreed(agreed, document, rateOf)?.amount;
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

function owedFor({ counterRole, counterDimensions = {} }: Movement, debit: LineName, cost: CostBasis | AgreedAmount): Entry {
  const credit = { role: counterRole, dimensions: counterDimensions };
  if (!("amount" in cost)) return { debit, credit, cost };
  return { debit, credit, cost: cost.amount, ...(cost.of === undefined ? {} : { of: cost.of }) };
}

/** What is owed for the goods of a stock document, under the same pair. */
function claimOf(
  { key, event, kind, entity, businessDate, pair }: StockDocument,
  currency: Currency,
  entries: readonly Entry[],
): CostedDocument {
  const transaction = key.slice(0, key.indexOf(`/${event}/`));
  const claim = `${kind}-owed`;
  const head = { key: documentKey(transaction, event, claim, entity, currency), kind: claim, event, entity, currency, businessDate };
  return { type: "costed", ...head, entries, ...(pair === undefined ? {} : { pair }) };
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
