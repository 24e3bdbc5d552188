import type { SaxesTagPlain } from "saxes";
import { amountLike, localName, names, unknownName } from "./element-names.ts";
import {
  DraftDiscount,
  DraftItem,
  DraftLink,
  DraftRounding,
  DraftTax,
  DraftTender,
  type DraftTotal,
  LineHead,
  type TicketDraft,
} from "./ticket-draft.ts";

const ticketLinesMax = 5_000;
/** Longer texts of elements that are read are cut here: no field of a ticket is longer. */
const textMax = 512;
const linksMax = 100;
const totalsMax = 200;
const statusesMax = 8;
const unknownMoneyMax = 50;

/** Where the reader stands: the meaning of an element depends on it. */
const inTransaction = 1;
const inUnit = 2;
const inRetail = 3;
const inLine = 4;
const inItem = 5;
const inIdentity = 6;
const inDiscount = 7;
const inTax = 8;
const inTender = 9;
const inChange = 10;
const inForeign = 11;
const inLink = 12;
const inLinkUnit = 13;
const inRounding = 14;
/** A line kind that is not understood: its amounts are looked for at any depth. */
const inUnknownLine = 15;
const inCard = 16;

/** What a text is for: field numbers of the draft. */
const noField = 0;
const fStore = 1;
const fRegister = 2;
const fSequence = 3;
const fTransactionId = 4;
const fBusinessDay = 5;
const fBegin = 6;
const fEnd = 7;
const fCurrency = 8;
const fStatus = 9;
const fRevision = 10;
const fReceipt = 11;
const fReceiptTime = 12;
const fTotal = 13;
const fLineSequence = 14;
const fCreateNumber = 15;
const fCreateReference = 16;
const fItemLink = 17;
const fItemId = 18;
const fPosItemId = 19;
const fDescription = 20;
const fRegularPrice = 21;
const fActualPrice = 22;
const fExtended = 23;
const fExtendedDiscount = 24;
const fQuantity = 25;
const fDiscountAmount = 26;
const fPromotion = 27;
const fDiscountReason = 28;
const fTaxAmount = 29;
const fTaxPercent = 30;
const fTaxAuthority = 31;
const fTaxGroup = 32;
const fTaxRule = 33;
const fTenderAmount = 34;
const fTenderType = 35;
const fChangeAmount = 36;
const fForeignCurrency = 37;
const fForeignAmount = 38;
const fCardBrand = 39;
const fLinkStore = 40;
const fLinkRegister = 41;
const fLinkSequence = 42;
const fLinkDay = 43;
const fLinkTransactionId = 44;
const fRoundingAmount = 45;
const fUnknownMoney = 46;
const fLinkReason = 47;
const fFaceValue = 48;

type Attributes = SaxesTagPlain["attributes"];

/**
 * Fills a draft from the elements inside one Transaction: an integer machine (place × name → place or field), because this runs for
 * every element of every file. Elements that mean nothing here are skipped with their content.
 */
export class DraftBuilder {
  #draft!: TicketDraft;
  readonly #places: number[] = [];
  #place = inTransaction;
  #skipping = 0;
  #field = noField;
  #text = "";

  #head: LineHead = new LineHead();
  #item: DraftItem | undefined;
  #discount!: DraftDiscount;
  #tax!: DraftTax;
  #tender!: DraftTender;
  #link!: DraftLink;
  #rounding!: DraftRounding;
  #total!: DraftTotal;
  #unknownElement = "";

  begin(draft: TicketDraft, tag: SaxesTagPlain): void {
    this.#draft = draft;
    this.#places.length = 0;
    this.#place = inTransaction;
    this.#skipping = 0;
    this.#field = noField;
    this.#readFlags(tag.attributes);
  }

