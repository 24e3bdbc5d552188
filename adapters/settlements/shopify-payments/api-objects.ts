import * as z from "zod/mini";

/** Every number of these objects was kept as text (exact-json.ts): ids exceed 2^53. */
const text = z.string().check(z.minLength(1), z.maxLength(255));
const optionalText = z.optional(z.nullable(text));
const money = z.object({ amount: text, currencyCode: text });

/** An object of `transactions` in the REST answer shopify_payments/balance/transactions.json. */
export const restTransaction = z.object({
  id: text,
  type: text,
  test: z.optional(z.nullable(z.boolean())),
  payout_id: optionalText,
  currency: text,
  amount: text,
  fee: text,
  net: text,
  source_id: optionalText,
  source_type: optionalText,
  source_order_id: optionalText,
  source_order_transaction_id: optionalText,
  processed_at: text,
  adjustment_reason: optionalText,
});

const restSummary = z.record(z.string(), z.nullable(text));

/** An object of `payouts` in the REST answer shopify_payments/payouts.json. */
export const restPayout = z.object({
  id: text,
  status: text,
  date: text,
  currency: text,
  amount: text,
  summary: z.optional(z.nullable(restSummary)),
});

/** A node of shopifyPaymentsAccount.balanceTransactions in the GraphQL Admin API. */
export const graphqlTransaction = z.object({
  id: text,
  type: text,
  test: z.optional(z.nullable(z.boolean())),
  amount: money,
  fee: money,
  net: money,
  transactionDate: text,
  associatedPayout: z.optional(z.nullable(z.object({ id: optionalText }))),
  associatedOrder: z.optional(z.nullable(z.object({ id: optionalText, name: optionalText }))),
  sourceId: optionalText,
  sourceType: optionalText,
  sourceOrderTransactionId: optionalText,
  adjustmentReason: optionalText,
});

/** A node of shopifyPaymentsAccount.payouts in the GraphQL Admin API. */
export const graphqlPayout = z.object({
  id: text,
  legacyResourceId: optionalText,
  status: text,
  issuedAt: text,
  net: money,
  transactionType: optionalText,
  externalTraceId: optionalText,
  summary: z.optional(z.nullable(z.record(z.string(), z.nullable(money)))),
});

export type RestTransaction = z.infer<typeof restTransaction>;
export type RestPayout = z.infer<typeof restPayout>;
export type GraphqlTransaction = z.infer<typeof graphqlTransaction>;
export type GraphqlPayout = z.infer<typeof graphqlPayout>;

/** "gid://shopify/ShopifyPaymentsPayout/123" is "123"; any other text is itself. */
export function idOf(gid: string): string {
  return /^gid:\/\/[^/]+\/[^/]+\/([^/?]+)/.exec(gid)?.[1] ?? gid;
}

/** Both APIs in the words of the older one, which has all that rows are made of. */
export function asRestTransaction(node: GraphqlTransaction): RestTransaction & { readonly orderName?: string } {
  const orderName = node.associatedOrder?.name ?? undefined;
  return {
    id: idOf(node.id),
    type: node.type.toLowerCase(),
    test: node.test,
    payout_id: plainId(node.associatedPayout?.id),
    currency: node.net.currencyCode,
    amount: node.amount.amount,
    fee: node.fee.amount,
    net: node.net.amount,
    source_id: plainId(node.sourceId),
    source_type: node.sourceType,
    source_order_id: plainId(node.associatedOrder?.id),
    source_order_transaction_id: plainId(node.sourceOrderTransactionId),
    processed_at: node.transactionDate,
    adjustment_reason: node.adjustmentReason,
    ...(orderName === undefined ? {} : { orderName }),
  };
}

function plainId(id: string | null | undefined): string | null {
  return id === null || id === undefined ? null : idOf(id);
}
