import { contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { Unavailable } from "#domain/failures";
import { eventKey, sourceKey, type TransactionId } from "#domain/identity";
import { foldFacts } from "#domain/ledger";
import { type AwaitedReference, type DocumentItem, documentItem, type TransactionView } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { gatherFacts } from "#domain/posting";
import { namedOriginals, saleOf, type WantedOriginal, wantedTickets } from "#domain/returns";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import type { References } from "#ports/references";
import { readTransaction } from "./read-transaction.ts";

export interface FindOriginalsPorts {
  readonly lineage: LineageStore;
  readonly references: References;
  readonly clock: Clock;
}

/** What a till may call a sale: its number, the receipt or its barcode, the name or id of a web order, or the return that was authorised. */
const namesOfSales: readonly AwaitedReference["type"][] = ["ticket", "receipt", "order-name", "order", "return-authorization"];
/** A ticket takes goods of so many sales back; those after them are booked as returns without a sale. */
const originalsMax = 20;
const salesMax = 20;

/** A line calls its sale by its number and by a text. */
const lineNamesMax = 2;

type Found = EventOf<"original.found">;

/** What a look has come to. */
export interface Originals {
  /** There are new facts. */
  readonly isNew: boolean;
  readonly problems: readonly Problem[];
}

/** A sale that answers to a name, and of which nobody can say whose it is. */
interface UnclearSale {
  readonly transaction: TransactionId;
  readonly why: string;
}

function sellerUnknown(ticket: EventOf<"ticket.completed" | "ticket.voided">, name: string, { transaction, why }: UnclearSale): Problem {
  return {
    class: "policy.blind-return",
    code: "seller-unknown",
    cause: `${ticket.key} ${name}`,
    event: ticket.key,
    message: `${ticket.key} takes goods of ${JSON.stringify(name)} back, which is ${transaction}, and nobody can say who sold them: ${why}. Until then the return is booked without its sale.`,
  };
}

/**
 * Looks for the sales whose goods a ticket takes back, and for the ticket that a post-void undoes where it does not say of which day, and records what it finds as facts of the ticket's stream: the ledger looks nothing
 * up. It is waited for by its names, so that a sale wakes the ticket when it becomes known; what was found is looked for again, as another
 * sale may have come to answer to the name since. A sale that answers and that the
 * policies do not know yet is told: a release that adds its shop or store then wakes the ticket, as it does everything with an open
 * exception. Throws Unavailable when it cannot be told.
 */
export function createOriginals({ lineage, references, clock }: FindOriginalsPorts) {
  return async function findOriginals(view: TransactionView, policy: Policy): Promise<Originals> {
    const { events } = foldFacts(gatherFacts(view.documents).events);
    const [ticket] = events.filter((event) => event.name === "ticket.completed" || event.name === "ticket.voided");
    if (ticket === undefined) return { isNew: false, problems: [] };
    const known = new Map(events.flatMap((event) => (event.name === "original.found" ? [[event.reference, event] as const] : [])));
    let isNew = false;
    const problems: Problem[] = [];
    for (const { reference, names, evenUndone = false } of [...originalsOf(events), ...wantedTickets(events)].slice(0, originalsMax)) {
      const before = known.get(reference);
      const { sales, version, unclear } = await salesUnder(names, view.transaction, policy, before, evenUndone);
      if (sales.length === 0 && unclear !== undefined) problems.push(sellerUnknown(ticket, reference, unclear));
      // What was found stays found: only a surer name, or another sale under the same one, says more.
      if (sales.length === 0 || (before !== undefined && version <= before.version)) continue;
      await record(foundItem(ticket, reference, { sales, version }, view.transaction, clock.now()));
      isNew = true;
    }
    return { isNew, problems };
  };

  /** The sales that answer to the first of the names that anything answers to. Those that were found `before` keep their seller. */
  async function salesUnder(
    names: readonly string[],
    own: TransactionId,
    policy: Policy,
    before: Found | undefined,
    evenUndone: boolean,
  ): Promise<Pick<Found, "sales" | "version"> & { readonly unclear?: UnclearSale }> {
    let unclear: UnclearSale | undefined;
    const sellers = new Map(before?.sales.map(({ transaction, seller }) => [transaction, seller]));
    for (const [index, name] of names.entries()) {
      // The wait is written first: whatever is put from now on wakes this ticket. Whoever found something before has written it.
      if (before === undefined) for (const type of namesOfSales) await references.wait({ type, value: name }, own);
      const found = new Set<TransactionId>();
      for (const type of namesOfSales) for (const transaction of await references.find(type, name)) found.add(transaction);
      found.delete(own);
      const sales: Found["sales"] = [];
      for (const transaction of [...found].sort().slice(0, salesMax)) {
        const before = sellers.get(transaction);
        const sale = before === undefined ? await saleIn(transaction, policy, evenUndone) : undefined;
        if (sale !== undefined && "reason" in sale && sale.reason === "sale-unclear") unclear ??= { transaction, why: sale.message };
        const seller = before ?? (sale !== undefined && "lines" in sale ? sale.entity : undefined);
        if (seller !== undefined) sales.push({ transaction, seller });
      }
      if (sales.length > 0) return { sales, version: versionFor(Math.max(names.length, lineNamesMax) - index, sales.length) };
    }
    return { sales: [], version: "", ...(unclear === undefined ? {} : { unclear }) };
  }

  async function saleIn(transaction: TransactionId, policy: Policy, evenUndone: boolean): Promise<ReturnType<typeof saleOf>> {
    const view = await readTransaction(lineage, transaction);
    const { events } = foldFacts(gatherFacts(view.documents).events);
    return saleOf(evenUndone ? events.filter(({ name }) => name !== "ticket.voided") : events, policy, transaction);
  }

  async function record(item: DocumentItem): Promise<void> {
    const [answer] = await lineage.insert([item]);
    if (answer === "inserted" || answer === "conflict") return;
    throw new Unavailable(`${item.key} of ${item.transaction} is perhaps not on record: the ticket is looked at again`);
  }
}

/** The sales whose goods a ticket takes back, each by the names of its lines; the first one stands for it in the facts. */
function originalsOf(events: readonly BusinessEvent[]): readonly WantedOriginal[] {
  const ticket = events.find((event) => event.name === "ticket.completed");
  return ticket === undefined ? [] : namedOriginals(ticket).map((names) => ({ reference: names[0]!, names }));
}

/**
 * Of two findings the one under a surer name counts, and under the same name the one that found more: so that in whatever order the sales
 * arrive the ticket ends with the same original. `sureness`: how many names there are from this one on, the surest first.
 */
function versionFor(sureness: number, sales: number): string {
  return String(sureness * (salesMax + 1) + sales).padStart(4, "0");
}

function foundItem(
  ticket: EventOf<"ticket.completed" | "ticket.voided">,
  reference: string,
  { sales, version }: Pick<Found, "sales" | "version">,
  transaction: TransactionId,
  at: string,
): DocumentItem {
  const id = contentHash(reference).slice(0, 32);
  const event: BusinessEvent = {
    name: "original.found",
    schema: 1,
    key: eventKey("original.found", id),
    version,
    occurredAt: ticket.occurredAt,
    reference,
    sales,
  };
  const source = sourceKey("pos", ticket.store, "original", id);
  const head = { transaction, kind: "sale", source, channel: "pos", shop: ticket.store } as const;
  return documentItem({ ...head, events: [event], references: [], issues: [] }, { hash: contentHash(event), bytes: 0 }, at);
}
