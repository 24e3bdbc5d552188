import type { EventOf } from "#domain/events";
import { dropShipFor } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import { bookLegs } from "../intercompany.ts";
import { stockFrame } from "./issue.ts";
import type { OrderWalk } from "./order-walk.ts";
import { holdingOf, moveCost } from "./return-cost.ts";
import type { HeldPart } from "./returned-goods.ts";

/**
 * c48: goods that the customer sent back to the vendor who had sent them. Where it credits them, Dr accrued vendor, Cr where their cost is, at what it
 * had charged; else their cost stays ours.
 */
export function dropShipReturnedLedger(
  walk: OrderWalk,
  event: EventOf<"refund.issued" | "return.received">,
  parts: readonly HeldPart[],
): void {
  const { policy, entity } = walk;
  const frame = stockFrame(walk, event, entity);
  const isCredited = ({ issue: { vendor = "", item, itemClass } }: HeldPart) => {
    const occasion = { entity, day: frame.businessDate, about: { item, "item-class": itemClass } };
    return dropShipFor(policy, vendor, occasion)?.returns === "credited";
  };
  const credited = parts.filter(isCredited);
  const debit = ({ issue: { vendor = "" } }: HeldPart) => ({
    role: "accrued-vendor",
    dimensions: dimensionsOf("accrued-vendor", { vendor }),
  });
  if (credited.length > 0)
    bookLegs(walk.draft, "drop-ship-returned", [{ frame, debit, credit: (part) => holdingOf(part, part.holding) }], credited);
  const kept = parts.filter((part) => !isCredited(part));
  moveCost(walk, event, "return-asset-released", kept, "cogs");
}
