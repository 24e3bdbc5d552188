import type { Problem } from "#domain/exceptions";
import type { DocumentKey } from "#domain/identity";
import type { CostBasis, CostedDocument, Dimensions, ErpDocument, JournalDocument, StockDocument } from "#domain/ledger";
import { addEntry, agreedAt, JournalLines, withBooks } from "#domain/ledger";
import { accountFor, type Policy, taxDateFor } from "#domain/policy";
import { contributedLines } from "./contributions.ts";
import { costOfBasis, costOfReturn } from "./cost-of-goods.ts";
import type { LiveDocument, LiveTelling } from "./fold-plans.ts";
import type { BoundDocument, BoundLine, BoundMovement } from "./plan-steps.ts";
import { amountMoved, dayOfPosting } from "./posting-day.ts";

/** "wait": the cost of the issue that it brings back is not known yet; `for` is that issue's document. */
export type Binding =
  | { readonly kind: "bound"; readonly document: BoundDocument }
  | { readonly kind: "wait"; readonly for: DocumentKey }
  | { readonly kind: "problem"; readonly problem: Problem };

/** What stands around a document when it is bound. */
export interface Surroundings {
  readonly live: ReadonlyMap<DocumentKey, LiveDocument>;
  /** What other streams were told: balances that this one created, and a summary posts. Absent: nothing. */
  readonly told?: ReadonlyMap<DocumentKey, LiveTelling>;
  /** Keys that the same plan reverses or replaces: what they took back of a cost is free again. */
  readonly leaving: ReadonlySet<DocumentKey>;
  /** Documents of the same plan that are bound already. */
  readonly bound: readonly BoundDocument[];
  /** What stands in the ERPs of the other connections: their costs are known here too. */
  readonly elsewhere?: ReadonlyMap<DocumentKey, LiveDocument>;
  /** Of the decision: which periods are open, and which taxes were filed, is what holds now. */
  readonly now: string;
  /** Documents that are recorded as part of the opening balances and not sent. */
  readonly opening: ReadonlySet<DocumentKey>;
  /** Somebody approved this posting: thresholds of late postings and of periods opened again do not hold it. */
  readonly approved?: boolean;
}

// A balance is released in the account in which it was created, also when policy has moved the role since.
const releasedRoles: ReadonlySet<string> = new Set([
  "deferred-revenue",
  "tax-collected-in-advance",
  "accounts-receivable",
  "refund-payable",
  "payment-clearing",
  "acquirer-clearing",
  "gift-card-liability",
  "store-credit-liability",
]);

/**
 * Adds what is looked up once, when the document is planned, and stored with the plan: accounts by the policy of its business date,
 * posting date, functional amounts, and the cost of goods that come back.
 */
