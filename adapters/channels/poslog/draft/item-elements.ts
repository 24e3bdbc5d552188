import { anyTrue, attribute } from "./attributes.ts";
import type { Cursor, Place, Slot } from "./cursor.ts";
import { names, unknownName } from "./element-names.ts";
import { inLink, newLink } from "./link-elements.ts";
import { inDiscount, inTax, newTax } from "./price-elements.ts";
import { DraftDiscount, type DraftItem } from "./transaction-draft.ts";

const itemId: Slot = ({ item }, text) => {
  if (item !== undefined) item.itemId = text;
};
const description: Slot = ({ item }, text) => {
  if (item !== undefined) item.description = text;
};
const regularPrice: Slot = ({ item }, text) => {
  if (item !== undefined) item.regularPrice = text;
};
const actualPrice: Slot = ({ item }, text) => {
  if (item !== undefined) item.actualPrice = text;
};
const extended: Slot = ({ item }, text) => {
  if (item !== undefined) item.extended = text;
};
const extendedDiscount: Slot = ({ item }, text) => {
  if (item !== undefined) item.extendedDiscount = text;
};
const quantity: Slot = ({ item }, text) => {
  if (item !== undefined) item.quantity = text;
};
const serialNumber: Slot = ({ item }, text) => {
  if (item !== undefined) item.serialNumber = text;
};
const faceValue: Slot = ({ item }, text) => {
  if (item !== undefined) item.faceValue = text;
};
const posItemId: Slot = ({ item }, text) => {
  if (item !== undefined && item.posItemId === "") item.posItemId = text;
};
const disposal: Slot = ({ item }, text) => {
  if (item !== undefined) item.disposal = text;
};
const reason: Slot = ({ item }, text) => {
  if (item !== undefined) item.reason = text;
};
const account: Slot = ({ item }, text) => {
  if (item !== undefined) item.account = text;
};
const number: Slot = ({ item }, text) => {
  if (item !== undefined) item.number = text;
};
/** The line that a void line undoes. */
export const itemLink: Slot = ({ head }, text) => {
  head.itemLink = text;
};

export const inItem: Place = (cursor, code, tag) => {
  const item = cursor.item as DraftItem;
  switch (code) {
    case names.ItemID:
      return item.itemId === "" ? cursor.read(itemId) : undefined;
    case names.POSIdentity:
      return inIdentity;
    case names.Description:
      return item.description === "" ? cursor.read(description) : undefined;
    case names.RegularSalesUnitPrice:
      return cursor.readAmount(regularPrice, tag);
    case names.ActualSalesUnitPrice:
      return cursor.readAmount(actualPrice, tag);
    case names.ExtendedAmount:
      return cursor.readAmount(extended, tag);
    case names.ExtendedDiscountAmount:
      return cursor.readAmount(extendedDiscount, tag);
    case names.FaceValueAmount:
      return item.collects === undefined ? undefined : cursor.readAmount(faceValue, tag);
    case names.Amount:
      // A tip or a card states what it comes to as plain as a tender does.
      return item.collects === undefined || item.extended !== "" ? undefined : cursor.readAmount(extended, tag);
    case names.Quantity:
      // A weighed article may state its pieces first and its weight after them.
      if (item.quantity !== "") return undefined;
      item.unit = attribute(tag.attributes, "UnitOfMeasureCode");
      return cursor.read(quantity);
    case names.SerialNumber:
      return cursor.read(serialNumber);
    case names.RetailPriceModifier:
    case names.PriceModifier:
    case names.Discount:
      cursor.discount = new DraftDiscount(cursor.head);
      cursor.discount.voided = anyTrue(tag.attributes, cursor.dialect.flags.voided);
      item.discounts.push(cursor.discount);
      return inDiscount;
    case names.Tax:
      // Xstore leaves the taxes of a changed line in it, with a flag of their own.
      cursor.tax = newTax(cursor.head, tag.attributes);
      cursor.tax.voided = anyTrue(tag.attributes, cursor.dialect.flags.voided);
      item.taxes.push(cursor.tax);
      return inTax;
    case names.Disposal:
      item.disposal = attribute(tag.attributes, "Method");
      return item.disposal === "" ? cursor.read(disposal) : undefined;
    case names.ReasonCode:
    case names.Reason:
      return item.collects === undefined || item.reason !== "" ? undefined : cursor.read(reason);
    case names.TransactionLink:
      item.link = newLink(cursor, tag);
      return inLink;
    case names.ItemLink:
      return cursor.read(itemLink);
    case unknownName:
      return unnumbered(cursor, item, tag.name);
    default:
      return undefined;
  }
};

/** Ids that are no personal data: an account's number may be a card's, and is not read. */
const accountElements = new Set(["AccountID", "CustomerAccountID", "LayawayID", "OrderID", "CustomerOrderID", "DepositID", "ContractID"]);

function unnumbered(cursor: Cursor, item: DraftItem, qualifiedName: string): undefined {
  const { names: elements, rewards } = cursor.dialect;
  if (item.collects === undefined && rewards === undefined) return undefined;
  const name = elements.nameOf(qualifiedName);
  if (name === rewards?.line?.number) return cursor.read(number);
  return item.collects !== undefined && accountElements.has(name) ? cursor.read(account) : undefined;
}

const inIdentity: Place = (cursor, code) => (code === names.POSItemID ? cursor.read(posItemId) : undefined);