  open(code: number, tag: SaxesTagPlain): void {
    if (this.#skipping > 0 || this.#field !== noField) {
      this.#skipping++;
      return;
    }
    const from = this.#place;
    // A ticket beyond its bounds is held whatever it says; what names it may still follow.
    if (this.#draft.tooLarge !== "" && from !== inTransaction) {
      this.#skipping = 1;
      return;
    }
    const next = this.#enter(from, code, tag);
    if (next === 0) {
      if (this.#field === noField) this.#skipping = 1;
      else this.#text = "";
      return;
    }
    this.#places.push(from);
    this.#place = next;
  }

  close(): void {
    if (this.#skipping > 0) {
      this.#skipping--;
      return;
    }
    if (this.#field !== noField) {
      this.#assign(this.#field, this.#text.trim());
      this.#field = noField;
      return;
    }
    this.#place = this.#places.pop() ?? inTransaction;
  }

  text(value: string): void {
    if (this.#field === noField || this.#skipping > 0) return;
    this.#text = this.#text === "" && value.length <= textMax ? value : (this.#text + value).slice(0, textMax);
  }

  /** The next place, or 0: then either #field says which text follows, or the element is skipped. */
  #enter(place: number, code: number, tag: SaxesTagPlain): number {
    switch (place) {
      case inTransaction:
        return this.#inTransaction(code, tag);
      case inRetail:
        return this.#inRetail(code, tag);
      case inLine:
        return this.#inLine(code, tag);
      case inItem:
        return this.#inItem(code, tag);
      case inDiscount:
        return this.#inDiscount(code, tag);
      case inTax:
        return this.#inTax(code, tag);
      case inTender:
        return this.#inTender(code, tag);
      case inIdentity:
        return code === names.POSItemID ? this.#read(fPosItemId) : 0;
      case inUnit:
        return code === names.UnitID ? this.#read(fStore) : 0;
      case inChange:
        return code === names.Amount ? this.#readAmount(fChangeAmount, tag) : code === amountLike ? this.#unknown(tag) : 0;
      case inForeign:
        if (code === names.CurrencyCode) return this.#read(fForeignCurrency);
        return code === names.OriginalFaceAmount || code === names.Amount ? this.#read(fForeignAmount) : 0;
      case inCard:
        return code === names.CardBrand || code === names.Brand ? this.#read(fCardBrand) : 0;
      case inRounding:
        return code === names.Amount ? this.#readAmount(fRoundingAmount, tag) : code === amountLike ? this.#unknown(tag) : 0;
      case inLink:
        return this.#inLink(code);
      case inLinkUnit:
        return code === names.UnitID ? this.#read(fLinkStore) : 0;
      case inUnknownLine:
        return code === names.Amount || code === amountLike || code === names.ExtendedAmount ? this.#read(fUnknownMoney) : inUnknownLine;
      default:
        return 0;
    }
  }

  #read(field: number): 0 {
    this.#field = field;
    return 0;
  }

