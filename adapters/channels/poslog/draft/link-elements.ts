import type { SaxesTagPlain } from "saxes";
import { attribute } from "./attributes.ts";
import type { Cursor, Place, Slot } from "./cursor.ts";
import { names } from "./element-names.ts";
import { type IdentitySlots, identitySlot } from "./identity-elements.ts";
import { DraftLink } from "./transaction-draft.ts";

const linksMax = 100;

const ofLink: IdentitySlots = {
  store({ link }, text) {
    link.store = text;
  },
  register({ link }, text) {
    link.register = text;
  },
  sequence({ link }, text) {
    link.sequence = text;
  },
  businessDay({ link }, text) {
    link.businessDay = text;
  },
  transactionId({ link }, text) {
    link.transactionId = text;
  },
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
  const slot = code === names.ReasonCode ? reason : identitySlot(code, ofLink);
  return slot === undefined ? undefined : cursor.read(slot);
};
