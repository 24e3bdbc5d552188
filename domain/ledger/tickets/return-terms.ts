import type { EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { formatMinorUnits, type MinorUnits, sum } from "#domain/money";
import type { Policy } from "#domain/policy";
import { judgeReturn, type RefusalReason, type Sale } from "#domain/returns";
import { tenderLine } from "../tender.ts";

/** What the ledger itself finds, or what is no fault of a store that has the goods in its hands. */
const notTerms: ReadonlySet<RefusalReason> = new Set(["over-return", "unknown-line", "reserved", "sale-unclear"]);

/**
 * How a store return differs from what policy promised for this sale. The goods are back and the money is out: that is booked, and somebody
 * is told. What the till does not say of the goods' condition is not held against it.
 */
export function returnTermsProblems(sale: Sale, event: EventOf<"return.taken-back">, policy: Policy): Problem[] {
  // What was authorised before it happened was decided by these very rules. Whether it still held then is asked where that is on record.
  if (event.authorization !== undefined) return [];
  const lines = event.lines.map(({ item, quantityMillionths, condition = "as-new" }) => ({ item, quantityMillionths, condition }));
  const request = { lines, channel: "pos", place: event.store, at: event.occurredAt };
  const { refusals, refund } = judgeReturn({ sale, reservations: [], policy, request });
  const problem = (code: string, which: string, message: string): Problem => ({
    class: code === "return-window" ? "policy.return-window" : "policy.return-terms",
    code,
    cause: `${event.key} ${which}`,
    event: event.key,
    message: `store ${event.store} took goods back against the rules (${event.ticket}): ${message}.`,
  });
  const found = refusals
    .filter(({ reason }) => !notTerms.has(reason))
    .map(({ reason, request: index, message }) => problem(reason, event.lines[index]?.id ?? "", message));
  const [shippingGiven, shippingPromised] = [event.shipping, refund.shipping].map(inAll);
  if (shippingGiven! > shippingPromised!) {
    const text = (amount: number) => `${formatMinorUnits(amount, sale.currency)} ${sale.currency}`;
    found.push(
      problem("shipping", "shipping", `it gave ${text(shippingGiven!)} of the shipping back, and they give ${text(shippingPromised!)}`),
    );
  }
  const cashOut = event.tenders.some(({ type, cardBrand, amount }) => amount > 0 && isCash(policy, type, cardBrand));
  const cashIn = sale.payments.some(({ role }) => role === "cash-drawer");
  if (cashOut && !cashIn) found.push(problem("tender", "tender", "it gave cash back for a sale that was not paid in cash"));
  return found;
}

type ValueStated = NonNullable<EventOf<"return.taken-back">["shipping"]> | Sale["shipping"]["value"];

function inAll({ net, taxes }: ValueStated = { net: 0, taxes: [] }): MinorUnits {
  return sum([net, ...taxes.map(({ amount }) => amount)]);
}

export function isCash(policy: Policy, type: string, cardBrand: string | undefined): boolean {
  const line = tenderLine(policy, "pos", type, cardBrand, {});
  return line.kind === "mapped" && line.role === "cash-drawer";
}
