import { cumulativeShare } from "#domain/money";
import { bookCouponBack } from "../coupons.ts";
import { dimensionsOf } from "../dimensions.ts";
import type { JournalLines } from "../journal-lines.ts";
import type { LineState } from "./order-value.ts";
import type { OrderWalk } from "./order-walk.ts";
import type { RefundedAmount } from "./refund-value.ts";

/** Dr sales returns and what was collected for what had been handed over; of a consignor's goods, what it and we had of it (c48). */
export function bookReturn(walk: OrderWalk, amount: RefundedAmount, lines: JournalLines, state?: LineState): void {
  const consigned = state?.portions.flatMap((portion) => (portion.kind === "revenue" ? (portion.consigned ?? []) : []))[0];
  if (consigned !== undefined) walk.addConsigned(consigned, -amount.net, lines);
  else lines.add("sales-returns", salesReturns(walk).dimensions, amount.net);
  walk.accounts.balance.recognised -= amount.net;
  for (const [name, collected] of amount.collected) walk.accounts.collected.get(name)!.fulfilled -= collected;
}

/** c45: of `units` more of a line that are given back, what third parties had to pay for. Before they are counted as returned. */
export function bookCouponsBack(walk: OrderWalk, { portions, returned, shipped }: LineState, units: number, lines: JournalLines): void {
  for (const portion of portions) {
    const issuer = portion.kind === "discount" && portion.role === "coupon-receivable" ? portion.dimensions.issuer : undefined;
    if (issuer === undefined || shipped === 0) continue;
    const upTo = (quantity: number) => cumulativeShare(portion.recognised, quantity, shipped);
    bookCouponBack(lines, issuer, salesReturns(walk), upTo(returned + units) - upTo(returned));
  }
}

function salesReturns(walk: OrderWalk) {
  return { role: "sales-returns", dimensions: dimensionsOf("sales-returns", { channel: walk.shop.channelDimension }) };
}
