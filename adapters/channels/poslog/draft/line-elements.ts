import { type Attributes, attribute, flag } from "./attributes.ts";
import { type Cursor, type Place, type Slot, unknownMoney } from "./cursor.ts";
import { amountLike, localName, names } from "./element-names.ts";
import { inItem, itemLink } from "./item-elements.ts";
import { inDiscount, inTax, newTax } from "./price-elements.ts";
import { inTender } from "./tender-elements.ts";
import { DraftDiscount, DraftItem, DraftRounding, DraftTender } from "./ticket-draft.ts";

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
      const item = newItem(cursor, new DraftItem(cursor.head, code === names.Sale ? "sale" : "return", collectedBy(attributes)));
      item.taxIncluded = flag(attribute(attributes, "TaxIncludedInPriceFlag"));
      return inItem;
    }
    // Redeemed, a card is a tender. As a line of its own it is sold, recharged or paid out.
    case names.StoredValueFund:
    case names.StoredValueFundSale:
    case names.GiftCertificate:
    case names.GiftCard:
      newItem(cursor, new DraftItem(cursor.head, givesBack(attributes) ? "return" : "sale", collectedBy(attributes) ?? "gift-card"));
      return inItem;
    case names.Tip:
    case names.Gratuity:
      newItem(cursor, new DraftItem(cursor.head, givesBack(attributes) ? "return" : "sale", "tip"));
      return inItem;
    case names.Tender: {
      const tender = new DraftTender(cursor.head);
      tender.type = attribute(attributes, "TenderType");
      tender.typeCode = attribute(attributes, "TypeCode");
      cursor.tender = tender;
      cursor.draft.tenders.push(tender);
      return inTender;
    }
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
      cursor.unknownElement = localName(tag.name);
      return code === amountLike || code === names.Amount ? cursor.read(unknownMoney) : inUnknownLine;
  }
};

const inRounding: Place = (cursor, code, tag) => {
  if (code === names.Amount) return cursor.readAmount(roundingAmount, tag);
  return code === amountLike ? cursor.readUnknown(tag) : undefined;
};

/** A line kind that is not understood: its amounts are looked for at any depth. */
const inUnknownLine: Place = (cursor, code) =>
  code === names.Amount || code === amountLike || code === names.ExtendedAmount ? cursor.read(unknownMoney) : inUnknownLine;

function newItem(cursor: Cursor, item: DraftItem): DraftItem {
  cursor.item = item;
  cursor.draft.items.push(item);
  return item;
}

/** What a line is for that is no sale, by its type of item or of fund. */
function collectedBy(attributes: Attributes): DraftItem["collects"] {
  const type = `${attribute(attributes, "ItemType")} ${attribute(attributes, "FundType")} ${attribute(attributes, "TypeCode")}`;
  if (/store.?credit|merchandise.?credit/i.test(type)) return "store-credit";
  if (/gift.?(card|certificate)|stored.?value/i.test(type)) return "gift-card";
  return /\b(tip|gratuity)\b/i.test(type) ? "tip" : undefined;
}

/** A card that is paid out or taken back; a tip that is given back. */
function givesBack(attributes: Attributes): boolean {
  return /^(return|refund|cash.?out|deactivat\w*)$/i.test(attribute(attributes, "Action") || attribute(attributes, "TypeCode"));
}
