import { wallTimestamp } from "../local-time.ts";
import { decimal } from "../percentage.ts";
import type {
  CollectedLine,
  GoodsLine,
  PostVoid,
  Receipt,
  ReceiptTender,
  StockPaper,
  StoreDay,
  StoreTransaction,
  TicketName,
} from "./store-day.ts";
import { discountOf } from "./store-day-ledger.ts";

/** How a family of tills writes what all of them know. */
export interface PoslogHand {
  readonly name: string;
  /** Namespaces and version of the root. */
  readonly root: string;
  /** 6.x has a BusinessUnit, and no signs; 2.x a RetailStoreID, and signed amounts of returns. */
  readonly version: 2 | 6;
  readonly change: "nested" | "refund-tender" | "negative-tender" | "change-flag";
  readonly cash: (currency: string) => string;
  /** Xstore writes texts in CDATA and rates as fractions. */
  readonly cdata: boolean;
  readonly movements: Readonly<Record<string, string>>;
  readonly count: string;
  readonly safeCount: string;
  readonly replacedLink: string;
}

const arts = {
  loan: "TenderLoan",
  pickup: "TenderPickup",
  "safe-drop": "SafeDrop",
  "paid-in": "PaidIn",
  "paid-out": "PaidOut",
  "tip-out": "TipOut",
  "bank-deposit": "BankDeposit",
};
const v6 = 'xmlns="http://www.nrf-arts.org/IXRetail/namespace/"';

/** Four hands of three profiles of adapters/channels/poslog/dialects. */
export const poslogHands: readonly PoslogHand[] = [
  {
    name: "arts-6",
    root: `${v6} MajorVersion="6" MinorVersion="0"`,
    version: 6,
    change: "nested",
    cash: () => "Cash",
    cdata: false,
    movements: arts,
    count: "TillSettle",
    safeCount: "SafeSettle",
    replacedLink: "Replaced",
  },
  {
    name: "arts-2",
    root: 'xmlns="http://www.nrf-arts.org/IXRetail/namespace/v2/"',
    version: 2,
    change: "negative-tender",
    cash: () => "Cash",
    cdata: false,
    movements: arts,
    count: "TillSettle",
    safeCount: "SafeSettle",
    replacedLink: "Replaced",
  },
  {
    name: "wincor-tpnet",
    root: `${v6} xmlns:WN="http://www.wincor-nixdorf.com"`,
    version: 6,
    change: "refund-tender",
    cash: () => "Cash",
    cdata: false,
    movements: arts,
    count: "TillSettle",
    safeCount: "SafeSettle",
    replacedLink: "WN:Corrected",
  },
  {
    name: "oracle-xstore",
    root: `${v6} xmlns:dtv="http://www.datavantagecorp.com/xstore/"`,
    version: 6,
    change: "change-flag",
    cash: (currency) => `${currency}_CURRENCY`,
    cdata: true,
    movements: { ...arts, loan: "dtv:AssignTillTenderTransfer", "safe-drop": "dtv:MidDayTillDeposit" },
    count: "dtv:TillClosingCount",
    safeCount: "dtv:StoreBankAudit",
    replacedLink: "Replaced",
  },
];

/** A POSLog file of some of a day's transactions, with control totals of their number. */
export function writePoslog(day: StoreDay, transactions: readonly StoreTransaction[], hand: PoslogHand): string {
  const writer = new PoslogWriter(day, hand);
  const batch = `<Batch><BatchID>1</BatchID><TransactionCount>${transactions.length}</TransactionCount></Batch>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<POSLog ${hand.root}>\n${batch}\n${transactions.map((each) => writer.transaction(each)).join("")}</POSLog>\n`;
}

/** What the supplier's tills state of the goods that arrive on the day: a file of its own. */
export function writeShipments(day: StoreDay, hand: PoslogHand): string {
  const received = day.transactions.flatMap((each) => (each.kind === "stock" && each.paper === "transfer-in" ? [each] : []));
  const sent = received.map((each, index): StockPaper => ({ ...each, register: "9", sequence: index + 1, time: "06:00:00" }));
  const supplier = { ...day, store: day.supplier, supplier: day.supplier };
  return writePoslog(supplier, sent, hand).replaceAll(
    `<DestinationBusinessUnitID>${day.supplier}</DestinationBusinessUnitID>`,
    `<DestinationBusinessUnitID>${day.store}</DestinationBusinessUnitID>`,
  );
}

