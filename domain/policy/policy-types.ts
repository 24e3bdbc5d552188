import type { FiscalCalendar } from "#domain/calendar";
import type { EscalationRule } from "#domain/exceptions";
import type { PaceSettings } from "#domain/pace";
import type { PoslogDialect } from "#domain/pos-dialects";
import type { PosTableMapping } from "#domain/pos-tables";
import type { BankCsvMapping, RowClass, SettlementCsvMapping } from "#domain/settlement";
import type { ApprovalRule } from "./approval-rules.ts";
import type { CutOver } from "./cut-over.ts";
import type { ElectionRule } from "./elections.ts";

import type { EstimateRule, LoyaltyRule, ReplacementRule, UnclaimedPropertyRule } from "./estimates.ts";
import type { ExchangeRate } from "./exchange-rates.ts";
import type { FeeContract } from "./fee-contract.ts";
import type { FreightRule } from "./freight-rules.ts";
import type { LayeredRule } from "./layered-rules.ts";
import type { PeriodRule } from "./periods.ts";
import type { PromotionRule } from "./promotions.ts";
import type { StockReasonRule, TillReasonRule } from "./reason-rules.ts";
import type { ReturnRule } from "./return-rules.ts";
import type { TaxFiling } from "./tax-filings.ts";
import type { TicketRule } from "./ticket-rules.ts";
import type { ToleranceRule } from "./tolerances.ts";
import type { ConsignmentRule, CourierRule, DropShipRule } from "./vendor-terms.ts";
import type { WaitRule } from "./waits.ts";

/**
 * The policy in force, resolved from its layers (global → region → brand → entity). Everything that names an account, an entity, a
 * place or an election is here and nowhere in code. Rules with dates hold from `from` (inclusive) to `to` (inclusive), YYYY-MM-DD.
 */
export interface Policy {
  /** Counts up with every release, also with a rollback. */
  readonly release: number;
  /** Who released it: a person, who may not approve what the release would change. Absent: released by the hub itself. */
  readonly releasedBy?: string;
  /** Content hash of the policy files. */
  readonly version: string;
  readonly entities: Readonly<Record<string, EntityPolicy>>;
  /** By the name of the shop that its documents carry: of Shopify its domain. */
  readonly shops: Readonly<Record<string, ShopPolicy>>;
  /** By the store id that the tills send. */
  readonly stores: Readonly<Record<string, StorePolicy>>;
  /** By location id of ours. */
  readonly locations: Readonly<Record<string, LocationPolicy>>;
  readonly items: ItemsPolicy;
  readonly tenders: readonly TenderRule[];
  readonly taxes: readonly TaxRule[];
  readonly jurisdictions: Readonly<Record<string, JurisdictionPolicy>>;
  readonly accounts: readonly AccountRule[];
  readonly elections: readonly ElectionRule[];
  readonly tolerances: readonly ToleranceRule[];
  /** Absent: the standard days. */
  readonly waits?: readonly WaitRule[];
  /** Absent: overdue exceptions go the standard way. */
  readonly escalations?: readonly EscalationRule[];
  /** Absent: the standard severities of the ticket gate. */
  readonly ticketRules?: readonly TicketRule[];
  readonly returns: readonly ReturnRule[];
  readonly approvals: readonly ApprovalRule[];
  /** Absent or empty: nothing is asked of a discount. */
  readonly promotions?: readonly PromotionRule[];
  readonly connections: Readonly<Record<string, ConnectionPolicy>>;
  /** Absent: every sale is in the currency of the books that it is kept in. */
  readonly fxRates?: readonly ExchangeRate[];
  /** By our id. Absent: no bank statements are taken in. */
  readonly bankAccounts?: Readonly<Record<string, BankAccountPolicy>>;
  /** By our id. Absent: no settlements are taken in. */
  readonly gatewayAccounts?: Readonly<Record<string, GatewayAccountPolicy>>;
  readonly balanceTypes?: readonly BalanceTypeRule[];
  /** Tables of tickets that tills write, by the name of their format. */
  readonly posTables?: Readonly<Record<string, PosTableMapping>>;
  /** POSLog dialects of the house's own tills, by name: beside those that the hub knows, or in the place of one. */
  readonly poslogDialects?: Readonly<Record<string, PoslogDialect>>;
  /** Absent: freight is booked when it is invoiced. */
  readonly freight?: readonly FreightRule[];
  /** Absent: nothing is estimated. */
  readonly estimates?: readonly EstimateRule[];
  /** Absent: what lapses and stays owed is owed to its holders. */
  readonly unclaimedProperty?: readonly UnclaimedPropertyRule[];
  /** Absent: points are no liability. */
  readonly loyalty?: readonly LoyaltyRule[];
  /** Absent: no order is a replacement. */
  readonly replacements?: readonly ReplacementRule[];
  /** Absent: no entity ships for another one. */
  readonly transferPrices?: readonly TransferPriceRule[];
  /** Absent: what a till takes or gives for a reason is held by name. */
  readonly tillReasons?: readonly TillReasonRule[];
  /** Absent: goods that are adjusted for a reason are held by name. */
  readonly stockReasons?: readonly StockReasonRule[];
  /** Absent: nobody else's goods are sold. */
  readonly consignments?: readonly ConsignmentRule[];
  /** Absent: no vendor sends goods to customers itself. */
  readonly dropShip?: readonly DropShipRule[];
  /** Absent: no courier collects for us. */
  readonly couriers?: readonly CourierRule[];
}

