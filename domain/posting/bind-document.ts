import type { Problem } from "#domain/exceptions";
import type { DocumentKey } from "#domain/identity";
import { accountFor, type Policy } from "#domain/policy";
import { costOfBasis, costOfReturn } from "./cost-of-goods.ts";
import type {
  BoundDocument,
  BoundLine,
  BoundMovement,
  CostBasis,
  CostedDocument,
  Dimensions,
  JournalDocument,
  StockDocument,
  TargetDocument,
} from "./documents.ts";
import type { LiveDocument } from "./fold-plans.ts";
import { addEntry } from "./intercompany.ts";
import { JournalLines } from "./journal-lines.ts";

/** "wait": the cost of the issue that it brings back is not known yet; `for` is that issue's document. */
export type Binding =
  | { readonly kind: "bound"; readonly document: BoundDocument }
  | { readonly kind: "wait"; readonly for: DocumentKey }
  | { readonly kind: "problem"; readonly problem: Problem };

/** What stands around a document when it is bound. */
export interface Surroundings {
  readonly live: ReadonlyMap<DocumentKey, LiveDocument>;
  /** Keys that the same plan reverses or replaces: what they took back of a cost is free again. */
  readonly leaving: ReadonlySet<DocumentKey>;
  /** Documents of the same plan that are bound already. */
  readonly bound: readonly BoundDocument[];
  /** What stands in the ERPs of the other connections: their costs are known here too. */
  readonly elsewhere?: ReadonlyMap<DocumentKey, LiveDocument>;
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
export function bindDocument(document: TargetDocument, policy: Policy, { live, leaving, bound, elsewhere }: Surroundings): Binding {
  const entity = policy.entities[document.entity];
  if (entity === undefined) return unmapped(document, "entity", document.entity);
  if (entity.functionalCurrency !== document.currency) return noRate(document, document.currency);
  const binding = { postingDate: document.businessDate, functionalCurrency: entity.functionalCurrency, policyVersion: policy.version };
  switch (document.type) {
    case "journal":
      return bindLines(document);
    case "stock":
      return bindMovements(document);
    case "costed":
      return bindCosts(document);
  }

  function bindLines(journal: JournalDocument): Binding {
    const lines: BoundLine[] = [];
    for (const line of journal.lines) {
      const account = accountOf(line.role, line.dimensions);
      if (account === undefined) return unmapped(journal, "account", describe(line.role, line.dimensions));
      lines.push({ ...line, account, functionalAmount: line.amount });
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
      if (cost === "average") movements.push(withAccounts);
      else if ("amount" in cost || "from" in cost) {
        const price = "amount" in cost ? cost : costOfBasis(cost, issueOf(cost));
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
    return { kind: "bound", document: { ...stock, ...binding, movements } };
  }

  function bindCosts(costed: CostedDocument): Binding {
    const lines = new JournalLines();
    for (const entry of costed.entries) {
      if (typeof entry.cost === "number") {
        addEntry(lines, entry, entry.cost);
        continue;
      }
      const price = costOfBasis(entry.cost, issueOf(entry.cost));
      if (price === undefined) return { kind: "wait", for: entry.cost.document };
      if (price.currency !== costed.currency) return noRate(costed, price.currency);
      addEntry(lines, entry, price.amount);
    }
    const { entries: _, type: __, ...head } = costed;
    const priced = lines.list();
    if (priced.length > 0) return bindLines({ ...head, type: "journal", lines: priced });
    const message = `the goods of ${costed.key} left at no cost, so that nothing can be charged for them. Receive the item with its cost, and book what is owed by hand.`;
    return problem(costed, { class: "data.unmapped", code: "cost", cause: costed.key, message });
  }

  function issueOf({ document: key }: CostBasis): LiveDocument | undefined {
    return (leaving.has(key) ? undefined : live.get(key)) ?? elsewhere?.get(key);
  }

  function noRate(of: TargetDocument, currency: string): Binding {
    const message = `${of.entity} keeps its books in ${entity?.functionalCurrency}; no rate for ${currency} on ${of.businessDate}`;
    return problem(of, { class: "money.fx-rate-missing", code: currency, cause: of.key, message });
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
    return undefined;
  }
}

function movementsOf(document: BoundDocument): readonly BoundMovement[] {
  return document.type === "stock" ? document.movements : [];
}

function unmapped(document: TargetDocument, code: string, what: string): Binding {
  const message = `no ${code} for ${what} in ${document.entity} on ${document.businessDate}: add it to the policies`;
  return problem(document, { class: "data.unmapped", code, cause: `${document.key} ${what}`, message });
}

function problem(document: TargetDocument, found: Omit<Problem, "document" | "event">): Binding {
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