class PoslogWriter {
  private readonly day: StoreDay;
  private readonly hand: PoslogHand;

  constructor(day: StoreDay, hand: PoslogHand) {
    this.day = day;
    this.hand = hand;
  }

  transaction(each: StoreTransaction): string {
    const flags = each.kind === "receipt" && each.state === "training" ? ' TrainingModeFlag="true"' : "";
    const offline = each.kind === "receipt" && each.offline ? ' OfflineFlag="true"' : "";
    const revision = each.kind === "receipt" && each.revision !== undefined ? this.leaf("RevisionNumber", String(each.revision)) : "";
    return `<Transaction${flags}${offline}>${this.head(each)}${revision}${this.body(each)}</Transaction>\n`;
  }

  private head({ register, sequence, time }: StoreTransaction): string {
    const { store, businessDate, currency } = this.day;
    const at = wallTimestamp(businessDate, time);
    const place =
      this.hand.version === 6 && !this.hand.cdata
        ? `<BusinessUnit><UnitID>${store}</UnitID></BusinessUnit>`
        : this.leaf("RetailStoreID", store);
    return `${place}${this.leaf("WorkstationID", register)}${this.leaf("SequenceNumber", String(sequence))}${this.leaf("BusinessDayDate", businessDate)}${this.leaf("BeginDateTime", at)}${this.leaf("EndDateTime", at)}${this.leaf("CurrencyCode", currency)}`;
  }

  private body(each: StoreTransaction): string {
    switch (each.kind) {
      case "receipt":
        return this.receipt(each);
      case "post-void":
        return this.postVoid(each);
      case "movement": {
        const element = this.hand.movements[each.movement] ?? each.movement;
        const reason = each.reason === undefined ? "" : this.leaf("ReasonCode", each.reason);
        const bag = each.bag === undefined ? "" : this.leaf("BagID", each.bag);
        return `<TenderControlTransaction><${element} TenderType="${this.hand.cash(this.day.currency)}">${this.leaf("Amount", decimal(each.amount))}${reason}${bag}</${element}></TenderControlTransaction>`;
      }
      case "count": {
        const rows = Object.entries(each.counted).map(([currency, amount]) => this.countedRow(currency, amount));
        return `<TenderControlTransaction><${this.hand.count}>${rows.join("")}</${this.hand.count}></TenderControlTransaction>`;
      }
      case "safe-count":
        return `<TenderControlTransaction><${this.hand.safeCount}>${this.countedRow(this.day.currency, each.counted)}</${this.hand.safeCount}></TenderControlTransaction>`;
      case "stock":
        return `<InventoryControlTransaction>${this.stock(each)}</InventoryControlTransaction>`;
      case "no-sale":
        return "<ControlTransaction><NoSale/></ControlTransaction>";
    }
  }

  private countedRow(currency: string, amount: number): string {
    const type = this.hand.cash(currency);
    return this.hand.cdata
      ? `<Tender TenderType="${type}"><Amount Currency="${currency}">${decimal(amount)}</Amount></Tender>`
      : `<TenderSummary LedgerType="Ending" TenderType="${type}"><Amount Currency="${currency}">${decimal(amount)}</Amount></TenderSummary>`;
  }

  private receipt(of: Receipt): string {
    const status = {
      ticket: of.replaces === undefined ? "Finished" : "Replaced",
      training: "Finished",
      cancelled: "Canceled",
      suspended: "Suspended",
    }[of.state];
    const links = `${of.replaces === undefined ? "" : this.link(this.hand.replacedLink, of.replaces, true)}${of.resumes === undefined ? "" : this.link("Resume", of.resumes, true)}`;
    return `<RetailTransaction TransactionStatus="${status}">${links}${this.content(of, false)}</RetailTransaction>`;
  }

  /** Repeats every line and tender of what it undoes, positive. */
  private postVoid({ of, withDay }: PostVoid): string {
    return `<RetailTransaction TransactionStatus="PostVoided">${this.link("Voided", of, withDay)}${this.content(of, true)}</RetailTransaction>`;
  }

  private link(reason: string, { register, sequence }: TicketName, withDay: boolean): string {
    const day = withDay ? `<BusinessDayDate>${this.day.businessDate}</BusinessDayDate>` : "";
    return `<TransactionLink ReasonCode="${reason}"><RetailStoreID>${this.day.store}</RetailStoreID><WorkstationID>${register}</WorkstationID><SequenceNumber>${sequence}</SequenceNumber>${day}</TransactionLink>`;
  }

