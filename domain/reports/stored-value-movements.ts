import type { BusinessEvent, EventOf } from "#domain/events";
import type { TransactionId } from "#domain/identity";
import { foldFacts, storedValueLiability } from "#domain/ledger";
import type { TransactionView } from "#domain/lineage";
import { type Currency, type MinorUnits, splitByAmounts, sum } from "#domain/money";
import { type Policy, policyOn } from "#domain/policy";
import { contributionIn, foldPlans, gatherFacts } from "#domain/posting";
import { ticketLineValues } from "#domain/returns";

/** Roles of what customers may still claim. */
export const heldForCustomers = ["gift-card-liability", "store-credit-liability", "loyalty-liability"] as const;

/**
 * Why what is owed to holders moved. "breakage" is income in proportion to use, "unclaimed" what is owed to a jurisdiction from
 * then on, "corrected" is by hand, cashed out, or reclassified.
 */
export const storedValueCauses = [
  "sold",
  "issued",
  "redeemed",
  "refunded",
  "breakage",
  "expired",
  "disabled",
  "unclaimed",
  "corrected",
] as const;
export type StoredValueCause = (typeof storedValueCauses)[number];

/** One movement of what an entity owes to holders, as the lineage has it on record: more owed is positive. */
export interface StoredValueMovement {
  readonly entity: string;
  /** Functional currency of the books. */
  readonly currency: Currency;
  readonly kind: (typeof heldForCustomers)[number];
  readonly issuer: string;
  /** YYYY-MM-DD */
  readonly businessDate: string;
  readonly cause: StoredValueCause;
  readonly amount: MinorUnits;
  readonly transaction: TransactionId;
}

/** The movements of one transaction: of every journal that stands for it, in an ERP or told to a summary. */
export function storedValueMovements(view: TransactionView, policy: Policy): StoredValueMovement[] {
  const { events } = foldFacts(gatherFacts(view.documents).events);
  const byKey = new Map(events.map((event) => [event.key, event]));
  return [...view.chains.values()].flatMap(({ plans, outcomes }) => {
    const { live, told } = foldPlans(plans, outcomes);
    const journals = [...live.values()].flatMap(({ document }) => (document.type === "journal" ? [document] : []));
    const contributions = [...told.values()].flatMap(({ document }) => {
      const contribution = contributionIn(document);
      // The functional amounts of a contribution are its own: books in another currency do not sum up (0020).
      return contribution === undefined ? [] : [{ ...document, businessDate: contribution.businessDate, lines: contribution.lines }];
    });
    return [...journals, ...contributions].flatMap((document) =>
      heldForCustomers.flatMap((kind) => {
        const lines: readonly {
          role: string;
          dimensions: Readonly<Record<string, string>>;
          amount: MinorUnits;
          functionalAmount?: MinorUnits;
        }[] = document.lines.filter(({ role }) => role === kind);
        return [...new Set(lines.map(({ dimensions }) => holderOf(dimensions)))].flatMap((issuer) => {
          const here = lines.filter(({ dimensions }) => holderOf(dimensions) === issuer);
          const stated = 0 - sum(here.map(({ amount }) => amount));
          const net = 0 - sum(here.map(({ amount, functionalAmount = amount }) => functionalAmount));
          const { entity, businessDate } = document;
          const currency = policy.entities[entity]?.functionalCurrency ?? "";
          const base = { entity, currency, kind, issuer, businessDate, transaction: view.transaction };
          const event = byKey.get(document.event);
          const faces = event?.name === "ticket.completed" ? facesOf(event, { kind, issuer }, policy) : undefined;
          return causesOf(event, document.kind.replace(/-contribution$/, ""), faces, { stated, net })
            .filter(([, amount]) => amount !== 0)
            .map(([cause, amount]) => ({ ...base, cause, amount }));
        });
      }),
    );
  });
}

function holderOf(dimensions: Readonly<Record<string, string>>): string {
  return dimensions.issuer ?? dimensions.program ?? "none stated";
}

interface Faces {
  readonly sold: MinorUnits;
  readonly cashedOut: MinorUnits;
}

/** What a journal moved, by cause. One ticket may sell one card and take another: its lines net, and its facts say what both came to. */
function causesOf(
  event: BusinessEvent | undefined,
  documentKind: string,
  /** Of a ticket: what it sold and cashed out of this issuer's. */
  { sold, cashedOut }: Faces = { sold: 0, cashedOut: 0 },
  /** In the currency of the journal, and in that of the books. */
  { stated, net }: { readonly stated: MinorUnits; readonly net: MinorUnits },
): (readonly [StoredValueCause, MinorUnits])[] {
  // What a promotional card paid was taken off the liability by its sale, and is put back beside it.
  if (documentKind === "promotion") return [["redeemed", net]];
  if (documentKind === "breakage" || documentKind === "unclaimed") return [[documentKind, net]];
  switch (event?.name) {
    case "ticket.completed": {
      const tendered = stated - sold + cashedOut;
      const parts = [sold, -cashedOut, tendered];
      const causes = ["sold", "corrected", tendered > 0 ? "refunded" : "redeemed"] as const;
      // What nets to nothing has no rate of its own, and moves nothing in the books.
      const inBooks = stated === net || stated === 0 ? parts : splitByAmounts(net, parts);
      return causes.map((cause, index) => [cause, inBooks[index]!] as const);
    }
    case "payment.refunded":
      return [["refunded", net]];
    case "gift-card.issued":
    case "store-credit.issued":
      return [["issued", net]];
    case "gift-card.adjusted":
    case "store-credit.adjusted":
      return [[net < 0 ? lapseOf(event.reason) : "corrected", net]];
    case "loyalty.earned":
      return [["issued", net]];
    case "loyalty.expired":
      return [["expired", net]];
    case "gift-card.redeemed":
    case "store-credit.redeemed":
    case "loyalty.redeemed":
      return [["redeemed", net]];
    case "payment.captured":
    case "order.placed":
    case "fulfillment.shipped":
      return [[net > 0 ? "sold" : "redeemed", net]];
    default:
      return [["corrected", net]];
  }
}

/**
 * What a ticket sold and cashed out of an issuer's cards or credit, at their face: a tax that their price includes is owed to nobody who holds
 * one. A till sells those of one issuer, and may take those of others.
 */
function facesOf(
  ticket: EventOf<"ticket.completed">,
  { kind, issuer }: Pick<StoredValueMovement, "kind" | "issuer">,
  policy: Policy,
): Faces | undefined {
  const collects = kind === "gift-card-liability" ? "gift-card" : "store-credit";
  const seller = policy.stores[ticket.store]?.entity;
  if (seller === undefined) return undefined;
  const liability = storedValueLiability(policyOn(policy, ticket.businessDate), "pos", collects, seller);
  if (liability.kind === "held" || holderOf(liability.line.dimensions) !== issuer) return undefined;
  const values = ticketLineValues(ticket);
  const faces = ticket.lines.map(
    ({ gross }, index) => gross - (ticket.taxesIncluded ? sum(values[index]!.taxes.map(({ amount }) => amount)) : 0),
  );
  const of = (lineKind: "sale" | "return") =>
    sum(faces.filter((_, index) => ticket.lines[index]?.collects === collects && ticket.lines[index]?.kind === lineKind));
  return { sold: of("sale"), cashedOut: of("return") };
}

function lapseOf(reason: string | undefined): StoredValueCause {
  if (reason !== undefined && /expir/i.test(reason)) return "expired";
  return reason !== undefined && /disabl|deactivat|switched off/i.test(reason) ? "disabled" : "corrected";
}
