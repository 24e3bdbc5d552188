/** Which side of the books a role stands on. */
export type RoleSide =
  | "asset"
  | "contra-asset"
  | "liability"
  | "asset-or-liability"
  | "equity"
  | "revenue"
  | "contra-revenue"
  | "expense"
  | "contra-expense"
  | "income-or-expense";

export interface Role {
  readonly side: RoleSide;
  readonly class: string;
  /** The dimensions that a line of this role may carry, and an account rule may tell apart. */
  readonly dimensions: readonly string[];
}

const role = (side: RoleSide, kind: string, ...dimensions: string[]): Role => ({ side, class: kind, dimensions });

/** What a line of a journal is for. Postings name roles; policy says which account a role has. This is the whole list. */
export const roles: Readonly<Record<string, Role>> = {
  "payment-clearing": role("asset", "clearing", "gateway", "currency"),
  "acquirer-clearing": role("asset", "clearing", "acquirer", "currency"),
  bank: role("asset", "cash", "account", "currency"),
  "bank-in-transit": role("asset", "cash", "account", "currency"),
  safe: role("asset", "cash", "store", "currency"),
  "cash-drawer": role("asset", "cash", "register", "currency"),
  "accounts-receivable": role("asset", "receivable", "customer-class", "currency"),
  "dispute-receivable": role("asset", "receivable", "gateway", "currency"),
  "dispute-allowance": role("contra-asset", "receivable", "gateway"),
  "reserve-receivable": role("asset", "receivable", "gateway", "currency"),
  "coupon-receivable": role("asset", "receivable", "issuer"),
  "vendor-claims": role("asset", "receivable", "vendor"),
  "due-from": role("asset", "intercompany", "counterparty"),
  inventory: role("asset", "stock", "location", "item-class"),
  "inventory-in-transit": role("asset", "stock", "from", "to"),
  "return-asset": role("asset", "stock", "location"),
  "settlement-suspense": role("asset-or-liability", "suspense", "gateway", "currency"),
  "currency-conversion": role("asset-or-liability", "clearing", "gateway", "currency"),
  "deferred-card-discount": role("asset", "deferred"),
  "deferred-revenue": role("liability", "deferred", "channel", "currency"),
  "tax-payable": role("liability", "tax", "jurisdiction"),
  "tax-collected-in-advance": role("liability", "tax", "jurisdiction"),
  "channel-liable-tax": role("liability", "tax", "jurisdiction", "channel"),
  "duties-payable": role("liability", "tax", "jurisdiction"),
  "deposits-and-donations-payable": role("liability", "payable", "code"),
  "refund-payable": role("liability", "payable", "gateway", "currency"),
  "refund-liability": role("liability", "payable"),
  "tips-payable": role("liability", "payable", "store"),
  "customer-deposits": role("liability", "payable", "store"),
  "gift-card-liability": role("liability", "stored-value", "issuer"),
  "store-credit-liability": role("liability", "stored-value", "issuer"),
  "loyalty-liability": role("liability", "stored-value", "program"),
  "unclaimed-property": role("liability", "stored-value", "jurisdiction"),
  "consignor-payable": role("liability", "payable", "consignor"),
  "accrued-carrier-cost": role("liability", "accrual", "carrier"),
  "accrued-landed-cost": role("liability", "accrual"),
  "accrued-vendor": role("liability", "accrual", "vendor"),
  "goods-received-not-invoiced": role("liability", "accrual", "vendor"),
  "accounts-payable": role("liability", "payable", "vendor"),
  "unidentified-receipts": role("liability", "suspense", "account", "currency"),
  "payout-loan": role("liability", "financing", "gateway"),
  "due-to": role("liability", "intercompany", "counterparty"),
  sales: role("revenue", "revenue", "channel", "store", "item-class"),
  discounts: role("contra-revenue", "revenue", "channel", "store", "promotion"),
  "sales-returns": role("contra-revenue", "revenue", "channel", "store"),
  "price-concessions": role("contra-revenue", "revenue", "reason"),
  "shipping-revenue": role("revenue", "revenue", "channel"),
  "other-revenue": role("revenue", "revenue", "reason"),
  "breakage-income": role("revenue", "revenue", "program"),
  "commission-revenue": role("revenue", "revenue", "consignor"),
  "intercompany-revenue": role("revenue", "intercompany", "counterparty"),
  cogs: role("expense", "cost", "location", "item-class"),
  "intercompany-cogs": role("expense", "intercompany", "counterparty"),
  "inventory-revaluation": role("expense", "cost", "location"),
  shrink: role("expense", "cost", "location", "reason"),
  "write-down": role("expense", "cost", "location", "reason"),
  "damaged-returns": role("expense", "cost", "location"),
  "transfer-loss": role("expense", "cost", "from", "to"),
  "replacement-cost": role("expense", "cost", "reason"),
  "freight-out": role("expense", "cost", "carrier", "location"),
  "overhead-absorbed": role("contra-expense", "cost", "location"),
  "card-fees": role("expense", "fees", "gateway"),
  "platform-fees": role("expense", "fees", "gateway"),
  "dispute-fees": role("expense", "fees", "gateway"),
  "cod-fees": role("expense", "fees", "carrier"),
  "financing-cost": role("expense", "fees", "gateway"),
  "chargeback-loss": role("expense", "loss", "gateway"),
  "credit-loss": role("expense", "loss"),
  "settlement-differences": role("expense", "loss", "gateway"),
  "promotion-funding": role("contra-expense", "fees", "funder"),
  "marketing-expense": role("expense", "cost", "reason"),
  "petty-expense": role("expense", "cost", "reason"),
  "cash-over-short": role("expense", "cash", "store"),
  "cash-rounding": role("expense", "rounding"),
  rounding: role("expense", "rounding"),
  "fx-realised": role("income-or-expense", "fx", "currency"),
  "fx-unrealised": role("income-or-expense", "fx", "currency"),
  "translation-adjustment": role("equity", "fx", "entity"),
};
