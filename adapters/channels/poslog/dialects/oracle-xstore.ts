import type { PoslogDialect } from "#domain/pos-dialects";

/** Oracle Retail Xstore: POSLog 2.x whose texts are CDATA, with attributes and elements of its own under dtv:. */
export const oracleXstore: PoslogDialect = {
  why: "Two public writers and two public readers of Xstore POSLog (dtv: namespace, property pairs, fractions as tax rates), and Xcenter's types of tender control.",
  namespaces: ["http://www.datavantagecorp.com/xstore/", "http://v21.ws.poslog-ext.xcenter.dtv/"],
  elements: {
    InventoryTransaction: "InventoryControlTransaction",
    QuantityShipped: "Quantity",
    TaxGroupId: "TaxGroupID",
    DestinationRetailLocationID: "DestinationBusinessUnitID",
    SourceRetailLocationID: "SourceBusinessUnitID",
    OriginRetailLocationID: "SourceBusinessUnitID",
  },
  repeatedAmounts: ["RoundedTotal", "RequestedAmount"],
  flags: { voided: ["dtv:VoidFlag"], change: ["dtv:ChangeFlag"] },
  taxRate: "fraction",
  transactionType: {
    attribute: "dtv:TransactionType",
    values: {
      POST_VOID: "post-void",
      NO_SALE: "ignored",
      SESSION_CONTROL: "ignored",
      WORKSTATION_OPEN: "ignored",
      WORKSTATION_CLOSE: "ignored",
      OPEN_DRAWER: "ignored",
      CLOSE_DRAWER: "ignored",
      TRAINING: "training",
      SUSPENDED: "suspended",
    },
  },
  statuses: { "dtv:CancelOrphaned": "cancelled" },
  tenders: { USD_CURRENCY: "Cash", CAD_CURRENCY: "Cash", EUR_CURRENCY: "Cash", GBP_CURRENCY: "Cash", CREDIT: "CreditDebit" },
  movements: {
    AssignTillTenderTransfer: "loan",
    MidDayTillDeposit: "pickup",
    LocalCurrencyPickup: "pickup",
    TillClosingCount: "till-count",
    TillReconcileCount: "till-count",
    StoreBankAudit: "safe-count",
    BeginTillCount: "ignored",
    TillAudit: "ignored",
    StartRemoteCount: "ignored",
    EndRemoteCount: "ignored",
  },
  stock: { RETURN_TO_DC: "transfer-out", STORE_TRANSFER: "transfer" },
  stockTypes: ["dtv:InventoryDocumentSubType"],
  properties: [
    {
      element: "PosTransactionProperties",
      code: "PosTransactionPropertyCode",
      value: "PosTransactionPropertyValue",
      fills: { BARCODE: "receipt", TRANSACTION_CODE: "transactionId" },
    },
  ],
};
