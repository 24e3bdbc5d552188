import { businessDateIn } from "#domain/calendar";
import type { BusinessEvent, EventOf } from "#domain/events";
import type { Problem } from "#domain/exceptions";
import { cumulativeShare, type MinorUnits } from "#domain/money";
import { loyaltyRuleFor, type Policy, shareOf } from "#domain/policy";
import { dimensionsOf } from "../dimensions.ts";
import type { TargetDraft } from "../draft.ts";
import { JournalLines } from "../journal-lines.ts";
import { type TradingPlace, tradingPlace } from "../trading-place.ts";
import { PointsBalance } from "./points-balance.ts";
import { balanceProblem, placeProblem } from "./stored-value-problems.ts";

type Loyalty = EventOf<"loyalty.earned" | "loyalty.redeemed" | "loyalty.expired">;

/** Revenue for points is no item's. */
const itemClass = "loyalty-points";

/**
 * Row c42 for the points of one member of a programme, by the rule of the day on which they were earned. Of a programme that no rule names
 * nothing is booked or held: its points are no liability.
 */
export function loyaltyLedger(events: readonly BusinessEvent[], policy: Policy, placeId: string, draft: TargetDraft): void {
  const own = events.filter(isLoyalty);
  const [first] = own;
  if (first === undefined || !(policy.loyalty ?? []).some(({ program }) => program === first.program)) return;
  const home = tradingPlace(policy, placeId);
  const mixed = balanceProblem(own);
  if (home === undefined || mixed !== undefined) {
    draft.problem(mixed ?? placeProblem(placeId, first));
    for (const event of own) draft.hold(event);
    return;
  }
  const balance = new PointsBalance();
  for (const event of own) {
    const { points } = event;
    const day = businessDateIn(home.timeZone, event.occurredAt);
    switch (event.name) {
      case "loyalty.earned": {
        const rule = loyaltyRuleFor(policy, event.program, { entity: home.entity, day });
        const worth = rule?.worth[event.currency];
        if (rule === undefined || worth === undefined) {
          balance.earn(points, nobody, 0);
          break;
        }
        const neverUsed = shareOf(rule.breakageRate);
        const deferred = deferredFor(event, { worth, per: rule.points, neverUsed });
        balance.earn(points, neverUsed, deferred);
        book(event, day, "points-earned", "sales", -deferred);
        break;
      }
      case "loyalty.redeemed":
      case "loyalty.expired": {
        if (points > balance.points) {
          draft.problem(morePoints(event, balance.points));
          draft.hold(event);
          break;
        }
        const isUse = event.name === "loyalty.redeemed";
        const earned = isUse ? balance.redeem(points, nobody) : balance.expire(points, nobody);
        book(event, day, isUse ? "points-redeemed" : "points-expired", isUse ? "sales" : "breakage-income", earned);
        break;
      }
    }
  }

  function book(event: Loyalty, businessDate: string, kind: string, role: "sales" | "breakage-income", amount: MinorUnits): void {
    const { entity, channel, store }: TradingPlace = placeOfSale(event) ?? home!;
    const { program } = event;
    const lines = new JournalLines();
    lines.add("loyalty-liability", dimensionsOf("loyalty-liability", { program }), amount);
    lines.add(role, dimensionsOf(role, { channel, store, program, "item-class": itemClass }), -amount);
    draft.journal({ event, entity, currency: event.currency, businessDate }, kind, lines);
  }

  /** The store that sold or gave, where it keeps the books that the points are owed in. */
  function placeOfSale({ ticket }: Loyalty): TradingPlace | undefined {
    const place = ticket === undefined ? undefined : tradingPlace(policy, ticket.store);
    return place?.entity === home?.entity ? place : undefined;
  }
}

/** Shares are of millionths: that of points which everybody uses. */
const nobody = shareOf("0");

function isLoyalty(event: BusinessEvent): event is Loyalty {
  return event.name === "loyalty.earned" || event.name === "loyalty.redeemed" || event.name === "loyalty.expired";
}

/** The part of what was paid that belongs to the points, by relative selling prices: theirs is their worth, less what is never used. */
function deferredFor(
  { points, spent }: EventOf<"loyalty.earned">,
  { worth, per, neverUsed }: { readonly worth: MinorUnits; readonly per: number; readonly neverUsed: ReturnType<typeof shareOf> },
): MinorUnits {
  const price = cumulativeShare(points * worth, neverUsed.whole - neverUsed.part, neverUsed.whole * per);
  return price + spent === 0 ? 0 : cumulativeShare(spent, price, price + spent);
}

/** It heals when the points that were earned before are stated. */
function morePoints(event: Loyalty, left: number): Problem {
  return {
    class: "sequence.parent-missing",
    code: "points",
    cause: event.key,
    event: event.key,
    message: `${event.key} takes ${event.points} points, and ${left} are left. It heals when the loyalty.earned before it arrives; if overdue, have the programme state it.`,
  };
}
