import { type Attributes, attribute, flag } from "./attributes.ts";
import type { Place, Slot } from "./cursor.ts";
import { amountLike, names } from "./element-names.ts";
import { DraftTax, type LineHead } from "./transaction-draft.ts";

const discountAmount: Slot = ({ discount }, text) => {
  discount.amount = text;
};
const promotion: Slot = ({ discount }, text) => {
  discount.promotion = text;
};
const discountReason: Slot = ({ discount }, text) => {
  discount.reason = text;
};

export const inDiscount: Place = (cursor, code, tag) => {
  switch (code) {
    case names.Amount:
      cursor.discount.action = attribute(tag.attributes, "Action");
      return cursor.readAmount(discountAmount, tag);
    case names.PromotionID:
    case names.PriceDerivationRuleID:
    case names.PromotionDescription:
      return cursor.discount.promotion === "" ? cursor.read(promotion) : undefined;
    case names.ReasonCode:
      return cursor.read(discountReason);
    case amountLike:
      return cursor.readUnknown(tag);
    default:
      return undefined;
  }
};

const taxAmount: Slot = ({ tax }, text) => {
  tax.amount = text;
};
const taxPercent: Slot = ({ tax }, text) => {
  tax.percent = text;
};
const taxAuthority: Slot = ({ tax }, text) => {
  tax.authority = text;
};
const taxGroup: Slot = ({ tax }, text) => {
  tax.group = text;
};
const taxRule: Slot = ({ tax }, text) => {
  tax.rule = text;
};

export const inTax: Place = (cursor, code, tag) => {
  const { tax } = cursor;
  switch (code) {
    case names.Amount:
      return cursor.readAmount(taxAmount, tag);
    case names.Percent:
    case names.TaxRate:
      return tax.percent === "" ? cursor.read(taxPercent) : undefined;
    case names.TaxAuthority:
      return cursor.read(taxAuthority);
    case names.TaxGroupID:
      return cursor.read(taxGroup);
    case names.TaxRuleID:
      return cursor.read(taxRule);
    case names.TaxableAmount:
      tax.included = flag(attribute(tag.attributes, "TaxIncludedInTaxableAmountFlag")) ?? tax.included;
      return undefined;
    case names.TaxExemption:
      // What would have been due is no money that anybody pays.
      tax.exempt = true;
      return undefined;
    case amountLike:
      return cursor.readUnknown(tag);
    default:
      return undefined;
  }
};

export function newTax(head: LineHead, attributes: Attributes): DraftTax {
  const tax = new DraftTax(head);
  tax.type = attribute(attributes, "TaxType") || attribute(attributes, "TaxSubType");
  tax.typeCode = attribute(attributes, "TypeCode");
  tax.included = flag(attribute(attributes, "TaxIncludedFlag"));
  tax.exempt = tax.typeCode === "Exempt" || tax.type === "Exempt";
  return tax;
}
