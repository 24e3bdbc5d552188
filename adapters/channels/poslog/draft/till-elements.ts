import type { SaxesTagPlain } from "saxes";
import { anyTrue, attribute } from "./attributes.ts";
import type { Cursor, Place, Slot } from "./cursor.ts";
import { amountLike, names } from "./element-names.ts";
import { openLink } from "./link-elements.ts";
import { DraftMoney, DraftMovement } from "./transaction-draft.ts";
import { status } from "./transaction-slots.ts";

/** Movements and counts of one transaction, and the tenders in one of them. */
const movementsMax = 100;
const partsMax = 500;

const totalAmount: Slot = ({ movement }, text) => {
  movement.total.amount = text;
};
const reason: Slot = ({ movement }, text) => {
  if (movement.reason === "") movement.reason = text;
};
const bag: Slot = ({ movement }, text) => {
  if (movement.bag === "") movement.bag = text;
};
const category: Slot = ({ movement }, text) => {
  movement.category = text;
};
const partAmount: Slot = ({ money }, text) => {
  money.amount = text;
};
const partTender: Slot = ({ money }, text) => {
  if (money.tender === "") money.tender = text;
};
const foreignCurrency: Slot = ({ money }, text) => {
  money.foreignCurrency = text;
};
const foreignAmount: Slot = ({ money }, text) => {
  money.foreignAmount = text;
};

/** Inside TenderControlTransaction: each element is a movement or a count, as the dialect names them. */
export const inTenderControl: Place = (cursor, code, tag) => {
  if (code === names.TransactionLink) return openLink(cursor, tag);
  if (code === names.TransactionStatus) return cursor.read(status);
  const { dialect, draft } = cursor;
  const element = dialect.names.nameOf(tag.name);
  if (dialect.movements.of(element) === undefined) {
    cursor.unknownElement = element;
    // The sum of all movements of the transaction repeats them.
    return element === "Totals" || element === "Total" ? undefined : inUnknownControl;
  }
  if (draft.movements.length >= movementsMax) {
    draft.tooLarge = `more than ${movementsMax} movements`;
    return undefined;
  }
  const movement = new DraftMovement(element);
  const { attributes } = tag;
  movement.tender = attribute(attributes, "TenderType");
  movement.reason = attribute(attributes, "ReasonCode");
  cursor.movement = movement;
  draft.movements.push(movement);
  return inMovement;
};

const inUnknownControl: Place = (cursor, code, tag) => {
  if (code !== names.Amount && code !== amountLike) return inUnknownControl;
  const control = cursor.unknownElement;
  cursor.readUnknown(tag);
  cursor.unknownElement = control;
  return undefined;
};

/** At the movement itself: its sum, what it is for, and its parts by tender. */
const inMovement: Place = (cursor, code, tag) => {
  const { movement } = cursor;
  const { attributes } = tag;
  const name = cursor.dialect.names.nameOf(tag.name);
  switch (name) {
    case "Amount":
    case "DropAmount":
    case "TotalAmount":
      readMoneyAttributes(movement.total, tag);
      return cursor.read(totalAmount);
    case "Totals":
      return inMovement;
    case "Reason":
    case "ReasonCode":
      return cursor.read(reason);
    case "BagID":
    case "DepositBagID":
      return cursor.read(bag);
    case "TransactionCategoryCode":
      return cursor.read(category);
    case "TenderType":
    case "TenderTypeCode":
    case "TenderID":
      if (movement.tender !== "") return undefined;
      cursor.money = movement.total;
      return cursor.read(partTender);
    case "TenderTotal":
    case "TenderAmount":
      return newPart(cursor, tag) === undefined ? undefined : cursor.read(partAmount);
    case "Tender":
    case "DepositDetail":
    case "TenderSummary":
    case "TenderLoanLineItem":
    case "TenderControlTransactionTenderLineItem":
    case "LineItem":
    case "TenderCount": {
      const part = newPart(cursor, tag);
      if (part === undefined) return undefined;
      part.ledger = attribute(attributes, "LedgerType");
      return inPart;
    }
    default:
      return code === amountLike ? cursor.readUnknown(tag) : undefined;
  }
};

/** Inside one part: its amount at any depth, its tender, what a summary says by its element. */
const inPart: Place = (cursor, _code, tag) => {
  const { money } = cursor;
  const { attributes } = tag;
  const name = cursor.dialect.names.nameOf(tag.name);
  switch (name) {
    case "Amount":
    case "TenderTotal":
    case "TenderAmount":
      if (money.amount !== "") return undefined;
      readMoneyAttributes(money, tag);
      if (money.tender === "") money.tender = attribute(attributes, "TenderType");
      return cursor.read(partAmount);
    case "TenderType":
    case "TenderTypeCode":
    case "TenderID":
      return cursor.read(partTender);
    case "ForeignCurrency":
      return inForeign;
    case "Reason":
    case "ReasonCode":
      return cursor.read(reason);
    case "Denomination":
    case "Count":
      return undefined;
    default: {
      if (!ledgers.has(name)) return undefined;
      // A summary that holds several ledgers is one part for each.
      const part = money.amount === "" && (money.ledger === "" || money.ledger === name) ? money : newPart(cursor, tag, money);
      if (part === undefined) return undefined;
      part.ledger = name;
      if (part.tender === "") part.tender = attribute(attributes, "TenderType");
      return inPart;
    }
  }
};

const ledgers: ReadonlySet<string> = new Set([
  "Beginning",
  "Sales",
  "Sale",
  "Returns",
  "Return",
  "PaidIn",
  "PaidOut",
  "Loan",
  "Pickup",
  "Deposit",
  "Ending",
  "Over",
  "Short",
]);

const inForeign: Place = (cursor, code) => {
  if (code === names.CurrencyCode) return cursor.read(foreignCurrency);
  return code === names.OriginalFaceAmount || code === names.Amount ? cursor.read(foreignAmount) : undefined;
};

function newPart(cursor: Cursor, tag: SaxesTagPlain, like?: DraftMoney): DraftMoney | undefined {
  const { movement, draft } = cursor;
  if (movement.parts.length >= partsMax) {
    draft.tooLarge = `more than ${partsMax} tenders in one movement`;
    return undefined;
  }
  const part = new DraftMoney();
  const { attributes } = tag;
  part.tender = attribute(attributes, "TenderType") || (like?.tender ?? "");
  part.voided = anyTrue(attributes, cursor.dialect.flags.voided);
  readMoneyAttributes(part, tag);
  cursor.money = part;
  movement.parts.push(part);
  return part;
}

/** `Currency` is that of the amount, or of the foreign money where ForeignAmount stands beside it. */
function readMoneyAttributes(money: DraftMoney, { attributes }: SaxesTagPlain): void {
  const currency = attributes.Currency ?? attributes.CurrencyCode ?? "";
  const foreign = attributes.ForeignAmount ?? "";
  if (foreign !== "") {
    money.foreignAmount = foreign;
    money.foreignCurrency = currency;
  } else if (currency !== "") money.currency = currency;
}
