import * as z from "zod/mini";
import { accountMoved, codRemitted, receivableWrittenOff } from "./account-events.ts";
import { disputeClosed, disputeOpened, disputeUpdated } from "./dispute-events.ts";
import {
  fulfillmentCancelled,
  fulfillmentDelivered,
  fulfillmentShipped,
  orderCancelled,
  orderEdited,
  orderPlaced,
  paymentAuthorized,
  paymentCaptured,
  paymentFailed,
  paymentRefunded,
  paymentVoided,
  refundIssued,
} from "./order-events.ts";
import { rateFixed } from "./rate-events.ts";
import {
  exchangeArranged,
  returnAuthorized,
  returnCancelled,
  returnClosed,
  returnReceived,
  returnRejected,
  returnRequested,
} from "./return-events.ts";
import {
  bankLineBooked,
  bankLineMatched,
  paymentSettled,
  payoutBanked,
  payoutReturned,
  payoutStated,
  settlementFileReceived,
  settlementMatched,
  settlementRecorded,
  settlementReleased,
} from "./settlement-events.ts";
import { privacyRequested, sourceChanged } from "./source-events.ts";
import { stockAdjusted, stockCounted, stockReceived, stockReturnedToVendor } from "./stock-events.ts";
import { sequencesSeen, storeDayAudited, storeDayReconciled, storeDayReopened, storeDayWaived, ticketTallied } from "./store-day-events.ts";
import { originalFound, returnTakenBack } from "./store-return-events.ts";
import {
  giftCardAdjusted,
  giftCardIssued,
  giftCardRedeemed,
  storeCreditAdjusted,
  storeCreditIssued,
  storeCreditRedeemed,
} from "./stored-value-events.ts";
import { fileReceived, ticketCompleted, ticketVoided } from "./ticket-events.ts";
import { cardBatchStated, tillBalanced, tillCounted, tillMoved } from "./till-events.ts";
import { transferClosed, transferReceived, transferShipped } from "./transfer-events.ts";
import { postingContributed, windowEnded } from "./window-events.ts";

/** Every business event of the bus, versioned by `schema`. */
export const eventSchema = z.discriminatedUnion("name", [
  orderPlaced,
  orderEdited,
  orderCancelled,
  paymentAuthorized,
  paymentCaptured,
  paymentVoided,
  paymentFailed,
  paymentRefunded,
  fulfillmentShipped,
  fulfillmentDelivered,
  fulfillmentCancelled,
  returnRequested,
  returnAuthorized,
  returnReceived,
  returnRejected,
  returnCancelled,
  returnClosed,
  exchangeArranged,
  refundIssued,
  disputeOpened,
  disputeUpdated,
  disputeClosed,
  giftCardIssued,
  giftCardRedeemed,
  giftCardAdjusted,
  storeCreditIssued,
  storeCreditRedeemed,
  storeCreditAdjusted,
  transferShipped,
  transferReceived,
  transferClosed,
  ticketCompleted,
  ticketVoided,
  accountMoved,
  receivableWrittenOff,
  codRemitted,
  tillMoved,
  tillCounted,
  tillBalanced,
  cardBatchStated,
  stockReceived,
  stockReturnedToVendor,
  stockCounted,
  stockAdjusted,
  originalFound,
  returnTakenBack,
  fileReceived,
  rateFixed,
  settlementFileReceived,
  settlementRecorded,
  settlementMatched,
  settlementReleased,
  paymentSettled,
  payoutStated,
  payoutReturned,
  payoutBanked,
  bankLineBooked,
  bankLineMatched,
  sourceChanged,
  privacyRequested,
  postingContributed,
  sequencesSeen,
  ticketTallied,
  storeDayWaived,
  storeDayAudited,
  storeDayReopened,
  storeDayReconciled,
  windowEnded,
]);

export type BusinessEvent = z.infer<typeof eventSchema>;
export type EventName = BusinessEvent["name"];
export type EventOf<Name extends EventName> = Extract<BusinessEvent, { name: Name }>;

/** Order in time is occurredAt, then this rank, then key (architecture: "Facts are a set"). */
const rank: Record<EventName, number> = {
  "source.changed": 0,
  "privacy.requested": 0,
  "file.received": 0,
  "rate.fixed": 0,
  "settlement-file.received": 0,
  "order.placed": 1,
  "order.edited": 2,
  "payment.authorized": 3,
  "payment.failed": 3,
  "payment.voided": 3,
  "payment.captured": 4,
  "ticket.completed": 5,
  "gift-card.issued": 5,
  "store-credit.issued": 5,
  "transfer.shipped": 5,
  "till.moved": 5,
  "till.counted": 6,
  "till.balanced": 7,
  "card-batch.stated": 7,
  "stock.received": 5,
  "stock.returned-to-vendor": 6,
  "stock.adjusted": 6,
  "stock.counted": 7,
  "account.moved": 5,
  "cod.remitted": 4,
  "receivable.written-off": 17,
  "ticket.voided": 17,
  "fulfillment.shipped": 5,
  "fulfillment.delivered": 6,
  "transfer.received": 6,
  "transfer.closed": 7,
  "fulfillment.cancelled": 7,
  "order.cancelled": 8,
  "return.requested": 9,
  "return.authorized": 10,
  "return.rejected": 11,
  "return.cancelled": 11,
  "return.received": 12,
  "original.found": 6,
  "exchange.arranged": 13,
  "return.taken-back": 14,
  "refund.issued": 14,
  "payment.refunded": 15,
  "gift-card.redeemed": 15,
  "store-credit.redeemed": 15,
  "gift-card.adjusted": 16,
  "store-credit.adjusted": 16,
  "return.closed": 17,
  "dispute.opened": 18,
  "dispute.updated": 19,
  "dispute.closed": 20,
  "posting.contributed": 21,
  "sequences.seen": 21,
  "ticket.tallied": 21,
  "store-day.waived": 21,
  "store-day.audited": 22,
  "store-day.reopened": 23,
  "store-day.reconciled": 24,
  "window.ended": 24,
  "settlement.recorded": 21,
  "payout.stated": 21,
  "bank-line.booked": 21,
  "payment.settled": 22,
  "settlement.matched": 22,
  "settlement.released": 23,
  "payout.returned": 23,
  "payout.banked": 24,
  "bank-line.matched": 24,
};

export const eventNames = Object.keys(rank) as readonly EventName[];

export function compareEvents(a: BusinessEvent, b: BusinessEvent): number {
  return compareText(a.occurredAt, b.occurredAt) || rank[a.name] - rank[b.name] || compareText(a.key, b.key);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
