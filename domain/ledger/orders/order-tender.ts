import type { EventOf } from "#domain/events";
import { formatMinorUnits } from "#domain/money";
import { currencyKeptIn } from "#domain/policy";
import type { MovedMoney } from "#domain/returns";
import { dimensionsOf } from "../dimensions.ts";
import type { Pair } from "../documents.ts";
import { bookOthersStoredValue } from "../intercompany.ts";
import type { JournalLines } from "../journal-lines.ts";
import { tenderLine } from "../tender.ts";
import type { OrderWalk } from "./order-walk.ts";

type Payment = EventOf<"payment.captured" | "payment.refunded">;

/**
 * The money side of a payment: `amount` is a debit when it came in, a credit when it went out. c28: cash that is rounded moves that much
 * more or less than the payment counts for. c13: a card of another entity moves no money at all.
 */
export function addTenderLines(
  walk: OrderWalk,
  event: Payment,
  { amount, currency }: MovedMoney,
  lines: JournalLines,
): { readonly kind: "booked"; readonly pair?: Pair } | { readonly kind: "held" } {
  const { draft, policy, entity } = walk;
  const { gateway } = event;
  const kept = currencyKeptIn(policy, walk.shop.channel, event, currency);
  const facts = { gateway, currency: kept, register: walk.seller.location, store: walk.seller.location };
  const tender = tenderLine(policy, walk.shop.channel, gateway, event.cardBrand, facts);
  if (tender.kind === "unmapped") {
    draft.problem({ ...tender.problem, event: event.key });
    return { kind: "held" };
  }
  const rounding = (event.rounding ?? 0) * Math.sign(amount);
  if (rounding !== 0 && !tender.cash) {
    draft.problem({
      class: "money.amount-mismatch",
      code: "cash-rounding",
      cause: event.key,
      event: event.key,
      amount: rounding,
      currency,
      message: `${event.key} is rounded by ${formatMinorUnits(rounding, currency)} ${currency}, and ${gateway} is no cash. Say in the tender policy that it is, or correct it at the source.`,
    });
    return { kind: "held" };
  }
  lines.add("cash-rounding", dimensionsOf("cash-rounding", {}), -rounding);
  const { businessDate } = walk.frame(event);
  const legs = bookOthersStoredValue(
    draft,
    { policy, event, seller: entity, currency, businessDate },
    [{ ...tender, amount: amount + rounding }],
    lines,
  );
  return { kind: "booked", ...legs };
}
