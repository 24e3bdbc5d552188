import { type Attributes, attribute, isTrue } from "./attributes.ts";
import type { Place, Slot } from "./cursor.ts";
import { localName, names, unknownName } from "./element-names.ts";
import { openLink } from "./link-elements.ts";
import { inRetail } from "./retail-elements.ts";
import type { TicketDraft } from "./ticket-draft.ts";
import { businessDay, status, transactionId } from "./transaction-slots.ts";

const store: Slot = ({ draft }, text) => {
  draft.store = text;
};
const register: Slot = ({ draft }, text) => {
  draft.register = text;
};
const sequence: Slot = ({ draft }, text) => {
  draft.sequence = text;
};
const beginTime: Slot = ({ draft }, text) => {
  draft.beginTime = text;
};
const endTime: Slot = ({ draft }, text) => {
  draft.endTime = text;
};
const currencyCode: Slot = ({ draft }, text) => {
  draft.currencyCode = text;
};
const revision: Slot = ({ draft }, text) => {
  draft.revision = text;
};

export const inTransaction: Place = (cursor, code, tag) => {
  switch (code) {
    case names.RetailStoreID:
      return cursor.read(store);
    case names.BusinessUnit:
      return inUnit;
    case names.WorkstationID:
      return cursor.read(register);
    case names.SequenceNumber:
      return cursor.read(sequence);
    case names.TransactionID:
      return cursor.read(transactionId);
    case names.BusinessDayDate:
      return cursor.read(businessDay);
    case names.BeginDateTime:
      return cursor.read(beginTime);
    case names.EndDateTime:
      return cursor.read(endTime);
    case names.CurrencyCode:
      return cursor.read(currencyCode);
    case names.TransactionStatus:
      return cursor.read(status);
    case names.RevisionNumber:
      return cursor.read(revision);
    case names.TransactionLink:
      return openLink(cursor, tag);
    case names.RetailTransaction:
      cursor.draft.content = "RetailTransaction";
      readFlags(cursor.draft, tag.attributes);
      return inRetail;
    default: {
      // ControlTransaction, TenderControlTransaction and their kin say what the transaction is.
      const local = localName(tag.name);
      if (code === unknownName && local.endsWith("Transaction") && cursor.draft.content === "") cursor.draft.content = local.slice(0, 60);
      return undefined;
    }
  }
};

const inUnit: Place = (cursor, code) => (code === names.UnitID ? cursor.read(store) : undefined);

export function readFlags(draft: TicketDraft, attributes: Attributes): void {
  if (isTrue(attribute(attributes, "CancelFlag"))) draft.cancelled = true;
  if (isTrue(attribute(attributes, "TrainingModeFlag"))) draft.training = true;
  if (isTrue(attribute(attributes, "SuspendFlag"))) draft.suspended = true;
  const status = attribute(attributes, "TransactionStatus");
  if (status !== "") draft.statuses.push(status);
}
