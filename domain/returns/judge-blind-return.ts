import { businessDateIn } from "#domain/calendar";
import { formatMinorUnits, type MinorUnits, sum } from "#domain/money";
import { type ItemCondition, itemFor, type Policy, type RefundTarget, returnRuleFor } from "#domain/policy";
import { type Refusal, refusal } from "./refusals.ts";

/** Goods that nobody can show a sale for, with what the store would give for them. */
export interface BlindGoods {
  readonly item: string;
  readonly quantityMillionths: number;
  readonly condition: ItemCondition;
  /** With tax, in the store's currency; absent where the store did not say. */
  readonly amount?: MinorUnits | undefined;
}

export interface BlindJudgement {
  /** Indexes of the requested lines that are taken. */
  readonly allowed: readonly number[];
  readonly refusals: readonly Refusal[];
  readonly refund: { readonly currency: string; readonly payable: MinorUnits; readonly to: RefundTarget };
}

/**
 * A return without its sale: the rule of the day and of the entity that takes it. Its limit is one for the whole return, the lowest of
 * those that its goods have; above it nothing is taken. What the rule says of window and original tender has no sale to be read with.
 */
export function judgeBlindReturn({
  policy,
  channel,
  place: store,
  lines,
  at,
}: {
  readonly policy: Policy;
  /** Only a till looks at goods: what is sent in without its sale belongs to nobody. */
  readonly channel: string;
  readonly place: string;
  readonly lines: readonly BlindGoods[];
  readonly at: string;
}): BlindJudgement {
  const place = channel === "pos" && Object.hasOwn(policy.stores, store) ? policy.stores[store] : undefined;
  const currency = place?.currency ?? "";
  const none = (refusals: readonly Refusal[]): BlindJudgement => ({
    allowed: [],
    refusals,
    refund: { currency, payable: 0, to: "store-credit" },
  });
  if (place === undefined)
    return none(
      lines.map((line, index) =>
        refusal(
          index,
          "place",
          line.quantityMillionths,
          `without its sale goods are taken by a store of the policies only, and ${channel} ${store} is none`,
        ),
      ),
    );
  const day = businessDateIn(place.timeZone, at);
  const refusals: Refusal[] = [];
  const taken: { readonly index: number; readonly amount: MinorUnits; readonly limit: MinorUnits; readonly to: RefundTarget }[] = [];
  for (const [index, line] of lines.entries()) {
    const refuse = (reason: Refusal["reason"], message: string) => refusals.push(refusal(index, reason, line.quantityMillionths, message));
    const known = line.item === "" ? undefined : itemFor(policy, line.item);
    if (known === undefined) {
      refuse("unknown-line", `${line.item === "" ? "goods without an item" : line.item} are none that we sell: name the item, or the sale`);
      continue;
    }
    const about = { channel: "pos", item: line.item, "item-class": known.class };
    const rule = returnRuleFor(policy, { entity: place.entity, day, about });
    if (rule === undefined) refuse("not-returnable", `no return rule takes back ${line.item}`);
    else if (rule.finalSale === true) refuse("final-sale", `${line.item} is sold for good: ${rule.why}`);
    else if (!rule.channels.includes("pos"))
      refuse("place", `${line.item} is taken back by ${rule.channels.join(", ")} only, and not by a store`);
    else if (!rule.conditions.includes(line.condition))
      refuse("condition", `${line.item} is taken back ${rule.conditions.join(" or ")}, and not ${line.condition}`);
    else if (rule.blind === undefined || !Object.hasOwn(rule.blind.limitMinorUnits, currency))
      refuse("blind-not-taken", `${line.item} is not taken back without its sale in ${currency}: ask for a receipt or an order name`);
    else if (line.amount === undefined)
      refuse(
        "blind-not-taken",
        `no sale is known for ${line.item}: state the amount that would be given for it, or another name of the sale`,
      );
    else taken.push({ index, amount: line.amount, limit: rule.blind.limitMinorUnits[currency]!, to: rule.blind.refundTo });
  }
  const [total, limit] = [sum(taken.map(({ amount }) => amount)), Math.min(...taken.map((each) => each.limit))];
  if (total > limit) {
    const text = (amount: MinorUnits) => `${formatMinorUnits(amount, currency)} ${currency}`;
    const message = `without its sale a return may refund ${text(limit)}, and this one comes to ${text(total)}: ask for a receipt or an order name`;
    for (const { index } of taken) refusals.push(refusal(index, "blind-limit", lines[index]!.quantityMillionths, message));
    return none(refusals);
  }
  const toCredit = taken.length === 0 || taken.some(({ to }) => to === "store-credit");
  return {
    allowed: taken.map(({ index }) => index),
    refusals,
    refund: { currency, payable: total, to: toCredit ? "store-credit" : "original-tender" },
  };
}
