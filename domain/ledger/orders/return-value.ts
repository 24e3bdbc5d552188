import { dimensionsOf } from "../dimensions.ts";
import type { JournalLines } from "../journal-lines.ts";
import type { OrderWalk } from "./order-walk.ts";
import type { RefundedAmount } from "./refund-value.ts";

/** Dr sales returns and what was collected for what had been handed over. */
export function bookReturn(walk: OrderWalk, amount: RefundedAmount, lines: JournalLines): void {
  lines.add("sales-returns", dimensionsOf("sales-returns", { channel: walk.shop.channelDimension }), amount.net);
  walk.accounts.balance.recognised -= amount.net;
  for (const [name, collected] of amount.collected) walk.accounts.collected.get(name)!.fulfilled -= collected;
}
