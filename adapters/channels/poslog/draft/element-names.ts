/** Local names that the reader knows, as small numbers: elements are told apart by an integer and prefixes cost one look-up. */
export const names = {
  Transaction: 1,
  Batch: 2,
  POSLog: 3,
  TransactionCount: 4,
  TransactionAmount: 5,
  RetailStoreID: 6,
  BusinessUnit: 7,
  UnitID: 8,
  WorkstationID: 9,
  SequenceNumber: 10,
  TransactionID: 11,
  BusinessDayDate: 12,
  BeginDateTime: 13,
  EndDateTime: 14,
  CurrencyCode: 15,
  TransactionStatus: 16,
  TransactionLink: 17,
  RevisionNumber: 18,
  RetailTransaction: 19,
  LineItem: 20,
  Total: 21,
  ReceiptNumber: 22,
  ReceiptDateTime: 23,
  Sale: 24,
  Return: 25,
  Tender: 26,
  Tax: 27,
  Discount: 28,
  Rounding: 29,
  CreateNumber: 30,
  CreateRefNumber: 31,
  ItemLink: 32,
  ItemID: 33,
  POSIdentity: 34,
  POSItemID: 35,
  Description: 36,
  RegularSalesUnitPrice: 37,
  ActualSalesUnitPrice: 38,
  ExtendedAmount: 39,
  ExtendedDiscountAmount: 40,
  Quantity: 41,
  RetailPriceModifier: 42,
  PriceModifier: 43,
  Disposal: 44,
  Amount: 45,
  Percent: 46,
  PromotionID: 47,
  ReasonCode: 48,
  PriceDerivationRuleID: 49,
  TaxAuthority: 50,
  TaxGroupID: 51,
  TaxRuleID: 52,
  TaxableAmount: 53,
  TenderChange: 54,
  ForeignCurrency: 55,
  OriginalFaceAmount: 56,
  CreditDebit: 57,
  CardBrand: 58,
  Brand: 59,
  Cashback: 60,
  TenderType: 61,
  PromotionDescription: 62,
  DateTime: 63,
  TaxRate: 64,
  NewPrice: 65,
  PreviousPrice: 66,
  SaleForDelivery: 67,
  SaleForPickup: 68,
  StoredValueFund: 69,
  StoredValueFundSale: 70,
  GiftCertificate: 71,
  GiftCard: 72,
  Tip: 73,
  Gratuity: 74,
  FaceValueAmount: 75,
} as const;

/** Any element whose local name ends with "Amount" and that is not listed above. */
export const amountLike = 900;
/** Any other element. */
export const unknownName = 0;

const codes: ReadonlyMap<string, number> = new Map(Object.entries(names));
const prefixedNamesMax = 4096;

/** Looks qualified names up; one per reader, since it remembers the prefixed names of its file. */
export class ElementNames {
  readonly #seen = new Map<string, number>(codes);

  codeOf(qualifiedName: string): number {
    return this.#seen.get(qualifiedName) ?? this.#learn(qualifiedName);
  }

  #learn(qualifiedName: string): number {
    const local = localName(qualifiedName);
    const code = codes.get(local) ?? (local.endsWith("Amount") ? amountLike : unknownName);
    if (this.#seen.size < prefixedNamesMax) this.#seen.set(qualifiedName, code);
    return code;
  }
}

export function localName(qualifiedName: string): string {
  return qualifiedName.slice(qualifiedName.indexOf(":") + 1);
}