  #readAmount(field: number, tag: SaxesTagPlain): 0 {
    this.#noteCurrency(tag.attributes);
    this.#field = field;
    return 0;
  }

  #unknown(tag: SaxesTagPlain): 0 {
    this.#unknownElement = localName(tag.name);
    return this.#read(fUnknownMoney);
  }

  #inTransaction(code: number, tag: SaxesTagPlain): number {
    switch (code) {
      case names.RetailStoreID:
        return this.#read(fStore);
      case names.BusinessUnit:
        return inUnit;
      case names.WorkstationID:
        return this.#read(fRegister);
      case names.SequenceNumber:
        return this.#read(fSequence);
      case names.TransactionID:
        return this.#read(fTransactionId);
      case names.BusinessDayDate:
        return this.#read(fBusinessDay);
      case names.BeginDateTime:
        return this.#read(fBegin);
      case names.EndDateTime:
        return this.#read(fEnd);
      case names.CurrencyCode:
        return this.#read(fCurrency);
      case names.TransactionStatus:
        return this.#read(fStatus);
      case names.RevisionNumber:
        return this.#read(fRevision);
      case names.TransactionLink:
        return this.#openLink(tag);
      case names.RetailTransaction:
        this.#draft.content = "RetailTransaction";
        this.#readFlags(tag.attributes);
        return inRetail;
      default: {
        // ControlTransaction, TenderControlTransaction and their kin say what the transaction is.
        const local = localName(tag.name);
        if (code === unknownName && local.endsWith("Transaction") && this.#draft.content === "") this.#draft.content = local.slice(0, 60);
        return 0;
      }
    }
  }

  #inRetail(code: number, tag: SaxesTagPlain): number {
    switch (code) {
      case names.LineItem: {
        if (++this.#draft.lineCount > ticketLinesMax) {
          this.#draft.tooLarge = `more than ${ticketLinesMax} lines`;
          return 0;
        }
        this.#head = new LineHead();
        const { attributes } = tag;
        this.#head.voided = isTrue(attribute(attributes, "VoidFlag")) || isTrue(attribute(attributes, "CancelFlag"));
        this.#item = undefined;
        return inLine;
      }
      case names.Total: {
        if (this.#draft.totals.length >= totalsMax) return 0;
        const { attributes } = tag;
        this.#total = {
          type: attribute(attributes, "TotalType") || attribute(attributes, "TransactionTotalType"),
          typeCode: attribute(attributes, "TypeCode"),
          amount: "",
        };
        this.#draft.totals.push(this.#total);
        return this.#readAmount(fTotal, tag);
      }
      case names.TransactionLink:
        return this.#openLink(tag);
      case names.TransactionStatus:
        return this.#read(fStatus);
      case names.ReceiptNumber:
        return this.#read(fReceipt);
      case names.ReceiptDateTime:
        return this.#read(fReceiptTime);
      case names.BusinessDayDate:
        return this.#read(fBusinessDay);
      case names.TransactionID:
        return this.#read(fTransactionId);
      default:
        return 0;
    }
  }

  #inLine(code: number, tag: SaxesTagPlain): number {
    switch (code) {
      case names.SequenceNumber:
        return this.#read(fLineSequence);
      case names.CreateNumber:
        return this.#read(fCreateNumber);
      case names.CreateRefNumber:
        return this.#read(fCreateReference);
      case names.ItemLink:
        return this.#read(fItemLink);
      case names.Sale:
      case names.Return: {
        const item = this.#newItem(new DraftItem(this.#head, code === names.Sale ? "sale" : "return", collectedBy(tag.attributes)));
        item.taxIncluded = flag(attribute(tag.attributes, "TaxIncludedInPriceFlag"));
        return inItem;
      }
      // Redeemed, a card is a tender. As a line of its own it is sold, recharged or paid out.
      case names.StoredValueFund:
      case names.StoredValueFundSale:
      case names.GiftCertificate:
      case names.GiftCard: {
        const { attributes } = tag;
        const kind = givesBack(attributes) ? "return" : "sale";
        this.#newItem(new DraftItem(this.#head, kind, collectedBy(attributes) ?? "gift-card"));
        return inItem;
      }
      case names.Tip:
      case names.Gratuity:
        this.#newItem(new DraftItem(this.#head, givesBack(tag.attributes) ? "return" : "sale", "tip"));
        return inItem;
      case names.Tender: {
        const tender = new DraftTender(this.#head);
        tender.type = attribute(tag.attributes, "TenderType");
        tender.typeCode = attribute(tag.attributes, "TypeCode");
        this.#tender = tender;
        this.#draft.tenders.push(tender);
        return inTender;
      }
      case names.Tax: {
        this.#tax = this.#newTax(tag.attributes);
        this.#draft.taxes.push(this.#tax);
        return inTax;
      }
      case names.Discount:
      case names.RetailPriceModifier:
      case names.PriceModifier: {
        this.#discount = new DraftDiscount(this.#head);
        this.#draft.discounts.push(this.#discount);
        return inDiscount;
      }
      case names.Rounding: {
        this.#rounding = new DraftRounding(this.#head);
        this.#draft.roundings.push(this.#rounding);
        return inRounding;
      }
      case names.BeginDateTime:
      case names.EndDateTime:
        return 0;
      default:
        this.#unknownElement = localName(tag.name);
        return code === amountLike || code === names.Amount ? this.#read(fUnknownMoney) : inUnknownLine;
    }
  }

  #inItem(code: number, tag: SaxesTagPlain): number {
    const item = this.#item as DraftItem;
    switch (code) {
      case names.ItemID:
        return item.itemId === "" ? this.#read(fItemId) : 0;
      case names.POSIdentity:
        return inIdentity;
      case names.Description:
        return item.description === "" ? this.#read(fDescription) : 0;
      case names.RegularSalesUnitPrice:
        return this.#readAmount(fRegularPrice, tag);
      case names.ActualSalesUnitPrice:
        return this.#readAmount(fActualPrice, tag);
      case names.ExtendedAmount:
        return this.#readAmount(fExtended, tag);
      case names.ExtendedDiscountAmount:
        return this.#readAmount(fExtendedDiscount, tag);
      case names.FaceValueAmount:
        return item.collects === undefined ? 0 : this.#readAmount(fFaceValue, tag);
      case names.Amount:
        // A tip or a card states what it comes to as plain as a tender does.
        return item.collects === undefined || item.extended !== "" ? 0 : this.#readAmount(fExtended, tag);
      case names.Quantity:
        // A weighed article may state its pieces first and its weight after them.
        return item.quantity === "" ? this.#read(fQuantity) : 0;
      case names.RetailPriceModifier:
      case names.PriceModifier:
      case names.Discount: {
        this.#discount = new DraftDiscount(this.#head);
        this.#discount.voided = isTrue(attribute(tag.attributes, "VoidFlag"));
        item.discounts.push(this.#discount);
        return inDiscount;
      }
      case names.Tax: {
        this.#tax = this.#newTax(tag.attributes);
        item.taxes.push(this.#tax);
        return inTax;
      }
      case names.Disposal:
        item.disposal = attribute(tag.attributes, "Method");
        return 0;
      case names.TransactionLink:
        this.#link = new DraftLink();
        this.#link.reason = attribute(tag.attributes, "ReasonCode");
        item.link = this.#link;
        return inLink;
      case names.ItemLink:
        return this.#read(fItemLink);
      default:
        return 0;
    }
  }

  #inDiscount(code: number, tag: SaxesTagPlain): number {
    switch (code) {
      case names.Amount:
        this.#discount.action = attribute(tag.attributes, "Action");
        return this.#readAmount(fDiscountAmount, tag);
      case names.PromotionID:
      case names.PriceDerivationRuleID:
      case names.PromotionDescription:
        return this.#discount.promotion === "" ? this.#read(fPromotion) : 0;
      case names.ReasonCode:
        return this.#read(fDiscountReason);
      case amountLike:
        return this.#unknown(tag);
      default:
        return 0;
    }
  }

  #inTax(code: number, tag: SaxesTagPlain): number {
    switch (code) {
      case names.Amount:
        return this.#readAmount(fTaxAmount, tag);
      case names.Percent:
      case names.TaxRate:
        return this.#tax.percent === "" ? this.#read(fTaxPercent) : 0;
      case names.TaxAuthority:
        return this.#read(fTaxAuthority);
      case names.TaxGroupID:
        return this.#read(fTaxGroup);
      case names.TaxRuleID:
        return this.#read(fTaxRule);
      case names.TaxableAmount:
        this.#tax.included = flag(attribute(tag.attributes, "TaxIncludedInTaxableAmountFlag")) ?? this.#tax.included;
        return 0;
      case amountLike:
        return this.#unknown(tag);
      default:
        return 0;
    }
  }

  #inTender(code: number, tag: SaxesTagPlain): number {
    switch (code) {
      case names.Amount:
        return this.#readAmount(fTenderAmount, tag);
      case names.TenderChange:
        return inChange;
      case names.ForeignCurrency:
        return inForeign;
      case names.CreditDebit: {
        const { attributes } = tag;
        this.#tender.cardBrand =
          attribute(attributes, "CardBrand") || attribute(attributes, "CardType") || attribute(attributes, "TypeCode");
        return inCard;
      }
      case names.TenderType:
        return this.#tender.type === "" ? this.#read(fTenderType) : 0;
      case names.Cashback:
      case amountLike:
        return this.#unknown(tag);
      default:
        return 0;
    }
  }

  #openLink(tag: SaxesTagPlain): number {
    if (this.#draft.links.length >= linksMax) return 0;
    this.#link = new DraftLink();
    this.#link.reason = attribute(tag.attributes, "ReasonCode");
    this.#draft.links.push(this.#link);
    return inLink;
  }

  #inLink(code: number): number {
    switch (code) {
      case names.RetailStoreID:
        return this.#read(fLinkStore);
      case names.BusinessUnit:
        return inLinkUnit;
      case names.WorkstationID:
        return this.#read(fLinkRegister);
      case names.SequenceNumber:
        return this.#read(fLinkSequence);
      case names.BusinessDayDate:
        return this.#read(fLinkDay);
      case names.TransactionID:
        return this.#read(fLinkTransactionId);
      case names.ReasonCode:
        return this.#read(fLinkReason);
      default:
        return 0;
    }
  }

  #newItem(item: DraftItem): DraftItem {
    this.#item = item;
    this.#draft.items.push(item);
    return item;
  }

  #newTax(attributes: Attributes): DraftTax {
    const tax = new DraftTax(this.#head);
    tax.type = attribute(attributes, "TaxType") || attribute(attributes, "TaxSubType");
    tax.typeCode = attribute(attributes, "TypeCode");
    tax.included = flag(attribute(attributes, "TaxIncludedFlag"));
    return tax;
  }

  #readFlags(attributes: Attributes): void {
    const draft = this.#draft;
    if (isTrue(attribute(attributes, "CancelFlag"))) draft.cancelled = true;
    if (isTrue(attribute(attributes, "TrainingModeFlag"))) draft.training = true;
    if (isTrue(attribute(attributes, "SuspendFlag"))) draft.suspended = true;
    const status = attribute(attributes, "TransactionStatus");
    if (status !== "") draft.statuses.push(status);
  }

  #noteCurrency(attributes: Attributes): void {
    const currency = attribute(attributes, "Currency") || attribute(attributes, "CurrencyCode");
    const { currencies } = this.#draft;
    if (currency !== "" && !currencies.includes(currency) && currencies.length < 8) currencies.push(currency);
  }

  #assign(field: number, value: string): void {
    const draft = this.#draft;
    switch (field) {
      case fStore:
        draft.store = value;
        return;
      case fRegister:
        draft.register = value;
        return;
      case fSequence:
        draft.sequence = value;
        return;
      case fTransactionId:
        draft.transactionId = value;
        return;
      case fBusinessDay:
        draft.businessDay = value;
        return;
      case fBegin:
        draft.beginTime = value;
        return;
      case fEnd:
        draft.endTime = value;
        return;
      case fCurrency:
        draft.currencyCode = value;
        return;
      case fStatus:
        if (draft.statuses.length < statusesMax) draft.statuses.push(value);
        return;
      case fRevision:
        draft.revision = value;
        return;
      case fReceipt:
        draft.receipt = value;
        return;
      case fReceiptTime:
        draft.receiptTime = value;
        return;
      case fTotal:
        this.#total.amount = value;
        return;
      case fLineSequence:
        this.#head.sequence = value;
        return;
      case fCreateNumber:
        this.#head.createNumber = value;
        return;
      case fCreateReference:
        this.#head.createReference = value;
        return;
      case fItemLink:
        this.#head.itemLink = value;
        return;
      case fItemId:
        this.#item!.itemId = value;
        return;
      case fPosItemId:
        if (this.#item!.posItemId === "") this.#item!.posItemId = value;
        return;
      case fDescription:
        this.#item!.description = value;
        return;
      case fRegularPrice:
        this.#item!.regularPrice = value;
        return;
      case fActualPrice:
        this.#item!.actualPrice = value;
        return;
      case fExtended:
        this.#item!.extended = value;
        return;
      case fExtendedDiscount:
        this.#item!.extendedDiscount = value;
        return;
      case fQuantity:
        this.#item!.quantity = value;
        return;
      case fDiscountAmount:
        this.#discount.amount = value;
        return;
      case fPromotion:
        this.#discount.promotion = value;
        return;
      case fDiscountReason:
        this.#discount.reason = value;
        return;
      case fTaxAmount:
        this.#tax.amount = value;
        return;
      case fTaxPercent:
        this.#tax.percent = value;
        return;
      case fTaxAuthority:
        this.#tax.authority = value;
        return;
      case fTaxGroup:
        this.#tax.group = value;
        return;
      case fTaxRule:
        this.#tax.rule = value;
        return;
      case fTenderAmount:
        this.#tender.amount = value;
        return;
      case fTenderType:
        this.#tender.type = value;
        return;
      case fChangeAmount:
        this.#tender.change.push(value);
        return;
      case fForeignCurrency:
        this.#tender.foreignCurrency = value;
        return;
      case fForeignAmount:
        this.#tender.foreignAmount = value;
        return;
      case fCardBrand:
        this.#tender.cardBrand = value;
        return;
      case fLinkStore:
        this.#link.store = value;
        return;
      case fLinkRegister:
        this.#link.register = value;
        return;
      case fLinkSequence:
        this.#link.sequence = value;
        return;
      case fLinkDay:
        this.#link.businessDay = value;
        return;
      case fLinkTransactionId:
        this.#link.transactionId = value;
        return;
      case fLinkReason:
        this.#link.reason = value;
        return;
      case fRoundingAmount:
        this.#rounding.amount = value;
        return;
      case fFaceValue:
        this.#item!.faceValue = value;
        return;
      case fUnknownMoney:
        if (draft.unknownMoney.length < unknownMoneyMax)
          draft.unknownMoney.push({ head: this.#head, element: this.#unknownElement, amount: value });
        return;
      default:
        throw new Error(`no field ${field}`);
    }
  }
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

/** POSLog's own attributes have no prefix; a prefixed one is a vendor's. "" when it is absent. */
function attribute(attributes: Attributes, name: string): string {
  return attributes[name] ?? "";
}

function isTrue(text: string): boolean {
  return text === "true" || text === "1" || text === "True" || text === "TRUE";
}

/** A flag that may be absent. */
function flag(text: string): boolean | undefined {
  return text === "" ? undefined : isTrue(text);
}
