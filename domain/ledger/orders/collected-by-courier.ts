import type { BusinessEvent, EventOf } from "#domain/events";
import { formatMinorUnits, type MinorUnits, sum } from "#domain/money";
import { courierFor, tenderFor, waitDaysFor } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import { JournalLines } from "../journal-lines.ts";
import { bookToBank } from "../to-bank.ts";
import type { OrderWalk } from "./order-walk.ts";

type Remitted = EventOf<"cod.remitted">;
type WrittenOff = EventOf<"receivable.written-off">;

/** The facts of the order, and the keys of those that its books leave out, also of later ones. */
interface Known {
  readonly facts: readonly BusinessEvent[];
  readonly leftOut: ReadonlySet<string>;
}

/**
 * c46: what a courier collected comes in, less its fee: Dr bank in transit, Dr COD fees, Cr receivable. Where the shop states the payment as
 * well (as a capture of the courier's gateway), the same money waits in that clearing account, and the remittance takes it from there, whichever of the two comes first.
 */
export function codRemittedLedger(walk: OrderWalk, event: Remitted, known: Known): void {
  const { facts } = known;
  const { policy, draft, entity, order, accounts } = walk;
  const { carrier, currency, amount, fee } = event;
  const frame = walk.frame(event);
  const terms = courierFor(policy, { entity, day: frame.businessDate, about: { carrier } });
  const owner = terms === undefined ? undefined : policy.bankAccounts?.[terms.bankAccount]?.entity;
  if (terms === undefined || owner === undefined) {
    walk.draft.problem({
      event: event.key,
      class: "data.unmapped",
      code: "courier",
      cause: `courier:${carrier}`,
      message: `courier ${carrier} remitted what it collected, and no rule says to which bank account. Add it to couriers; the remittance posts by itself.`,
    });
    draft.hold(event);
    return;
  }
  const captured = capturedBy(walk, terms.gateway, known);
  const before = sum(
    facts.slice(0, facts.indexOf(event)).map((fact) => (fact.name === "cod.remitted" && !walk.leftOut.has(fact.key) ? fact.amount : 0)),
  );
  const fromClearing = Math.min(amount, Math.max(captured - before, 0));
  const fromOrder = amount - fromClearing;
  if (fromOrder > accounts.unpaid) {
    walk.leaveOut(event.key, {
      class: "money.amount-mismatch",
      code: "over-remitted",
      cause: event.key,
      amount: fromOrder - accounts.unpaid,
      currency,
      message: `${event.key} remits ${formatMinorUnits(fromOrder - accounts.unpaid, currency)} ${currency} more than order ${order.orderName} still owes. Ask the courier which order it is for; a corrected row replaces this one.`,
    });
    return;
  }
  const lines = new JournalLines();
  accounts.balance.kept += fromOrder;
  walk.moneyLeft += fromOrder;
  accounts.bookChange(lines);
  lines.add("payment-clearing", dimensionsOf("payment-clearing", { gateway: terms.gateway, currency }), -fromClearing);
  lines.add("cod-fees", dimensionsOf("cod-fees", { carrier }), fee);
  const { rowId, remittance } = event;
  const sent = {
    source: "courier" as const,
    place: carrier,
    depositId: rowId,
    names: remittance === undefined || remittance === "" ? [] : [remittance],
    amount: amount - fee,
    lagDays: waitDaysFor(policy, "bankDeposit", { entity, day: frame.businessDate }),
  };
  bookToBank(draft, frame, "cod-remitted", { account: terms.bankAccount, owner, currency, amount: amount - fee, sent }, lines);
}

/** What the shop says it captured by the courier's gateway, on whatever day it says so. */
function capturedBy({ policy, shop }: OrderWalk, gateway: string | undefined, { facts, leftOut }: Known): MinorUnits {
  if (gateway === undefined) return 0;
  return sum(
    facts.flatMap((fact) => {
      if (fact.name !== "payment.captured" || leftOut.has(fact.key)) return [];
      const rule = tenderFor(policy, shop.channel, fact.gateway, fact.cardBrand);
      return rule?.role === "payment-clearing" && (rule.dimensions.gateway ?? fact.gateway) === gateway ? [fact.amount] : [];
    }),
  );
}

/** c44: a named person gives up what an order owes: Dr credit loss, Cr receivable. Never more than has been earned and not paid. */
export function writtenOffLedger(walk: OrderWalk, event: WrittenOff): void {
  const { draft, accounts, order } = walk;
  const { amount, currency } = event;
  if (amount > accounts.receivable) {
    walk.leaveOut(event.key, {
      class: "money.amount-mismatch",
      code: "write-off",
      cause: event.key,
      amount: amount - accounts.receivable,
      currency,
      message: `${event.key} writes off ${formatMinorUnits(amount, currency)} ${currency}, and order ${order.orderName} owes ${formatMinorUnits(accounts.receivable, currency)} ${currency}. It waits until that is owed; a corrected write-off replaces it.`,
    });
    return;
  }
  const lines = new JournalLines();
  accounts.balance.kept += amount;
  accounts.bookChange(lines);
  lines.add("credit-loss", {}, amount);
  draft.journal(walk.frame(event), "write-off", lines);
}
