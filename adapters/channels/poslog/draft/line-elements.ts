import type { SaxesTagPlain } from "saxes";
import type { Dialect } from "../dialects/dialect.ts";
import { type Attributes, attribute, flag, isTrue } from "./attributes.ts";
import type { Cursor, Place, Slot } from "./cursor.ts";
import { amountLike, names } from "./element-names.ts";
import { inItem, itemLink } from "./item-elements.ts";
import { inDiscount, inTax, newTax } from "./price-elements.ts";
import { openChange, openTender } from "./tender-elements.ts";
import { DraftDiscount, DraftItem, DraftReward, DraftRounding } from "./transaction-draft.ts";

const lineSequence: Slot = ({ head }, text) => {
  head.sequence = text;
};
const createNumber: Slot = ({ head }, text) => {
  head.createNumber = text;
};
const createReference: Slot = ({ head }, text) => {
  head.createReference = text;
};
const roundingAmount: Slot = ({ rounding }, text) => {
  rounding.amount = text;
};

export const inLine: Place = (cursor, code, tag) => {
  const { attributes } = tag;
  switch (code) {
    case names.SequenceNumber:
      return cursor.read(lineSequence);
    case names.CreateNumber:
      return cursor.read(createNumber);
    case names.CreateRefNumber:
      return cursor.read(createReference);
    case names.ItemLink:
      return cursor.read(itemLink);
    case names.Sale:
    case names.Return: {
      const item = newItem(
        cursor,
        new DraftItem(cursor.head, code === names.Sale ? "sale" : "return", collectedBy(cursor.dialect, attributes)),
      );
      item.taxIncluded = flag(attribute(attributes, "TaxIncludedInPriceFlag"));
      return inItem;
    }
    case names.Tender:
      return openTender(cursor, tag);
    case names.TenderChange:
      return openChange(cursor);
    case names.Tax:
      cursor.tax = newTax(cursor.head, attributes);
      cursor.draft.taxes.push(cursor.tax);
      return inTax;
    case names.Discount:
    case names.RetailPriceModifier:
    case names.PriceModifier:
      cursor.discount = new DraftDiscount(cursor.head);
      cursor.draft.discounts.push(cursor.discount);
      return inDiscount;
    case names.Rounding:
      cursor.rounding = new DraftRounding(cursor.head);
      cursor.draft.roundings.push(cursor.rounding);
      return inRounding;
    case names.BeginDateTime:
    case names.EndDateTime:
      return undefined;
    default:
      return openOther(cursor, code, tag);
  }
};

/** A line of a kind that its dialect names: money is collected for it, or a reward taken off. Any other's amounts are kept for people to see. */
function openOther(cursor: Cursor, code: number, tag: SaxesTagPlain): Place | undefined {
  const { dialect } = cursor;
  const { attributes } = tag;
  const name = dialect.names.nameOf(tag.name);
  const collects = dialect.lines.of(name);
  if (collects !== undefined) {
    // Redeemed, a card is a tender. As a line of its own it is sold, recharged or paid out.
    const item = new DraftItem(
      cursor.head,
      givesBack(dialect, attributes) ? "return" : "sale",
      collectedBy(dialect, attributes) ?? collects,
    );
    newItem(cursor, item);
    item.reason = attribute(attributes, "ReasonCode");
    return inItem;
  }
  if (name === dialect.rewards?.element) {
    const { onlyWith } = dialect.rewards;
    if (onlyWith !== undefined && !isTrue(attribute(attributes, onlyWith))) return undefined;
    cursor.reward = new DraftReward(cursor.head);
    cursor.draft.rewards.push(cursor.reward);
    return inReward;
  }
  if (dialect.repeatedAmounts.has(name)) return undefined;
  cursor.unknownElement = name;
  return code === amountLike || code === names.Amount ? cursor.readUnknown(tag) : inUnknownLine;
}

const rewardAmount: Slot = ({ reward }, text) => {
  reward.amount = text;
};
const rewardCategory: Slot = ({ reward }, text) => {
  reward.category = text;
};
const rewardReference: Slot = ({ reward }, text) => {
  reward.reference = text;
};
const rewardPromotion: Slot = ({ reward }, text) => {
  reward.promotion = text;
};

const inReward: Place = (cursor, code, tag) => {
  const { rewards, names: elements } = cursor.dialect;
  if (code === names.PromotionID) return cursor.read(rewardPromotion);
  const name = elements.nameOf(tag.name);
  if (name === rewards?.amount) return cursor.readAmount(rewardAmount, tag);
  if (name === rewards?.category?.element) return cursor.read(rewardCategory);
  if (name === rewards?.line?.reference) return cursor.read(rewardReference);
  return code === amountLike ? cursor.readUnknown(tag) : undefined;
};

const inRounding: Place = (cursor, code, tag) => {
  if (code === names.Amount) return cursor.readAmount(roundingAmount, tag);
  return code === amountLike ? cursor.readUnknown(tag) : undefined;
};

/** A line kind that is not understood: its amounts are looked for at any depth, and kept under the line's own element. */
const inUnknownLine: Place = (cursor, code, tag) => {
  if (code !== names.Amount && code !== amountLike && code !== names.ExtendedAmount) return inUnknownLine;
  const line = cursor.unknownElement;
  cursor.readUnknown(tag);
  cursor.unknownElement = line;
  return undefined;
};

function newItem(cursor: Cursor, item: DraftItem): DraftItem {
  cursor.item = item;
  cursor.draft.items.push(item);
  return item;
}

/** What a line is for that is no sale, by its type of item or of fund. */
function collectedBy({ itemTypes }: Dialect, attributes: Attributes): DraftItem["collects"] {
  return (
    itemTypes.of(attribute(attributes, "ItemType")) ??
    itemTypes.of(attribute(attributes, "FundType")) ??
    itemTypes.of(attribute(attributes, "TypeCode"))
  );
}

/** A card that is paid out or taken back; a tip that is given back; a deposit that is used or given back. */
function givesBack({ givenBack }: Dialect, attributes: Attributes): boolean {
  return givenBack.of(attribute(attributes, "Action") || attribute(attributes, "TypeCode")) !== undefined;
}
