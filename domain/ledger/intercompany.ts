import type { BusinessEvent } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import type { Issue, IssuePart } from "#domain/inventory";
import { atRate, cumulativeShare, type FixedRate, type MinorUnits, multiplyScaled, parseScaled, roundScaled, sum } from "#domain/money";
import { type Policy, transferPriceFor } from "#domain/policy";
import { dimensionsOf } from "./dimensions.ts";
import type { CostBasis, CostedDocument, LineName, Pair, PairWith, PriceSource, TargetMovement } from "./documents.ts";
import type { DocumentFrame, TargetDraft } from "./draft.ts";
import { JournalLines } from "./journal-lines.ts";
import { addTender, type TenderName } from "./tender.ts";

type Entry = CostedDocument["entries"][number];

/** c30: what the seller owes the owner of the goods for one movement, by the policy of the day; undefined when no rule says. */
export function transferPriceOf(
  policy: Policy,
  goods: { readonly owner: string; readonly seller: string; readonly itemClass: string; readonly quantityMillionths: number },
  businessDate: string,
): Issue["price"] {
  const rule = transferPriceFor(policy, goods.owner, goods.seller, goods.itemClass, businessDate);
  if (rule === undefined) return undefined;
  if (rule.costPlus !== undefined) return { kind: "cost-plus", markup: rule.costPlus };
  const other = rule.currency === policy.entities[goods.owner]?.functionalCurrency ? undefined : rule.currency;
  // Price times quantity, the quantity in millionths: rounded once for the movement.
  const total = roundScaled((rule.unitPrice ?? 0) * goods.quantityMillionths, 6, 0);
  return { kind: "unit-price", total, ...(other === undefined ? {} : { currency: other }) };
}

export function noTransferPrice(owner: string, seller: string, itemClass: string): Problem {
  return {
    class: "data.unmapped",
    code: "transfer-price",
    cause: `transfer-price:${owner}:${seller}:${itemClass}`,
    message: `no transfer price for ${itemClass} from ${owner} to ${seller}. Add one to the policies; both intercompany legs post by themselves.`,
  };
}

/** What a part of an issue costs its seller: what the owner charges, or the cost of the seller's own goods. */
export function priceOfPart({ issue, from, quantityMillionths }: IssuePart): CostBasis | MinorUnits {
  const { document, movement, price } = issue;
  const issued = issue.quantityMillionths;
  if (price?.kind === "unit-price") {
    return cumulativeShare(price.total, from + quantityMillionths, issued) - cumulativeShare(price.total, from, issued);
  }
  return { document, movement, issuedMillionths: issued, from, quantityMillionths, markup: price?.markup ?? "0" };
}

/** Which issue an agreed price is of; undefined where the price is the issue's cost. */
export function sourceOfPrice({ issue, from }: IssuePart): PriceSource | undefined {
  const { document, price } = issue;
  if (price?.kind !== "unit-price") return undefined;
  const before = cumulativeShare(price.total, from, issue.quantityMillionths);
  return { document, before, ...(price.currency === undefined ? {} : { currency: price.currency }) };
}

/** One entry of a leg. */
export function entryOf(part: IssuePart, debit: LineName, credit: LineName): Entry {
  const of = sourceOfPrice(part);
  return { debit, credit, cost: priceOfPart(part), ...(of === undefined ? {} : { of }) };
}

/** The whole of an issue, as it left. */
export function wholeIssue(issue: Issue): IssuePart {
  return { issue, from: 0, quantityMillionths: issue.quantityMillionths };
}

/** `share` of a cost for a part of its quantity, with the owner's markup on the whole: parts of one issue add up to it exactly, also at the rates at which it is told elsewhere. */
export function costOfPart(totalCost: MinorUnits, basis: CostBasis, books?: FixedRate): MinorUnits {
  const price = totalCost + multiplyScaled(totalCost, 0, parseScaled(basis.markup, 6), 6, 0);
  const rates = [basis.rate, books].filter((rate) => rate !== undefined);
  const upTo = (quantity: number) => rates.reduce(atRate, cumulativeShare(price, quantity, basis.issuedMillionths));
  return upTo(basis.from + basis.quantityMillionths) - upTo(basis.from);
}

/** One leg: the same amounts, as the other leg books them in its own books. */
export interface Leg<Part extends IssuePart> {
  readonly frame: DocumentFrame;
  readonly debit: (part: Part) => LineName;
  readonly credit: (part: Part) => LineName;
}

/**
 * Both legs, or the only one where the other is a stock document, under one pair id; without one, a move of cost within one entity. Amounts
 * that are known make an ordinary journal.
 */
export function bookLegs<Part extends IssuePart>(
  draft: TargetDraft,
  kind: string,
  legs: readonly Leg<Part>[],
  parts: readonly Part[],
  pair?: string,
): void {
  for (const { frame, debit, credit } of legs) {
    for (const { entries, ...own } of inOwnCurrencies(
      frame,
      parts.map((part) => entryOf(part, debit(part), credit(part))),
    )) {
      if (entries.every(({ cost }) => typeof cost === "number")) {
        const lines = new JournalLines();
        for (const entry of entries) addEntry(lines, entry, entry.cost as MinorUnits);
        draft.journal(own.frame, kind, lines, pair, entries);
      } else draft.costed(own.frame, kind, entries, pair);
    }
  }
}

