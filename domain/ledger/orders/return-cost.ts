import type { BusinessEvent } from "#domain/events";
import { dimensionsOf } from "../dimensions.ts";
import type { LineName } from "../documents.ts";
import { bookLegs, cogsOf, noTransferPrice } from "../intercompany.ts";
import { stockFrame } from "./issue.ts";
import type { OrderWalk } from "./order-walk.ts";
import type { HeldPart, Holding } from "./returned-goods.ts";

/** Where the cost of goods that came back and are not sold again goes, by the election `unsaleableReturns`. */
export type UnsaleableCost = "cogs" | "damaged-returns" | "write-down";

/** The account that holds the cost of a part of an issue, in the seller's books. */
export function holdingOf({ issue }: HeldPart, holding: Holding | UnsaleableCost): LineName {
  const { location } = issue;
  switch (holding) {
    case "cogs":
      return cogsOf(issue);
    case "return-asset":
      return { role: "return-asset", dimensions: dimensionsOf("return-asset", { location }) };
    case "shrink":
      return { role: "shrink", dimensions: dimensionsOf("shrink", { location, reason: "return-missing" }) };
    case "damaged-returns":
      return { role: "damaged-returns", dimensions: dimensionsOf("damaged-returns", { location }) };
    case "write-down":
      return { role: "write-down", dimensions: dimensionsOf("write-down", { location, reason: "return-not-restocked" }) };
  }
}

/** c19: the cost of goods moves to another account of the seller, at what their issue cost it. What is there already does not move. */
export function moveCost(
  walk: OrderWalk,
  event: BusinessEvent,
  kind: string,
  parts: readonly HeldPart[],
  to: Holding | UnsaleableCost,
): void {
  const { draft, entity: seller } = walk;
  const moving = parts.filter((part) => part.holding !== to);
  for (const owner of new Set(moving.map(({ issue }) => issue.entity))) {
    const own = moving.filter(({ issue }) => issue.entity === owner);
    const priceless = owner === seller ? undefined : own.find(({ issue }) => issue.price === undefined);
    if (priceless !== undefined) {
      draft.problem({ ...noTransferPrice(owner, seller, priceless.issue.itemClass), event: event.key });
    }
    if (priceless !== undefined || own.some(({ issue }) => issue.held)) {
      draft.hold(event);
      continue;
    }
    const frame = { ...stockFrame(walk, event, owner), entity: seller };
    const leg = { frame, debit: (part: HeldPart) => holdingOf(part, to), credit: (part: HeldPart) => holdingOf(part, part.holding) };
    bookLegs(draft, owner === seller ? kind : `${kind}-${owner}`, [leg], own);
  }
}
