import type { SaxesTagPlain } from "saxes";
import { attribute } from "./attributes.ts";
import type { Cursor, Place, Slot } from "./cursor.ts";
import { names } from "./element-names.ts";
import { DraftLink } from "./transaction-draft.ts";

const linksMax = 100;

const store: Slot = ({ link }, text) => {
  link.store = text;
};
const register: Slot = ({ link }, text) => {
  link.register = text;
};
const sequence: Slot = ({ link }, text) => {
  link.sequence = text;
};
const businessDay: Slot = ({ link }, text) => {
  link.businessDay = text;
};
const transactionId: Slot = ({ link }, text) => {
  link.transactionId = text;
};
const reason: Slot = ({ link }, text) => {
  link.reason = text;
};

/** A link of the whole ticket. */
export function openLink(cursor: Cursor, tag: SaxesTagPlain): Place | undefined {
  if (cursor.draft.links.length >= linksMax) return undefined;
  cursor.draft.links.push(newLink(cursor, tag));
  return inLink;
}

export function newLink(cursor: Cursor, tag: SaxesTagPlain): DraftLink {
  const link = new DraftLink();
  link.reason = attribute(tag.attributes, "ReasonCode");
  cursor.link = link;
  return link;
}

export const inLink: Place = (cursor, code) => {
  switch (code) {
    case names.RetailStoreID:
    case names.BusinessUnit:
      return cursor.read(store);
    case names.WorkstationID:
      return cursor.read(register);
    case names.SequenceNumber:
      return cursor.read(sequence);
    case names.BusinessDayDate:
      return cursor.read(businessDay);
    case names.TransactionID:
      return cursor.read(transactionId);
    case names.ReasonCode:
      return cursor.read(reason);
    default:
      return undefined;
  }
};