/** c33: what is agreed in another currency than that of the supplier's books is owed in it: a document for each currency. */
export function inOwnCurrencies(
  frame: DocumentFrame,
  entries: readonly Entry[],
): readonly { readonly frame: DocumentFrame; readonly entries: readonly Entry[] }[] {
  const byCurrency = new Map<string, Entry[]>();
  for (const entry of entries) {
    const currency = entry.of?.currency ?? frame.currency;
    byCurrency.set(currency, [...(byCurrency.get(currency) ?? []), entry]);
  }
  return [...byCurrency].map(([currency, own]) => ({ frame: { ...frame, currency }, entries: own }));
}

/**
 * How a leg of the seller is called: one event may be settled with several sisters, and each leg is a document of its own in the same books,
 * so then its kind names the sister.
 */
export function legKind(counterparty: string, counterparties: ReadonlySet<string>): (kind: string) => string {
  return (kind) => (counterparties.size > 1 ? `${kind}-${counterparty}` : kind);
}

export function addEntry(lines: JournalLines, { debit, credit }: Entry, amount: MinorUnits): void {
  lines.add(debit.role, debit.dimensions, amount);
  lines.add(credit.role, credit.dimensions, -amount);
}

export const dueFrom = (counterparty: string): LineName => named("due-from", { counterparty });
export const dueTo = (counterparty: string): LineName => named("due-to", { counterparty });
export const intercompanyCogs = (counterparty: string): LineName => named("intercompany-cogs", { counterparty });
export const intercompanyRevenue = (counterparty: string): LineName => named("intercompany-revenue", { counterparty });
/** Where the cost of goods is that left for good: a cost of goods sold, or of what they replace (c50). */
export const cogsOf = ({ location, itemClass, replaces }: Issue): LineName =>
  replaces === undefined ? named("cogs", { location, "item-class": itemClass }) : named("replacement-cost", { reason: replaces });

/** The other side of stock that leaves for good, or comes back from there. */
export function costCounter(issue: Issue): Pick<TargetMovement, "counterRole" | "counterDimensions"> {
  const { role, dimensions } = cogsOf(issue);
  return issue.replaces === undefined ? { counterRole: role } : { counterRole: role, counterDimensions: dimensions };
}

function named(role: string, dimensions: Readonly<Record<string, string>>): LineName {
  return { role, dimensions: dimensionsOf(role, dimensions) };
}

/** Money of a tender: a debit when it came in, a credit when it went out. */
export type TenderAmount = TenderName & { readonly amount: MinorUnits };

/**
 * c13: money kept as the card or credit of another entity. The seller's books know it as due from (or, given back, due to) the issuer, the
 * issuer's own as its liability, under a pair id for each issuer. Adds the seller's lines; no pair when every tender is the seller's own.
 */
export function bookOthersStoredValue(
  draft: TargetDraft,
  {
    policy,
    event,
    seller,
    currency,
    businessDate,
  }: { policy: Policy; event: BusinessEvent; seller: string; currency: string; businessDate: string },
  tenders: readonly TenderAmount[],
  lines: JournalLines,
): { readonly pair?: Pair } {
  const byIssuer = new Map<string, TenderAmount[]>();
  for (const tender of tenders) {
    const issuer = otherIssuer(policy, seller, tender);
    if (issuer === undefined) addTender(lines, tender, tender.amount);
    else byIssuer.set(issuer, [...(byIssuer.get(issuer) ?? []), tender]);
  }
  const pairs: PairWith[] = [];
  for (const [issuer, cards] of byIssuer) {
    const pair = draft.pairOf(event.key, `stored-value/${issuer}`);
    pairs.push({ counterparty: issuer, pair });
    const amount = sum(cards.map((card) => card.amount));
    const [own, theirs] = amount > 0 ? [dueFrom(issuer), dueTo(seller)] : [dueTo(issuer), dueFrom(seller)];
    lines.add(own.role, own.dimensions, amount);
    const issuerLines = new JournalLines();
    for (const card of cards) addTender(issuerLines, card, card.amount);
    issuerLines.add(theirs.role, theirs.dimensions, -amount);
    draft.journal({ event, entity: issuer, currency, businessDate }, "stored-value", issuerLines, pair);
  }
  const [only, ...others] = pairs;
  if (only === undefined) return {};
  return { pair: others.length === 0 ? only.pair : pairs };
}

function otherIssuer(policy: Policy, seller: string, { role, dimensions }: LineName): string | undefined {
  const { issuer } = dimensions;
  const stored = role === "gift-card-liability" || role === "store-credit-liability";
  return stored && issuer !== undefined && issuer !== seller && Object.hasOwn(policy.entities, issuer) ? issuer : undefined;
}
