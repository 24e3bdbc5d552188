import * as z from "zod/mini";
import { matchWays } from "#domain/settlement";

const decimal = z.string().check(z.regex(/^-?\d+(\.\d+)?$/));
const amountOrNothing = z.union([decimal, z.literal("")]);
const state = z.enum(["settled", "held", "posting", "waiting"]);

const storyEvent = z.strictObject({
  name: z.string(),
  key: z.string(),
  version: z.string(),
  occurredAt: z.string(),
  receivedAt: z.string(),
  quarantined: z.boolean(),
  /** The lineage item that holds it. */
  document: z.string(),
  /** SHA-256 of the raw body, which is not told. */
  rawHash: z.string(),
  /** The transaction that told it; absent for what came from outside. */
  toldBy: z.optional(z.string()),
});

const storyLine = z.strictObject({
  account: z.string(),
  role: z.string(),
  debit: amountOrNothing,
  credit: amountOrNothing,
  /** In the currency of the books, where it is another one than the journal's. */
  inBooks: z.optional(z.strictObject({ debit: amountOrNothing, credit: amountOrNothing })),
  dimensions: z.record(z.string(), z.string()),
});

const storyMovement = z.strictObject({ item: z.string(), location: z.string(), quantity: decimal, cost: z.nullable(decimal) });

const storyDocument = z.strictObject({
  connection: z.string(),
  plan: z.int(),
  plannedAt: z.string(),
  step: z.string(),
  key: z.string(),
  erpKey: z.string(),
  erpDocument: z.nullable(z.string()),
  answer: z.string(),
  refusal: z.optional(z.string()),
  policyVersion: z.string(),
  covers: z.int(),
  reverses: z.optional(z.string()),
  entity: z.string(),
  businessDate: z.optional(z.string()),
  postingDate: z.optional(z.string()),
  currency: z.optional(z.string()),
  /** Of the books, where it is another one than the journal's. */
  functionalCurrency: z.optional(z.string()),
  kind: z.optional(z.string()),
  event: z.optional(z.string()),
  lines: z.array(storyLine),
  movements: z.array(storyMovement),
});

const storySettlement = z.strictObject({
  settlement: z.string(),
  payment: z.string(),
  payout: z.nullable(z.string()),
  amount: decimal,
  fee: decimal,
  currency: z.string(),
  matchedBy: z.enum(matchWays),
  confidence: z.int(),
});

const storyTelling = z.strictObject({
  connection: z.string(),
  plan: z.int(),
  plannedAt: z.string(),
  key: z.string(),
  /** The transaction that was told. */
  to: z.string(),
  answer: z.string(),
  /** Empty: what was told before is withdrawn. */
  facts: z.array(z.strictObject({ name: z.string(), key: z.string() })),
});

const storyException = z.strictObject({
  id: z.string(),
  class: z.string(),
  code: z.string(),
  severity: z.string(),
  owner: z.string(),
  dueAt: z.string(),
  transaction: z.string(),
  document: z.nullable(z.string()),
  amount: z.nullable(decimal),
  currency: z.nullable(z.string()),
  message: z.string(),
  action: z.string(),
  state: z.enum(["open", "closed"]),
});

const storyReturn = z.strictObject({
  authorization: z.string(),
  authorizedAt: z.string(),
  channel: z.string(),
  place: z.string(),
  expiresAt: z.string(),
  state: z.enum(["open", "consumed", "cancelled", "expired"]),
  endedAt: z.nullable(z.string()),
  /** The fact of the return that it was for. */
  event: z.nullable(z.string()),
  currency: z.string(),
  payable: decimal,
  lines: z.array(z.strictObject({ lineId: z.string(), item: z.string(), quantity: decimal })),
});

const story = z.strictObject({
  transaction: z.string(),
  kind: z.string(),
  references: z.array(z.strictObject({ type: z.string(), value: z.string() })),
  events: z.array(storyEvent),
  documents: z.array(storyDocument),
  /** What this transaction told others. */
  told: z.array(storyTelling),
  /** Returns that were authorised. */
  returns: z.array(storyReturn),
  settlements: z.array(storySettlement),
  exceptions: z.array(storyException),
  state,
});

/** The answer of GET /v1/transactions/{reference}. `more`: the reference names more transactions than are told. */
export const transactionsAnswer = z.strictObject({ reference: z.string(), transactions: z.array(story), more: z.boolean() });
export type TransactionsAnswer = z.infer<typeof transactionsAnswer>;

/** Every answer that is not a success (RFC 9457). */
export const problemAnswer = z.strictObject({ title: z.string(), status: z.int(), detail: z.string() });

const onRecord = {
  transaction: z.string(),
  /** The lineage item that holds it. */
  document: z.string(),
  /** Why it is quarantined: kept, not posted, until a newer version of the resource is sent. */
  exceptions: z.array(z.strictObject({ class: z.string(), code: z.string(), message: z.string() })),
};
const turnedAway = { errors: z.array(z.strictObject({ field: z.string(), message: z.string() })) };

/** The answer of POST /v1/events: one for each document, in the order in which they were sent. */
export const eventsAnswer = z.strictObject({
  documents: z.array(
    z.discriminatedUnion("answer", [
      z.strictObject({ answer: z.enum(["accepted", "duplicate", "quarantined"]), ...onRecord }),
      z.strictObject({ answer: z.enum(["refused", "not-permitted"]), ...turnedAway }),
      z.strictObject({ answer: z.literal("unavailable") }),
    ]),
  ),
});
export type EventsAnswer = z.infer<typeof eventsAnswer>;
