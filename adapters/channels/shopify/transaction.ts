import type { BusinessEvent } from "#domain/events";
import { eventKey } from "#domain/identity";
import type { Reference } from "#domain/lineage";
import { isCurrency, type MinorUnits } from "#domain/money";
import type { Facts } from "./facts.ts";
import { toInstant } from "./instant.ts";
import { Reading } from "./reading.ts";
import { isNativeId, type Transaction } from "./schemas.ts";

export type PaymentState = "pending" | "success" | "failed";

const states: Readonly<Record<string, PaymentState>> = {
  success: "success",
  failure: "failed",
  error: "failed",
  pending: "pending",
  awaiting_response: "pending",
  unknown: "pending",
};

/** A state never goes back: a later one supersedes an earlier one, whatever the clocks say. */
export const stateRank: Readonly<Record<PaymentState, number>> = { pending: 0, success: 1, failed: 2 };

/** The names that a success makes of each kind. */
const succeeds = {
  authorization: "payment.authorized",
  emv_authorization: "payment.authorized",
  capture: "payment.captured",
  sale: "payment.captured",
  void: "payment.voided",
} as const;

/** Facts with what a refund says of this payment; the amount and state are undefined when they cannot be read. */
export interface TransactionFacts extends Facts {
  readonly payment?: {
    readonly paymentId: string;
    readonly kind: string;
    readonly gateway: string;
    readonly amount: MinorUnits;
    readonly currency: string;
    readonly status: PaymentState;
  };
}

/**
 * The facts of a transaction, the same wherever it is stated. Money moves only with the success of a capture, sale or refund. A
 * pending refund is stated as pending; any other pending transaction is no event yet.
 */
export function readTransaction(transaction: Transaction, orderId: string, refundId: string | undefined): TransactionFacts {
  const id = String(transaction.id);
  const references: Reference[] = [{ type: "payment", value: id }, ...giftCardOf(transaction)];
  const shopMoney = transaction.amount_set?.shop_money;
  const currency = shopMoney?.currency_code ?? shopMoney?.currency ?? transaction.currency ?? "";
  const reading = new Reading("transaction", id, currency);
  const nothing = (): TransactionFacts => ({ events: [], references, problems: reading.problems });
  if (!isCurrency(currency)) {
    reading.fail(
      currency === "" ? "data.missing" : "data.value",
      "currency",
      [],
      currency === "" ? "is not stated" : "is no ISO 4217 code",
    );
    return nothing();
  }
  const status = Object.hasOwn(states, transaction.status) ? states[transaction.status] : undefined;
  if (status === undefined) reading.fail("data.value", "status", [], "is none of success, failure, error, pending");
  const kind = transaction.kind;
  if (kind !== "refund" && !Object.hasOwn(succeeds, kind)) {
    reading.fail("data.value", "kind", [], "is none of authorization, capture, sale, void, refund");
  }
  const amount = reading.amount(transaction.amount_set, transaction.amount, "amount");
  if (amount < 0) reading.fail("data.value", "amount", [], "is negative");
  const rounding = reading.optionalAmount(undefined, transaction.amount_rounding, "amount_rounding");
  if (reading.broken || status === undefined) return nothing();

  const at = toInstant(transaction.processed_at ?? transaction.created_at)!;
  const fields = {
    schema: 1 as const,
    version: `${stateRank[status]}-${at}`,
    occurredAt: at,
    orderId,
    paymentId: id,
    gateway: transaction.gateway,
    amount,
    currency,
    ...stated("foreign", reading.customerMoney(transaction.amount_set)),
    ...stated(
      "parentPaymentId",
      transaction.parent_id === null || transaction.parent_id === undefined ? undefined : String(transaction.parent_id),
    ),
    ...stated("manual", transaction.manual_payment_gateway),
    ...stated("rounding", rounding),
    ...stated("cardBrand", transaction.payment_details?.credit_card_company),
  };
  const payment = { paymentId: id, kind, gateway: transaction.gateway, amount, currency, status };
  return { events: paymentEvents(kind, status, fields, refundId), references, problems: [], payment };
}

/** The card that a payment by gift card was taken from or given back to, so that its sales can be found by it. */
function giftCardOf({ gateway, receipt }: Transaction): Reference[] {
  const card = gateway === "gift_card" && typeof receipt === "object" ? (receipt as { gift_card_id?: unknown } | null)?.gift_card_id : null;
  return isNativeId(card) ? [{ type: "gift-card", value: String(card) }] : [];
}

type PaymentFields = Omit<Extract<BusinessEvent, { name: "payment.captured" }>, "name" | "key">;

function paymentEvents(kind: string, status: PaymentState, fields: PaymentFields, refundId: string | undefined): BusinessEvent[] {
  const id = fields.paymentId;
  if (kind === "refund") {
    return [{ name: "payment.refunded", key: eventKey("payment.refunded", id), ...fields, ...stated("refundId", refundId), status }];
  }
  if (status === "pending") return [];
  const name = status === "failed" ? "payment.failed" : succeeds[kind as keyof typeof succeeds];
  return [{ name, key: eventKey(name, id), ...fields }];
}

/** The member, unless the source does not state it. */
export function stated<Name extends string, Value>(name: Name, value: Value | null | undefined): { readonly [key in Name]?: Value } {
  return (value === undefined || value === null ? {} : { [name]: value }) as { readonly [key in Name]?: Value };
}
