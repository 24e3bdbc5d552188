import { attribute, isTrue } from "./attributes.ts";
import type { Place, Slot } from "./cursor.ts";
import { names } from "./element-names.ts";
import { inLink, newLink } from "./link-elements.ts";
import { inDiscount, inTax, newTax } from "./price-elements.ts";
import { DraftDiscount, type DraftItem } from "./ticket-draft.ts";

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
const faceValue: Slot = ({ item }, text) => {
  if (item !== undefined) item.faceValue = text;
};
const posItemId: Slot = ({ item }, text) => {
  if (item !== undefined && item.posItemId === "") item.posItemId = text;
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
      return item.quantity === "" ? cursor.read(quantity) : undefined;
    case names.RetailPriceModifier:
    case names.PriceModifier:
    case names.Discount:
      cursor.discount = new DraftDiscount(cursor.head);
      cursor.discount.voided = isTrue(attribute(tag.attributes, "VoidFlag"));
      item.discounts.push(cursor.discount);
      return inDiscount;
    case names.Tax:
      cursor.tax = newTax(cursor.head, tag.attributes);
      item.taxes.push(cursor.tax);
      return inTax;
    case names.Disposal:
      item.disposal = attribute(tag.attributes, "Method");
      return undefined;
    case names.TransactionLink:
      item.link = newLink(cursor, tag);
      return inLink;
    case names.ItemLink:
      return cursor.read(itemLink);
    default:
      return undefined;
  }
};

const inIdentity: Place = (cursor, code) => (code === names.POSItemID ? cursor.read(posItemId) : undefined);
