import { attribute } from "./attributes.ts";
import type { Place, Slot } from "./cursor.ts";
import { amountLike, names } from "./element-names.ts";

const tenderAmount: Slot = ({ tender }, text) => {
  tender.amount = text;
};
const tenderType: Slot = ({ tender }, text) => {
  tender.type = text;
};
const changeAmount: Slot = ({ tender }, text) => {
  tender.change.push(text);
};
const foreignCurrency: Slot = ({ tender }, text) => {
  tender.foreignCurrency = text;
};
const foreignAmount: Slot = ({ tender }, text) => {
  tender.foreignAmount = text;
};
const cardBrand: Slot = ({ tender }, text) => {
  tender.cardBrand = text;
};

export const inTender: Place = (cursor, code, tag) => {
  const { tender } = cursor;
  switch (code) {
    case names.Amount:
      return cursor.readAmount(tenderAmount, tag);
    case names.TenderChange:
      return inChange;
    case names.ForeignCurrency:
      return inForeign;
    case names.CreditDebit: {
      const { attributes } = tag;
      tender.cardBrand = attribute(attributes, "CardBrand") || attribute(attributes, "CardType") || attribute(attributes, "TypeCode");
      return inCard;
    }
    case names.TenderType:
      return tender.type === "" ? cursor.read(tenderType) : undefined;
    case names.Cashback:
    case amountLike:
      return cursor.readUnknown(tag);
    default:
      return undefined;
  }
};

const inChange: Place = (cursor, code, tag) => {
  if (code === names.Amount) return cursor.readAmount(changeAmount, tag);
  return code === amountLike ? cursor.readUnknown(tag) : undefined;
};

const inForeign: Place = (cursor, code) => {
  if (code === names.CurrencyCode) return cursor.read(foreignCurrency);
  return code === names.OriginalFaceAmount || code === names.Amount ? cursor.read(foreignAmount) : undefined;
};

const inCard: Place = (cursor, code) => (code === names.CardBrand || code === names.Brand ? cursor.read(cardBrand) : undefined);
