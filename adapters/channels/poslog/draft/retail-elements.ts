import { anyTrue, attribute } from "./attributes.ts";
import type { Place, Slot } from "./cursor.ts";
import { names } from "./element-names.ts";
import { inLine } from "./line-elements.ts";
import { openLink } from "./link-elements.ts";
import { LineHead } from "./transaction-draft.ts";
import { businessDay, status, transactionId } from "./transaction-slots.ts";

const ticketLinesMax = 5_000;
const totalsMax = 200;

const receipt: Slot = ({ draft }, text) => {
  draft.receipt = text;
};
const receiptTime: Slot = ({ draft }, text) => {
  draft.receiptTime = text;
};
const itemCount: Slot = ({ draft }, text) => {
  draft.itemCount = text;
};
const totalAmount: Slot = ({ total }, text) => {
  total.amount = text;
};

export const inRetail: Place = (cursor, code, tag) => {
  switch (code) {
    case names.LineItem: {
      if (++cursor.draft.lineCount > ticketLinesMax) {
        cursor.draft.tooLarge = `more than ${ticketLinesMax} lines`;
        return undefined;
      }
      const head = new LineHead();
      head.voided = anyTrue(tag.attributes, cursor.dialect.flags.voided);
      cursor.head = head;
      cursor.item = undefined;
      return inLine;
    }
    case names.Total: {
      if (cursor.draft.totals.length >= totalsMax) return undefined;
      const { attributes } = tag;
      cursor.total = {
        type: attribute(attributes, "TotalType") || attribute(attributes, "TransactionTotalType"),
        typeCode: attribute(attributes, "TypeCode"),
        amount: "",
      };
      cursor.draft.totals.push(cursor.total);
      return cursor.readAmount(totalAmount, tag);
    }
    case names.ItemCount:
      return cursor.read(itemCount);
    case names.TransactionLink:
      return openLink(cursor, tag);
    case names.TransactionStatus:
      return cursor.read(status);
    case names.ReceiptNumber:
      return cursor.read(receipt);
    case names.ReceiptDateTime:
      return cursor.read(receiptTime);
    case names.BusinessDayDate:
      return cursor.read(businessDay);
    case names.TransactionID:
      return cursor.read(transactionId);
    default:
      return undefined;
  }
};
