import { type Attributes, anyTrue, attribute, isTrue } from "./attributes.ts";
import type { Cursor, Place, Slot } from "./cursor.ts";
import { names, unknownName } from "./element-names.ts";
import { type IdentitySlots, identitySlot } from "./identity-elements.ts";
import { openLink } from "./link-elements.ts";
import { inRetail } from "./retail-elements.ts";
import { inStockControl } from "./stock-elements.ts";
import { inTenderControl } from "./till-elements.ts";
import { businessDay, status, transactionId } from "./transaction-slots.ts";

const ofTransaction: IdentitySlots = {
  store: (cursor, text) => cursor.nameStore(text),
  register({ draft }, text) {
    draft.register = text;
  },
  sequence({ draft }, text) {
    draft.sequence = text;
  },
  businessDay,
  transactionId,
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
      readFlags(cursor, tag.attributes);
      return inRetail;
    case names.TenderControlTransaction:
      return openControl(cursor, "TenderControlTransaction", tag.attributes, inTenderControl);
    case names.InventoryControlTransaction:
      return openControl(cursor, "InventoryControlTransaction", tag.attributes, inStockControl);
    default: {
      if (code !== unknownName) {
        const slot = identitySlot(code, ofTransaction);
        return slot === undefined ? undefined : cursor.read(slot);
      }
      const name = cursor.dialect.names.nameOf(tag.name);
      if (cursor.dialect.properties.has(name)) {
        cursor.property = { element: name, code: "", value: "" };
        return inProperty;
      }
      // ControlTransaction and its kin say what the transaction is.
      if (name.endsWith("Transaction") && cursor.draft.content === "") cursor.draft.content = name.slice(0, 60);
      return undefined;
    }
  }
};

function openControl(cursor: Cursor, content: string, attributes: Attributes, place: Place): Place {
  cursor.draft.content = content;
  readFlags(cursor, attributes);
  return place;
}

export function readFlags(cursor: Cursor, attributes: Attributes): void {
  const { draft, dialect } = cursor;
  const { flags } = dialect;
  if (anyTrue(attributes, flags.cancelled)) draft.cancelled = true;
  if (anyTrue(attributes, flags.training)) draft.training = true;
  if (anyTrue(attributes, flags.suspended)) draft.suspended = true;
  if (anyTrue(attributes, flags.offline)) draft.offline = true;
  const status = attribute(attributes, "TransactionStatus");
  if (status !== "") draft.statuses.push(status);
}

/** What the dialect's own attributes of the Transaction say it is. */
export function readTypes({ draft, dialect }: Cursor, attributes: Attributes): void {
  if (dialect.typeAttribute !== "") draft.type = attribute(attributes, dialect.typeAttribute);
  for (const name of dialect.stockTypes) draft.stockTypes.push(attribute(attributes, name));
}

const propertyCode: Slot = (cursor, text) => fillProperty(cursor, { ...cursor.property, code: text });
const propertyValue: Slot = (cursor, text) => fillProperty(cursor, { ...cursor.property, value: text });

/** A vendor's pair of code and value, as elements of their own and in either order. */
const inProperty: Place = (cursor, _code, tag) => {
  const property = cursor.dialect.properties.get(cursor.property.element);
  const name = cursor.dialect.names.nameOf(tag.name);
  if (name === property?.code) return cursor.read(propertyCode);
  return name === property?.value ? cursor.read(propertyValue) : undefined;
};

function fillProperty(cursor: Cursor, property: Cursor["property"]): void {
  cursor.property = property;
  const { draft } = cursor;
  if (property.code === "" || property.value === "") return;
  const field = cursor.dialect.properties.get(property.element)?.fills.of(property.code);
  switch (field) {
    case undefined:
      return;
    case "receipt":
    case "transactionId":
      if (draft[field] === "") draft[field] = property.value;
      return;
    case "offline":
    case "training":
      if (isTrue(property.value)) draft[field] = true;
  }
}