  private content(of: Receipt, positive: boolean): string {
    let number = 0;
    const line = (content: string, attributes = "") => {
      number += 1;
      return `<LineItem${attributes}>${this.leaf("SequenceNumber", String(number))}${content}</LineItem>`;
    };
    const parts: string[] = [];
    for (const each of of.lines) {
      if (each.what !== "goods") parts.push(line(this.collected(each)));
      else if (each.voided === true) {
        parts.push(line(this.goods(each, of)));
        parts.push(line(`<ItemLink>${number}</ItemLink>${this.goods(each, of)}`, ' VoidFlag="true"'));
      } else parts.push(line(this.goods(each, of)));
    }
    if (of.discount !== undefined)
      parts.push(
        line(
          `<Discount><Amount Action="Subtract">${decimal(of.discount.amount)}</Amount><PromotionID>${of.discount.promotion}</PromotionID></Discount>`,
        ),
      );
    for (const tender of of.tenders) parts.push(...this.tender(tender, positive).map((content) => line(content)));
    if (of.cashRounding !== 0 && !positive) parts.push(line(`<Rounding>${this.leaf("Amount", decimal(of.cashRounding))}</Rounding>`));
    return `${parts.join("")}${this.totals(of, positive)}`;
  }

  private totals(of: Receipt, positive: boolean): string {
    let [net, tax] = [-(of.discount?.amount ?? 0), 0];
    for (const each of of.lines) {
      const sign = each.way === "sale" ? 1 : -1;
      if (each.what !== "goods") net += sign * each.amount;
      else if (each.voided !== true) {
        net += sign * (each.gross - discountOf(each) - (of.taxesIncluded ? each.tax : 0));
        tax += sign * each.tax;
      }
    }
    const shown = (amount: number) => decimal(positive ? Math.abs(amount) : amount);
    const total = (type: string, amount: number) => `<Total TotalType="${type}">${shown(amount)}</Total>`;
    return `${total("TransactionNetAmount", net)}${total("TransactionTaxAmount", tax)}${total("TransactionGrandAmount", net + tax)}`;
  }

  private goods(line: GoodsLine, of: Receipt): string {
    const sign = line.way === "return" && this.hand.version === 2 ? -1 : 1;
    const net = line.gross - discountOf(line);
    const name = line.way === "sale" ? "Sale" : "Return";
    const quantity = `${sign < 0 ? "-" : ""}${line.quantityMillionths % 1_000_000 === 0 ? line.quantityMillionths / 1_000_000 : (line.quantityMillionths / 1_000_000).toFixed(3)}`;
    const modifiers = line.discounts.map(
      ({ amount, promotion }) =>
        `<RetailPriceModifier MethodCode="PriceRule"><Amount Action="Subtract">${decimal(amount)}</Amount><PromotionID>${promotion}</PromotionID></RetailPriceModifier>`,
    );
    const rate = this.hand.cdata ? (this.day.taxPer100000 / 100_000).toFixed(5) : (this.day.taxPer100000 / 1_000).toFixed(3);
    const tax = `<Tax TaxType="Sales"><TaxableAmount TaxIncludedInTaxableAmountFlag="${of.taxesIncluded}">${decimal(sign * net)}</TaxableAmount><Amount>${decimal(sign * line.tax)}</Amount><Percent>${rate}</Percent><TaxGroupID>${this.day.taxCode}</TaxGroupID></Tax>`;
    const back =
      line.way === "return"
        ? `<Disposal Method="${line.restock ? "ReturnToStock" : "Discard"}"/>${line.original === undefined ? "" : this.link("Return", line.original, true)}`
        : "";
    return `<${name} ItemType="Stock">${this.leaf("ItemID", line.sku)}${this.leaf("ExtendedAmount", decimal(sign * net))}${this.leaf("Quantity", quantity)}${modifiers.join("")}${tax}${back}</${name}>`;
  }

