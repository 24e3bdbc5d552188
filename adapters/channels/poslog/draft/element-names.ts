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
  FaceValueAmount: 75,
  TenderControlTransaction: 76,
  InventoryControlTransaction: 77,
  Date: 78,
  TenderID: 79,
  Reason: 80,
  ItemCount: 81,
  SerialNumber: 82,
  TaxExemption: 83,
} as const;

/** Any element whose local name ends with "Amount" and that is not listed above. */
export const amountLike = 900;
/** Any other element. */
export const unknownName = 0;

const codes: ReadonlyMap<string, number> = new Map(Object.entries(names));
const prefixedNamesMax = 4096;

/**
 * Looks qualified names up; one per reader and dialect, since it remembers the prefixed names of its file. `aliases` are a vendor's elements
 * by the standard's name for them.
 */
export class ElementNames {
  readonly #aliases: ReadonlyMap<string, string>;
  readonly #seen: Map<string, number>;

  constructor(aliases: Readonly<Record<string, string>>) {
    this.#aliases = new Map(Object.entries(aliases));
    this.#seen = new Map(this.#aliases.size === 0 ? codes : []);
  }

  codeOf(qualifiedName: string): number {
    return this.#seen.get(qualifiedName) ?? this.#learn(qualifiedName);
  }

  /** The standard's name of an element. */
  nameOf(qualifiedName: string): string {
    const local = localName(qualifiedName);
    return this.#aliases.get(local) ?? local;
  }

  #learn(qualifiedName: string): number {
    const name = this.nameOf(qualifiedName);
    const code = codes.get(name) ?? (name.endsWith("Amount") ? amountLike : unknownName);
    if (this.#seen.size < prefixedNamesMax) this.#seen.set(qualifiedName, code);
    return code;
  }
}

export function localName(qualifiedName: string): string {
  return qualifiedName.slice(qualifiedName.indexOf(":") + 1);
}