export interface EntityPolicy {
  readonly name: string;
  readonly functionalCurrency: string;
  /** The ERP connection that its documents go to. */
  readonly connection: string;
  /** The company's id in that ERP. */
  readonly erpCompany: string;
  readonly timeZone: string;
  /** Absent: calendar months. */
  readonly calendar?: FiscalCalendar;
  /** Absent: every period is open. */
  readonly periods?: readonly PeriodRule[];
  readonly taxFilings?: readonly TaxFiling[];
  /** By channel; absent: the hub posts everything. */
  readonly cutOver?: Readonly<Record<string, CutOver>>;
}

export interface ShopPolicy {
  /** Of the channel that its documents and ids name: "shopify", or one that states its events through the API. */
  readonly channel: string;
  readonly entity: string;
  /** What it sells in; absent: whatever its orders say. */
  readonly currency?: string;
  readonly timeZone: string;
  /** Dimension value for revenue by channel. */
  readonly channelDimension: string;
  /** Where goods leave when a fulfilment names no location. */
  readonly defaultLocation?: string;
  /** Which of our entities sells, by the channel's id of the legal entity on the order; absent: all are `entity`'s. */
  readonly businessEntities?: Readonly<Record<string, string>>;
}

export interface StorePolicy {
  readonly entity: string;
  readonly location: string;
  readonly name: string;
  readonly timeZone: string;
  readonly currency: string;
  /** Those that trade every day: a day on which one of them says nothing is not complete. Absent: whichever sends something. */
  readonly registers?: readonly string[] | undefined;
  /** What each drawer opens the day with and keeps when it closes, minor units of the store's currency. Absent: nothing. */
  readonly drawerFloat?: number | undefined;
  /** Our id of the bank account that its cash is deposited in; it may be another entity's. Absent: it deposits none. */
  readonly bankAccount?: string | undefined;
  /** What else a till or its export calls the store, beside its id. */
  readonly names?: readonly string[] | undefined;
  /** The dialect that its tills write, where their files do not say it themselves. */
  readonly poslogDialect?: string | undefined;
}

