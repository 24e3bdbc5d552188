import type { SaxesTagPlain } from "saxes";
import { anyTrue, attribute } from "./attributes.ts";
import type { Cursor, Place, Slot } from "./cursor.ts";
import { names } from "./element-names.ts";
import { openLink } from "./link-elements.ts";
import { DraftStock, DraftStockLine } from "./transaction-draft.ts";
import { status } from "./transaction-slots.ts";

const stockLinesMax = 5_000;
const documentsMax = 20;

const document: Slot = ({ stock }, text) => {
  if (stock.document === "") stock.document = text;
};
const source: Slot = ({ stock }, text) => {
  if (stock.source === "") stock.source = text;
};
const destination: Slot = ({ stock }, text) => {
  if (stock.destination === "") stock.destination = text;
};
const vendor: Slot = ({ stock }, text) => {
  if (stock.vendor === "") stock.vendor = text;
};
const purchaseOrder: Slot = ({ stock }, text) => {
  stock.purchaseOrder = text;
};
const reason: Slot = ({ stock }, text) => {
  if (stock.reason === "") stock.reason = text;
};
const type: Slot = ({ stock }, text) => {
  stock.types.push(text);
};

/** Inside InventoryControlTransaction: each element is a document, as the dialect names them; some tills name it by DocumentTypeCode. */
export const inStockControl: Place = (cursor, code, tag) => {
  if (code === names.TransactionLink) return openLink(cursor, tag);
  if (code === names.TransactionStatus) return cursor.read(status);
  const { draft, dialect } = cursor;
  const element = dialect.names.nameOf(tag.name);
  if (dialect.stock.of(element) === undefined) return undefined;
  if (draft.stock.length >= documentsMax) {
    draft.tooLarge = `more than ${documentsMax} stock documents`;
    return undefined;
  }
  const stock = new DraftStock(element);
  stock.types.push(...draft.stockTypes, attribute(tag.attributes, "DocumentType"));
  stock.reason = attribute(tag.attributes, "ReasonCode") || attribute(tag.attributes, "TypeCode");
  cursor.stock = stock;
  draft.stock.push(stock);
  return inStock;
};

const inStock: Place = (cursor, _code, tag) => {
  switch (cursor.dialect.names.nameOf(tag.name)) {
    case "DocumentID":
    case "DocumentNumber":
    case "TransferID":
    case "TransferNumber":
      return cursor.read(document);
    case "SourceBusinessUnitID":
    case "SourceRetailStoreID":
    case "FromParty":
    case "FromStoreID":
      return cursor.read(source);
    case "DestinationBusinessUnitID":
    case "DestinationRetailStoreID":
    case "ToParty":
    case "ToStoreID":
      return cursor.read(destination);
    case "Vendor":
    case "VendorID":
    case "Supplier":
    case "SupplierID":
    case "SupplierBusinessUnitID":
      return cursor.read(vendor);
    case "PurchaseOrderID":
    case "PurchaseOrderNumber":
      return cursor.read(purchaseOrder);
    case "Reason":
    case "ReasonCode":
    case "TypeCode":
      return cursor.read(reason);
    case "DocumentType":
    case "DocumentSubType":
      return cursor.read(type);
    case "Shipment":
      return inStock;
    case "LineItem":
      return newLine(cursor, tag);
    // A loss may name its one item without a line.
    case "ItemID":
    case "Quantity":
      if (cursor.stock.lines.length === 0) newLine(cursor, tag);
      return inStockLine(cursor, 0, tag);
    default:
      return undefined;
  }
};

const lineId: Slot = ({ stockLine }, text) => {
  if (stockLine.id === "") stockLine.id = text;
};
const item: Slot = ({ stockLine }, text) => {
  if (stockLine.item === "") stockLine.item = text;
};
const quantity: Slot = ({ stockLine }, text) => {
  if (stockLine.quantity === "") stockLine.quantity = text;
};
const expected: Slot = ({ stockLine }, text) => {
  stockLine.expected = text;
};
const damaged: Slot = ({ stockLine }, text) => {
  stockLine.damaged = text;
};
const unitCost: Slot = ({ stockLine }, text) => {
  stockLine.unitCost = text;
};
const lineReason: Slot = ({ stockLine }, text) => {
  stockLine.reason = text;
};

function newLine(cursor: Cursor, tag: SaxesTagPlain): Place | undefined {
  const { stock, draft } = cursor;
  if (++draft.lineCount > stockLinesMax) {
    draft.tooLarge = `more than ${stockLinesMax} lines`;
    return undefined;
  }
  const line = new DraftStockLine();
  line.voided = anyTrue(tag.attributes, cursor.dialect.flags.voided);
  cursor.stockLine = line;
  stock.lines.push(line);
  return inStockLine;
}

const inStockLine: Place = (cursor, _code, tag) => {
  switch (cursor.dialect.names.nameOf(tag.name)) {
    case "SequenceNumber":
    case "LineItemNumber":
      return cursor.read(lineId);
    case "ItemID":
    case "POSItemID":
      return cursor.read(item);
    case "POSIdentity":
      return inStockLine;
    case "Quantity":
    case "QuantityReceived":
    case "QuantityTransferred":
    case "QuantityCounted":
    case "CountedQuantity":
    case "QuantityReturned":
    case "QuantityAdjusted":
    case "UnitCount":
      return cursor.read(quantity);
    case "QuantityExpected":
    case "ExpectedQuantity":
    case "BookQuantity":
    case "QuantityOnHand":
      return cursor.read(expected);
    case "QuantityDamaged":
    case "DamagedQuantity":
      return cursor.read(damaged);
    case "UnitCost":
    case "UnitCostAmount":
    case "UnitBaseCostAmount":
      return cursor.read(unitCost);
    case "Reason":
    case "ReasonCode":
      return cursor.read(lineReason);
    default:
      return undefined;
  }
};
