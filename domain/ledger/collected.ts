import type { MinorUnits } from "#domain/money";
import { electionFor, type Policy } from "#domain/policy";
import { dimensionsOf } from "./dimensions.ts";
import type { Dimensions } from "./documents.ts";

/** When an amount collected becomes owed (c8). "earlier": with the money or with the goods, whichever comes first. */
export type DuePoint = "capture" | "fulfilment" | "earlier";

/** What an order collects for somebody else, or owes its buyer later: no revenue. */
export interface CollectedKind {
  /** Unique within an order, such as "tax US-IL". */
  readonly name: string;
  readonly role: string;
  readonly dimensions: Dimensions;
  readonly due: DuePoint;
  /** True for what stands against the others, as an asset: its amounts are negative. */
  readonly contra?: true;
}

/** One of them with its amounts: what the order as it stands collects, and how much of that has been handed over. */
export interface Collected extends CollectedKind {
  worth: MinorUnits;
  fulfilled: MinorUnits;
}

/** Whose elections count: one order follows those of the day on which it was placed, as a balance is released as it was built. */
export interface Seller {
  readonly policy: Policy;
  readonly entity: string;
  /** As revenue names it. */
  readonly channel: string;
  /** YYYY-MM-DD. */
  readonly placedOn: string;
  /** Paid after delivery: COD, bank transfer, agreed terms. */
  readonly onTerms: boolean;
}

/** Amounts by the name of what is collected. */
export type CollectedAmounts = ReadonlyMap<string, MinorUnits>;

/** c8: a tax, due when its jurisdiction says. c9: a tax that the channel remits waits for the payout that withholds it. */
export function taxCollected(seller: Seller, jurisdiction: string, channelLiable: boolean): CollectedKind {
  const { policy, channel, onTerms, entity, placedOn } = seller;
  if (channelLiable) {
    const dimensions = dimensionsOf("channel-liable-tax", { jurisdiction, channel });
    return { name: `channel tax ${jurisdiction}`, role: "channel-liable-tax", dimensions, due: onTerms ? "earlier" : "capture" };
  }
  const due = electionFor(policy, "taxPoint", { entity, day: placedOn, about: { jurisdiction } });
  return {
    name: `tax ${jurisdiction}`,
    role: "tax-payable",
    dimensions: dimensionsOf("tax-payable", { jurisdiction }),
    // Paid after delivery, a tax that is usually due with the money is due with the goods unless money came before (c8).
    due: due === "capture" && onTerms ? "earlier" : due,
  };
}

/** c49: duties are collected for customs. The channel states them for the order as a whole, without a jurisdiction. */
export const dutiesCollected: CollectedKind = { name: "duties", role: "duties-payable", dimensions: {}, due: "earlier" };

/** c12: the face of a gift card is owed to its holder; what it was sold below its face waits until the card is used. */
export function giftCardCollected(issuer: string): CollectedKind {
  return { name: "gift card", role: "gift-card-liability", dimensions: dimensionsOf("gift-card-liability", { issuer }), due: "earlier" };
}

/** What a card is sold below its face, by election until the card is used, or at once. */
export function cardDiscountCollected(seller: Seller, store?: string): CollectedKind {
  const { policy, entity, placedOn, channel } = seller;
  const isLater = electionFor(policy, "cardDiscount", { entity, day: placedOn, about: { channel } }) === "with-use";
  const role = isLater ? "deferred-card-discount" : "discounts";
  const dimensions = isLater ? {} : dimensionsOf(role, { channel, store, promotion: cardBelowFace });
  return { name: "card discount", role, dimensions, due: "earlier", contra: true };
}

/** As a promotion, what gift cards are sold below their face. */
export const cardBelowFace = "card-below-face";

/** c49: a bottle deposit or a donation, by the code that policy gives its item. */
export function depositCollected(code: string): CollectedKind {
  const role = "deposits-and-donations-payable";
  return { name: `deposit ${code}`, role, dimensions: dimensionsOf(role, { code }), due: "earlier" };
}

/** What the tip of an order is collected as. */
export const tipName = "tip";

/** c11: a tip belongs to the staff from the moment it is paid, unless the entity has elected to keep tips as income. */
export function tipCollected({ policy, entity, placedOn, channel }: Seller, store: string | undefined): CollectedKind {
  if (electionFor(policy, "tips", { entity, day: placedOn, about: { channel } }) === "income") {
    return { name: tipName, role: "other-revenue", dimensions: dimensionsOf("other-revenue", { reason: "tip" }), due: "capture" };
  }
  return { name: tipName, role: "tips-payable", dimensions: dimensionsOf("tips-payable", { store }), due: "capture" };
}