/** An account of an entity at a bank. */
export interface BankAccountPolicy {
  readonly entity: string;
  readonly name: string;
  readonly currency: string;
  /** As its statements name it: the IBAN, or the number as the bank writes it. */
  readonly numbers: readonly string[];
  /** Credits that nothing explains: "book" as owed to whoever sent them (c23), "leave" to the bank reconciliation of the ERP. */
  readonly unknownCredits: "book" | "leave";
  /** How the bank's CSV export is read, where it gives one. */
  readonly csv?: BankCsvMapping | undefined;
  readonly why: string;
}

/** What a gateway or acquirer owes an entity of ours: whose books its settlements are for, and where it pays out to. */
export interface GatewayAccountPolicy {
  readonly entity: string;
  readonly name: string;
  /** Of the settlement reports: "shopify-payments", "adyen", "stripe", "paypal", or the name of a CSV mapping. */
  readonly source: string;
  /** The shop whose payments it takes, for sources that are the shop's own. */
  readonly shop?: string;
  /** The clearing account that its captures wait in. */
  readonly clearing: { readonly role: "payment-clearing" | "acquirer-clearing"; readonly gateway: string };
  /** Our id of the bank account that its payouts reach; it may be another entity's (c32). */
  readonly bankAccount: string;
  /** How many days a payment usually needs to its payout, and a payout to the bank: after that it is late. */
  readonly lagDays: number;
  /** In which it settles: a file with a row in another one is held. Absent: any. */
  readonly currencies?: readonly string[] | undefined;
  /** What the gateway calls the account (an Adyen merchant account, a PayPal account id): a file of another one is held. Absent: any. */
  readonly statedAccount?: string | undefined;
  /** "api": the hub reads its rows and payouts from the gateway by itself; needs `shop`. Absent: they come as files. */
  readonly readBy?: "files" | "api" | undefined;
  /** How dates such as 03/04/2026 are read when a file does not tell by itself. */
  readonly dateOrder?: "day-first" | "month-first" | undefined;
  /** What it keeps of a sale by contract (c24). Absent: what it states is its fee. */
  readonly feeContract?: FeeContract | undefined;
  /**
   * Whose tax it withholds, where its rows do not say it: the jurisdiction of channel-liable tax that its tax rows release (c9). Absent: they
   * release it without one.
   */
  readonly withholdsFor?: string | undefined;
  /** Of an acquirer: the till of each of its card terminals, by the terminal's id in its reports. Absent: it settles no tills by the batch. */
  readonly terminals?: Readonly<Record<string, { readonly store: string; readonly register: string }>> | undefined;
  /** How the gateway's CSV is read, for a gateway that the hub has no reader of. */
  readonly csv?: SettlementCsvMapping | undefined;
  readonly why: string;
}

/** A type of settlement rows that the hub's own list does not have, and the class that it belongs to. */
export interface BalanceTypeRule {
  readonly source: string;
  readonly type: string;
  readonly class: RowClass;
  readonly why: string;
}

export interface LocationPolicy {
  readonly name: string;
  readonly entity: string;
  readonly kind: "distribution-centre" | "store";
  /** The channel's ids for it: { "shopify": ["655441491"] }. */
  readonly ids: Readonly<Record<string, readonly string[]>>;
  /** Absent: the goods there are the entity's. */
  readonly ownership?: LocationOwnership | undefined;
}

/** c48: whose the goods of a location are: a consignor's until they are sold, or a vendor's who sends them to our customers itself. */
export interface LocationOwnership {
  readonly kind: "consignment" | "drop-ship";
  readonly vendor: string;
}

export interface ItemPolicy {
  readonly class: string;
  readonly name: string;
  readonly stocked: boolean;
  /** c49: money for a bottle deposit or a donation is owed under this code, and is no sale. */
  readonly deposit?: string;
  /** The unit in which its quantities are counted; absent: nobody compares. */
  readonly unit?: string;
  /** Each piece is sold and taken back with its serial number. */
  readonly serialNumbers?: boolean;
  /** c48: whose it is until it is sold, wherever it lies. */
  readonly consignor?: string;
}

