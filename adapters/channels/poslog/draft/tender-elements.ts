import type { SaxesTagPlain } from "saxes";
import { anyTrue, attribute } from "./attributes.ts";
import type { Cursor, Place, Slot } from "./cursor.ts";
import { amountLike, names, unknownName } from "./element-names.ts";
import { DraftTender } from "./transaction-draft.ts";

const tenderAmount: Slot = ({ tender }, text) => {
  tender.amount = text;
};
const tenderType: Slot = ({ tender }, text) => {
  tender.type = text;
};
const account: Slot = ({ tender }, text) => {
  tender.account = text;
};
const changeAmount: Slot = ({ tender }, text) => {
  tender.change.push(text);
};
const cashback: Slot = ({ tender }, text) => {
  tender.cashback = text;
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

export function openTender(cursor: Cursor, tag: SaxesTagPlain): Place {
  const { attributes } = tag;
  const tender = newTender(cursor);
  tender.type = attribute(attributes, "TenderType");
  tender.typeCode = anyTrue(attributes, cursor.dialect.flags.change) ? "Change" : attribute(attributes, "TypeCode");
  return inTender;
}

/** Change as a line of its own, with its tender nested in it. */
export function openChange(cursor: Cursor): Place {
  newTender(cursor).typeCode = "Change";
  return inChangeLine;
}

function newTender(cursor: Cursor): DraftTender {
  const tender = new DraftTender(cursor.head);
  cursor.tender = tender;
  cursor.draft.tenders.push(tender);
  return tender;
}

const inChangeLine: Place = (cursor, code, tag) => {
  if (code === names.Amount) return cursor.readAmount(tenderAmount, tag);
  if (code !== names.TenderChange) return code === amountLike ? cursor.readUnknown(tag) : undefined;
  cursor.tender.type = attribute(tag.attributes, "TenderType");
  return inChangeLine;
};

/** Ids of a layaway or of a customer's account: a card's number is not read. */
const accountElements = new Set(["AccountID", "CustomerAccountID", "LayawayID", "DepositID"]);

const inTender: Place = (cursor, code, tag) => {
  const { tender } = cursor;
  switch (code) {
    case names.Amount: {
      const { ForeignAmount: foreign, Currency: currency } = tag.attributes;
      if (foreign === undefined) return cursor.readAmount(tenderAmount, tag);
      tender.foreignAmount = foreign;
      tender.foreignCurrency = currency ?? "";
      return cursor.read(tenderAmount);
    }
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
    case names.TenderID:
      return tender.type === "" ? cursor.read(tenderType) : undefined;
    case names.Cashback:
      return cursor.readAmount(cashback, tag);
    case amountLike:
      return cursor.readUnknown(tag);
    case unknownName:
      return accountElements.has(cursor.dialect.names.nameOf(tag.name)) ? cursor.read(account) : undefined;
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