  private collected({ what, way, amount, reason, account, recharged }: CollectedLine): string {
    const element = {
      "gift-card": "StoredValueFund",
      tip: "Tip",
      deposit: "Deposit",
      layaway: "LayawayPayment",
      "on-account": "PaymentOnAccount",
      donation: "Donation",
      "bottle-deposit": "Sale",
      fee: "RestockingFee",
    }[what];
    const sum = decimal(amount);
    if (what === "bottle-deposit")
      return `<Sale ItemType="BottleDeposit">${this.leaf("ItemID", "BOTTLE")}<ExtendedAmount>${sum}</ExtendedAmount><Quantity>1</Quantity></Sale>`;
    const action =
      what === "gift-card"
        ? way === "return"
          ? "CashOut"
          : recharged === true
            ? "Reload"
            : "Activate"
        : way === "return"
          ? "Use"
          : undefined;
    const id =
      account === undefined
        ? ""
        : what === "on-account"
          ? `<CustomerAccountID>${account}</CustomerAccountID>`
          : what === "layaway"
            ? `<LayawayID>${account}</LayawayID>`
            : `<OrderID>${account}</OrderID>`;
    return `<${element}${action === undefined ? "" : ` Action="${action}"`}>${id}${reason === undefined ? "" : this.leaf("ReasonCode", reason)}<Amount>${sum}</Amount></${element}>`;
  }

  private tender({ type, brand, amount, given, foreign }: ReceiptTender, positive: boolean): string[] {
    const named = type === "Cash" ? this.hand.cash(foreign?.currency ?? this.day.currency) : type;
    const card = brand === undefined ? "" : `<CreditDebit CardType="Credit"><Brand>${brand}</Brand></CreditDebit>`;
    const abroad =
      foreign === undefined
        ? ""
        : `<ForeignCurrency><CurrencyCode>${foreign.currency}</CurrencyCode><OriginalFaceAmount>${decimal(Math.abs(foreign.amount))}</OriginalFaceAmount></ForeignCurrency>`;
    const one = (cents: number, more = "", flag = "") => {
      const code = cents < 0 && !positive ? "Refund" : "Sale";
      const signed = this.hand.version === 6 || positive ? Math.abs(cents) : cents;
      return `<Tender TenderType="${named}" TypeCode="${this.hand.version === 6 ? code : "Sale"}"${flag}><Amount>${decimal(signed)}</Amount>${more}${abroad}${card}</Tender>`;
    };
    const change = (given ?? amount) - amount;
    if (change <= 0 || positive) return [one(amount)];
    switch (this.hand.change) {
      case "nested":
        return [one(amount + change, `<TenderChange><Amount>${decimal(change)}</Amount></TenderChange>`)];
      case "refund-tender":
      case "negative-tender":
        return [one(amount + change), one(-change)];
      case "change-flag":
        return [one(amount + change), one(-change, "", ' dtv:ChangeFlag="true"')];
    }
  }

  private stock({ paper, sku, pieces, expected, document }: StockPaper): string {
    const line = (content: string) => `<LineItem><ItemID>${sku}</ItemID>${content}</LineItem>`;
    switch (paper) {
      case "receipt":
        return `<ReceiveInventory><DocumentID>${document}</DocumentID><VendorID>V-20</VendorID>${line(`<QuantityReceived>${pieces}</QuantityReceived>`)}</ReceiveInventory>`;
      case "count":
        return `<InventoryCount>${line(`<QuantityCounted>${pieces}</QuantityCounted><QuantityExpected>${expected ?? pieces}</QuantityExpected>`)}</InventoryCount>`;
      case "adjustment":
        return `<InventoryAdjustment><ReasonCode>broken</ReasonCode>${line(`<Quantity>${pieces}</Quantity>`)}</InventoryAdjustment>`;
      case "vendor-return":
        return `<ReturnToVendor><VendorID>V-20</VendorID>${line(`<Quantity>${pieces}</Quantity>`)}</ReturnToVendor>`;
      case "transfer-in":
        return `<Transfer><DocumentID>${document}</DocumentID><SourceBusinessUnitID>${this.day.supplier}</SourceBusinessUnitID><DestinationBusinessUnitID>${this.day.store}</DestinationBusinessUnitID>${line(`<Quantity>${pieces}</Quantity>`)}</Transfer>`;
      case "transfer-out":
        return `<Transfer><DocumentID>${document}</DocumentID><SourceBusinessUnitID>${this.day.store}</SourceBusinessUnitID><DestinationBusinessUnitID>0201</DestinationBusinessUnitID>${line(`<Quantity>${pieces}</Quantity>`)}</Transfer>`;
    }
  }

  private leaf(name: string, text: string): string {
    return `<${name}>${this.hand.cdata ? `<![CDATA[${text}]]>` : text}</${name}>`;
  }
}