/** c30: what `supplier` charges `buyer` for goods that it ships for the buyer's sale: one of costPlus and unitPrice. */
export interface TransferPriceRule {
  readonly supplier: string;
  /** Absent: every other entity. */
  readonly buyer?: string;
  /** Absent: every class. */
  readonly itemClass?: string;
  /** On top of the cost of the issue, a decimal string: "0.05" is five percent, "0" is at cost. */
  readonly costPlus?: string;
  /** Minor units for one unit. */
  readonly unitPrice?: number;
  /** Of unitPrice. Absent: the supplier's functional currency, as what a share is put on is a cost in it. */
  readonly currency?: string;
  readonly from: string;
  readonly to?: string;
  readonly why: string;
}

export interface ItemsPolicy {
  /** "hold": an item that is not listed is data.unmapped / item. "accept": any item, in `defaultClass`. */
  readonly unknown: "hold" | "accept";
  readonly defaultClass: string;
  readonly list: Readonly<Record<string, ItemPolicy>>;
}

/** How money by this means is kept. `match` compares with the channel's gateway name or the till's tender type, lower-case; "*" is any. */
export interface TenderRule {
  readonly channel: string;
  readonly match: string;
  readonly cardBrand?: string;
  /** A role of roles.csv, such as payment-clearing, acquirer-clearing, cash-drawer, gift-card-liability, accounts-receivable. */
  readonly role: string;
  /** Fixed dimensions; `currency`, `register` and `store` are filled in from the fact. */
  readonly dimensions: Readonly<Record<string, string>>;
  /** Cash is rounded (c28). */
  readonly cash?: boolean;
  /** A single-purpose voucher (c12): its tax was due with its own sale, at this rate, and what it pays for is not taxed a second time. */
  readonly taxedAtSale?: { readonly jurisdiction: string; readonly rate: string };
  /** Business dates on which it counts, inclusive; absent: all. */
  readonly from?: string;
  readonly to?: string;
  readonly why: string;
}

/** Which jurisdiction a channel's tax belongs to. `match` is the tax code or title, "*" is any; the first rule that fits counts. */
export interface TaxRule {
  readonly channel: string;
  readonly shop?: string;
  readonly store?: string;
  readonly match: string;
  readonly jurisdiction: string;
  /** Business dates on which it counts, inclusive; absent: all. */
  readonly from?: string;
  readonly to?: string;
  readonly why?: string;
}

/** When its tax is due is the election `taxPoint`. */
export interface JurisdictionPolicy {
  readonly name: string;
  readonly why: string;
}

export interface AccountRule extends LayeredRule {
  readonly role: string;
  readonly account: string;
  readonly name: string;
}

export interface ConnectionPolicy {
  /** The kind of ERP. */
  readonly adapter: "sandbox" | "tryton" | "netsuite" | "odoo" | "erpnext" | "business-central";
  /** Absent: the hub's own sandbox ERP. */
  readonly url?: string;
  /** Of a Tryton server; the account id of NetSuite. */
  readonly database?: string;
  /** Exactly one of the two books COGS and inventory for a stock document (c38). */
  readonly inventoryJournal: "erp" | "hub";
  /** This ERP holds the purchase orders: goods that arrive on one are posted against it. Absent: as goods without an order. */
  readonly receivesAgainstOrders?: boolean;
  /** See PostingLease in domain/posting: how long a plan may be executed. */
  readonly leaseSeconds: number;
  readonly requestTimeoutSeconds: number;
  readonly serverRunSeconds: number;
  readonly clockSkewSeconds: number;
  /** How long a document may stay invisible to look-ups after it was taken. */
  readonly visibilityLagSeconds: number;
  /** Absent, as a whole or in parts: the host's standard. */
  readonly pace?: Partial<Omit<PaceSettings, "senderSeconds">>;
}