export function bindDocument(
  document: ErpDocument,
  policy: Policy,
  { live, told, leaving, bound, now, opening, approved, elsewhere }: Surroundings,
): Binding {
  const entity = policy.entities[document.entity];
  if (entity === undefined) return unmapped(document, "entity", document.entity);
  const inBooks =
    (document.type === "journal" && document.lines.every((line) => line.functionalAmount !== undefined)) ||
    (document.type === "costed" && document.entries.every((entry) => entry.books !== undefined));
  if (entity.functionalCurrency !== document.currency && !inBooks) return noRate(document, document.currency);
  const isOpening = opening.has(document.key);
  const { key, event, businessDate, currency } = document;
  const own = { key, event, entity: document.entity, ownDate: businessDate, amount: amountMoved(document), currency };
  const day = isOpening ? ({ kind: "day", day: businessDate } as const) : dayOfPosting(own, policy, now, approved === true);
  if (day.kind === "problem") return day;
  const binding = { postingDate: day.day, functionalCurrency: entity.functionalCurrency, policyVersion: policy.version };
  switch (document.type) {
    case "journal":
      return bindLines(document);
    case "stock":
      return bindMovements(document);
    case "costed":
      return bindCosts(document);
  }

  function bindLines({ priced: _, follows: __, ...journal }: JournalDocument): Binding {
    const lines: BoundLine[] = [];
    for (const line of journal.lines) {
      const account = line.account ?? accountOf(line.role, line.dimensions);
      if (account === undefined) return unmapped(journal, "account", describe(line.role, line.dimensions));
      const taxDate = line.role === "tax-payable" && !isOpening ? taxDateOf(line.dimensions.jurisdiction) : undefined;
      const amends = taxDate === undefined ? {} : { amends: { taxDate, originalDate: businessDate } };
      lines.push({ ...line, account, functionalAmount: line.functionalAmount ?? line.amount, ...amends });
    }
    return { kind: "bound", document: { ...journal, ...binding, lines } };
  }

  function bindMovements(stock: StockDocument): Binding {
    const movements: BoundMovement[] = [];
    for (const movement of stock.movements) {
      const dimensions = { location: movement.location, "item-class": movement.itemClass };
      const counter = movement.counterDimensions ?? dimensions;
      const inventoryAccount = accountOf("inventory", dimensions);
      if (inventoryAccount === undefined) return unmapped(stock, "account", describe("inventory", dimensions));
      const counterAccount = accountOf(movement.counterRole, counter);
      if (counterAccount === undefined) return unmapped(stock, "account", describe(movement.counterRole, counter));
      const withAccounts = { ...movement, inventoryAccount, counterAccount };
      const { cost } = movement;
      // What left before the cut-over left at a cost that only the ERP's own books know: it comes back at the average.
      if (cost === "average" || isOpening || ("document" in cost && issueOf(cost.document)?.opening === true)) movements.push(withAccounts);
      else if ("amount" in cost || "from" in cost) {
        const price = "amount" in cost ? cost : costOfBasis(cost, issueOf(cost.document));
        if (price === undefined) return { kind: "wait", for: (cost as CostBasis).document };
        if (price.currency !== binding.functionalCurrency) return noRate(stock, price.currency);
        movements.push({ ...withAccounts, totalCost: price.amount });
      } else {
        const standing = [...live.values()].filter(({ key }) => key !== stock.key && !leaving.has(key));
        const returns = [...standing.map((each) => each.document), ...bound].flatMap(movementsOf);
        const totalCost = costOfReturn(movement, cost, standing, [...returns, ...movements]);
        if (totalCost === undefined) return { kind: "wait", for: cost.document };
        movements.push({ ...withAccounts, totalCost });
      }
    }
    const { purchaseOrder: _, ...receipt } = stock;
    const againstOrders = policy.connections[entity?.connection ?? ""]?.receivesAgainstOrders === true;
    return { kind: "bound", document: { ...(againstOrders ? stock : receipt), ...binding, movements } };
  }

  function bindCosts(costed: CostedDocument): Binding {
    const [lines, inOwnBooks] = [new JournalLines(), new JournalLines()];
    const { entries: _, type: __, ...head } = costed;
    for (const entry of costed.entries) {
      const { books, cost } = entry;
      if (typeof cost === "number") {
        addEntry(lines, entry, cost);
        if (books !== undefined) addEntry(inOwnBooks, entry, agreedAt(cost, entry.of?.before ?? 0, books));
        continue;
      }
      // Before the cut-over the ERP's own books hold both legs, at a cost that only they know.
      if (isOpening) return bindLines({ ...head, type: "journal", lines: [] });
      const issue = issueOf(cost.document);
      if (issue?.opening === true) return noCost(costed);
      const price = costOfBasis(cost, issue, books);
      if (price === undefined) return { kind: "wait", for: cost.document };
      if (price.currency !== costed.currency) return noRate(costed, price.currency);
      addEntry(lines, entry, price.amount);
      if (books !== undefined) addEntry(inOwnBooks, entry, price.inBooks);
    }
    const priced = binding.functionalCurrency === costed.currency ? lines.list() : withBooks(lines.list(), inOwnBooks);
    return priced.length === 0 ? noCost(costed) : bindLines({ ...head, type: "journal", lines: priced });
  }

  function noCost(costed: CostedDocument): Binding {
    const message = `the goods of ${costed.key} left at no cost that is known here, so that nothing can be charged for them. Book what is owed by hand.`;
    return problem(costed, { class: "data.unmapped", code: "cost", cause: costed.key, message });
  }

  function issueOf(issue: DocumentKey): LiveDocument | undefined {
    return (leaving.has(issue) ? undefined : live.get(issue)) ?? elsewhere?.get(issue);
  }

  function noRate(of: ErpDocument, currency: string): Binding {
    const message = `${of.entity} keeps its books in ${entity?.functionalCurrency}; no rate for ${currency} on ${of.businessDate}`;
    return problem(of, { class: "money.fx-rate-missing", code: currency, cause: of.key, message });
  }

  function taxDateOf(jurisdiction: string | undefined): string | undefined {
    return entity === undefined || jurisdiction === undefined ? undefined : taxDateFor(entity, jurisdiction, businessDate, now);
  }

  function accountOf(role: string, dimensions: Dimensions): string | undefined {
    return (
      (releasedRoles.has(role) ? accountOfBalance(role, dimensions) : undefined) ??
      accountFor(policy, role, dimensions, document.entity, document.businessDate)?.account
    );
  }

  function accountOfBalance(role: string, dimensions: Dimensions): string | undefined {
    for (const posted of [...Array.from(live.values(), (each) => each.document), ...bound]) {
      if (posted.type !== "journal" || posted.entity !== document.entity) continue;
      const line = posted.lines.find((each) => each.role === role && sameDimensions(each.dimensions, dimensions));
      if (line !== undefined) return line.account;
    }
    for (const { document: telling } of told?.values() ?? []) {
      if (telling.entity !== document.entity) continue;
      const line = contributedLines(telling).find((each) => each.role === role && sameDimensions(each.dimensions, dimensions));
      if (line?.account !== undefined) return line.account;
    }
    return undefined;
  }
}

function movementsOf(document: BoundDocument): readonly BoundMovement[] {
  return document.type === "stock" ? document.movements : [];
}

function unmapped(document: ErpDocument, code: string, what: string): Binding {
  const message = `no ${code} for ${what} in ${document.entity} on ${document.businessDate}: add it to the policies`;
  return problem(document, { class: "data.unmapped", code, cause: `${document.key} ${what}`, message });
}

function problem(document: ErpDocument, found: Omit<Problem, "document" | "event">): Binding {
  return { kind: "problem", problem: { ...found, document: document.key, event: document.event } };
}

function describe(role: string, dimensions: Dimensions): string {
  const parts = Object.entries(dimensions).map(([name, value]) => `${name} ${value}`);
  return parts.length === 0 ? `role ${role}` : `role ${role} (${parts.join(", ")})`;
}

function sameDimensions(a: Dimensions, b: Dimensions): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
