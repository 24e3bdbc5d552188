import type { DocumentKey } from "#domain/identity";
import type { TargetDocument } from "#domain/ledger";
import type { TransactionView } from "#domain/lineage";
import type { Currency, MinorUnits } from "#domain/money";
import type { Policy } from "#domain/policy";
import { bindDocument } from "./bind-document.ts";
import type { PostingRules } from "./decision.ts";
import { documentHash } from "./document-hash.ts";
import { foldPlans, type LiveDocument } from "./fold-plans.ts";
import { gatherFacts } from "./gather-facts.ts";
import { openingKeys } from "./openings.ts";
import type { BoundDocument, MovementCost } from "./plan-steps.ts";

/** A document as it stands in the books, or would. */
export interface BookedDocument {
  readonly key: DocumentKey;
  readonly hash: string;
  readonly entity: string;
  readonly businessDate: string;
  /** What `amounts` are in. */
  readonly functionalCurrency: Currency;
  /** By account, debit positive; undefined while nobody knows the cost of its goods, or it cannot be bound. */
  readonly amounts: ReadonlyMap<string, MinorUnits> | undefined;
  readonly bound: BoundDocument | undefined;
}

/** What stands in the ERPs of all connections. The documents of the opening balances were never sent, and are no part of it. */
export function postedBooks(view: TransactionView): ReadonlyMap<DocumentKey, LiveDocument> {
  const posted = new Map<DocumentKey, LiveDocument>();
  for (const { plans, outcomes } of view.chains.values()) {
    for (const [key, document] of foldPlans(plans, outcomes).live) if (document.opening !== true) posted.set(key, document);
  }
  return posted;
}

export function bookedOf({ key, hash, document, costs }: LiveDocument): BookedDocument {
  const { entity, businessDate, functionalCurrency } = document;
  return { key, hash, entity, businessDate, functionalCurrency, amounts: amountsOf(document, costs), bound: document };
}

/**
 * The books of one transaction as if it had been posted under these rules alone, account by account: what stands keeps its cost, and every
 * account is that of these rules, also where posting would leave a balance in the account in which it was created before.
 */
export function booksUnder(
  view: TransactionView,
  policy: Policy,
  rules: PostingRules,
  posted: ReadonlyMap<DocumentKey, LiveDocument>,
  now: string,
): Map<DocumentKey, BookedDocument> {
  const { events } = gatherFacts(view.documents);
  const { documents } = rules.target(events, policy, view.transaction);
  const opening = openingKeys(documents, events, policy, view.transaction);
  const open = alwaysOpen(policy);
  const standing = new Map<DocumentKey, LiveDocument>();
  const books = new Map<DocumentKey, BookedDocument>();
  for (const document of documents) {
    if (document.type === "told" || opening.has(document.key)) continue;
    const surroundings = {
      live: standing,
      leaving: new Set<DocumentKey>(),
      bound: [],
      now,
      opening: new Set<DocumentKey>(),
      approved: true,
    };
    const binding = bindDocument(document, open, surroundings);
    const bound = binding.kind === "bound" ? binding.document : undefined;
    const hash = documentHash(document);
    const costs = costsOf(document, posted.get(document.key));
    if (bound !== undefined) standing.set(document.key, standingDocument(bound, hash, costs));
    const { key, entity, businessDate } = document;
    const functionalCurrency = policy.entities[entity]?.functionalCurrency ?? document.currency;
    const amounts = bound === undefined ? undefined : amountsOf(bound, costs);
    books.set(key, { key, hash, entity, businessDate, functionalCurrency, amounts, bound });
  }
  return books;
}

/** Every period takes everything: on which day something is posted is asked when it is. */
function alwaysOpen(policy: Policy): Policy {
  const entities = Object.entries(policy.entities).map(
    ([id, { periods: _, taxFilings: __, calendar: ___, ...entity }]) => [id, entity] as const,
  );
  return { ...policy, entities: Object.fromEntries(entities) };
}

/** The costs that the ERP told for goods that are moved alike: the same piece costs the same, whatever it is booked as. */
function costsOf(document: TargetDocument, live: LiveDocument | undefined): readonly MovementCost[] {
  if (document.type !== "stock" || live?.document.type !== "stock") return [];
  const before = live.document.movements;
  return live.costs.filter(({ movement }) => {
    const [was, is] = [before, document.movements].map((movements) => movements.find(({ id }) => id === movement));
    return was !== undefined && was.item === is?.item && was.quantityMillionths === is.quantityMillionths;
  });
}

function standingDocument(document: BoundDocument, hash: string, costs: readonly MovementCost[]): LiveDocument {
  return { key: document.key, hash, erpKey: document.key, erpNumber: "", plan: 0, document, costs };
}

function amountsOf(document: BoundDocument, costs: readonly MovementCost[]): ReadonlyMap<string, MinorUnits> | undefined {
  const amounts = new Map<string, MinorUnits>();
  const add = (account: string, amount: MinorUnits) => amounts.set(account, (amounts.get(account) ?? 0) + amount);
  switch (document.type) {
    case "journal":
      for (const { account, functionalAmount } of document.lines) add(account, functionalAmount);
      return amounts;
    case "stock":
      for (const { id, quantityMillionths, inventoryAccount, counterAccount, totalCost } of document.movements) {
        const cost = costs.find(({ movement }) => movement === id)?.totalCost ?? totalCost;
        if (cost === undefined) return undefined;
        const signed = quantityMillionths < 0 ? 0 - cost : cost;
        add(inventoryAccount, signed);
        add(counterAccount, 0 - signed);
      }
      return amounts;
  }
}
