import { contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import { eventKey } from "#domain/identity";
import type { MinorUnits } from "#domain/money";
import { sum } from "#domain/money";
import { isAuthorizationOf, originalNames, sellsGoods, ticketLineValues } from "#domain/returns";
import type { DocumentFrame, TargetDraft } from "../draft.ts";
import { dueFrom } from "../intercompany.ts";
import { JournalLines } from "../journal-lines.ts";
import { storeRefundPayable, takenBackPair } from "./owed-for-return.ts";

type Ticket = EventOf<"ticket.completed">;
type TakenBack = EventOf<"return.taken-back">;

/** The return lines of a ticket whose original sale is known, by the index of the line. */
export interface LinkedReturns {
  readonly lines: ReadonlyMap<number, { readonly original: string; readonly seller: string }>;
  /** Names that several sales answer to. */
  readonly ambiguous: readonly { readonly reference: string; readonly sales: readonly string[] }[];
}

/** Which return lines of a ticket belong to which sale, as far as that was found. */
export function linkedReturns(ticket: Ticket, facts: readonly BusinessEvent[]): LinkedReturns {
  const found = new Map(facts.flatMap((event) => (event.name === "original.found" ? [[event.reference, event.sales] as const] : [])));
  const lines = new Map<number, { original: string; seller: string }>();
  const ambiguous = new Map<string, readonly string[]>();
  for (const [index, line] of ticket.lines.entries()) {
    // A card that is cashed out, or a tip that is given back, is no return of a sale, whatever it names.
    if (!sellsGoods(line) && line.collects !== "shipping") continue;
    const [reference] = originalNames(line, ticket);
    const [sale, ...others] = (reference === undefined ? undefined : found.get(reference)) ?? [];
    if (reference === undefined || sale === undefined) continue;
    if (others.length > 0)
      ambiguous.set(
        reference,
        [sale, ...others].map(({ transaction }) => transaction),
      );
    else lines.set(index, { original: sale.transaction, seller: sale.seller });
  }
  return { lines, ambiguous: [...ambiguous].map(([reference, sales]) => ({ reference, sales })) };
}

/** The value that a linked return line gives back, and the taxes that it states: the sale's stream knows what they were. */
export function linkedValue(
  ticket: Ticket,
  index: number,
): { readonly given: MinorUnits; readonly taxes: TakenBack["lines"][number]["taxes"] } {
  const { net, taxes } = ticketLineValues(ticket)[index]!;
  return { given: net + sum(taxes.map(({ amount }) => amount)), taxes: [...taxes] };
}

/**
 * What a ticket says to the sales whose goods it took back: one fact for each, and for each return of it that was authorised, as that is
 * judged by what was decided then and the rest by the rules. Where the sale is in other books, those owe the value to the
 * till's (c31): Dr due from the seller, Cr refund payable, the other leg being the sale's own.
 */
export function tellOriginals(ticket: Ticket, frame: DocumentFrame, location: string, { lines }: LinkedReturns, draft: TargetDraft): void {
  for (const part of partsOf(ticket, lines)) {
    const { original, seller, authorization, indexes } = part;
    const name = contentHash({ original, ...authorization }).slice(0, 8);
    const fact = takenBack(ticket, frame.entity, location, part, draft);
    draft.tell(frame, `told-${name}`, original, [fact]);
    if (seller === frame.entity) continue;
    const given = sum(indexes.map((index) => linkedValue(ticket, index).given));
    const journal = new JournalLines();
    const [owed, payable] = [dueFrom(seller), storeRefundPayable(ticket.currency)];
    journal.add(owed.role, owed.dimensions, given);
    journal.add(payable.role, payable.dimensions, -given);
    draft.journal(frame, `taken-back-${name}`, journal, takenBackPair(fact));
  }
}

/** Return lines of one sale, under one authorisation or none. */
interface TakenBackPart {
  readonly original: string;
  readonly seller: string;
  readonly authorization: { readonly authorization?: string };
  readonly indexes: readonly number[];
}

function partsOf(ticket: Ticket, lines: LinkedReturns["lines"]): readonly TakenBackPart[] {
  const parts = new Map<string, TakenBackPart & { readonly indexes: number[] }>();
  for (const [index, { original, seller }] of lines) {
    const named = originalNames(ticket.lines[index]!, ticket).find((name) => isAuthorizationOf(original, name));
    const id = `${original} ${named ?? ""}`;
    const known = parts.get(id);
    const authorization = named === undefined ? {} : { authorization: named };
    if (known === undefined) parts.set(id, { original, seller, authorization, indexes: [index] });
    else known.indexes.push(index);
  }
  return [...parts.values()];
}

function takenBack(
  ticket: Ticket,
  entity: string,
  location: string,
  { original, seller, authorization, indexes }: TakenBackPart,
  draft: TargetDraft,
): TakenBack {
  const { transaction } = draft;
  const { version, occurredAt, store, businessDate, currency } = ticket;
  const isShipping = (index: number) => ticket.lines[index]!.collects === "shipping";
  const shipping = indexes.filter(isShipping).map((index) => ticketLineValues(ticket)[index]!);
  const lines = indexes
    .filter((index) => !isShipping(index))
    .map((index): TakenBack["lines"][number] => {
      const { id, item, quantityMillionths, restock, condition } = ticket.lines[index]!;
      const { given, taxes } = linkedValue(ticket, index);
      return {
        id,
        item,
        quantityMillionths,
        net: given - sum(taxes.map(({ amount }) => amount)),
        taxes,
        restock,
        ...(condition === undefined ? {} : { condition }),
      };
    });
  const tenders = ticket.tenders
    .filter(({ amount }) => amount < 0)
    .map(({ type, cardBrand, amount }) => ({ type, ...(cardBrand === undefined ? {} : { cardBrand }), amount: -amount }));
  return {
    name: "return.taken-back",
    schema: 1,
    key: eventKey("return.taken-back", contentHash({ transaction, original, ...authorization }).slice(0, 32)),
    version,
    occurredAt,
    ticket: transaction,
    ...authorization,
    store,
    location,
    entity,
    seller,
    businessDate,
    currency,
    lines,
    ...(shipping.length === 0
      ? {}
      : { shipping: { net: sum(shipping.map(({ net }) => net)), taxes: shipping.flatMap(({ taxes }) => [...taxes]) } }),
    // Change of a ticket that sold something is no refund.
    tenders: sum(ticket.tenders.map(({ amount }) => amount)) < 0 ? tenders : [],
  };
}
