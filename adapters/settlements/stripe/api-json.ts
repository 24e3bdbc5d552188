import * as z from "zod/mini";
import { addSeconds } from "#domain/calendar";
import { isCurrency, type MinorUnits } from "#domain/money";
import {
  CellProblem,
  type ExactJson,
  ExactJsonFile,
  type FeePart,
  type FilePlace,
  type PayoutStatus,
  parseMinorUnitsText,
  SettlementIntake,
  StatedPayouts,
  shapeProblem,
  UnreadableSettlementFile,
} from "#domain/settlement";
import type {
  SettlementHandlers,
  SettlementReader,
  SettlementReadSettings,
  SettlementSource,
  SettlementSummary,
} from "#ports/settlement-source";
import { balanceTransactionReferences, balanceTransactionTreatment } from "./balance-transaction.ts";

/** Every number was kept as text. */
const text = z.string().check(z.minLength(1), z.maxLength(255));
const nullableText = z.optional(z.nullable(text));

const balanceTransaction = z.object({
  object: z.literal("balance_transaction"),
  id: text,
  amount: text,
  fee: text,
  net: text,
  currency: text,
  created: text,
  available_on: text,
  exchange_rate: nullableText,
  type: text,
  reporting_category: nullableText,
  source: z.optional(z.nullable(z.union([text, z.object({ id: text })]))),
  fee_details: z.optional(z.array(z.object({ amount: text, type: text })).check(z.maxLength(20))),
});

const payoutObject = z.object({
  object: z.literal("payout"),
  id: text,
  amount: text,
  currency: text,
  created: text,
  arrival_date: text,
  automatic: z.boolean(),
  status: text,
  trace_id: z.optional(z.nullable(z.object({ value: nullableText }))),
  balance_transaction: z.optional(z.nullable(z.union([text, z.object({ id: text })]))),
});

const statuses: ReadonlyMap<string, PayoutStatus> = new Map([
  ["pending", "scheduled"],
  ["in_transit", "in-transit"],
  ["paid", "paid"],
  ["failed", "failed"],
  ["canceled", "cancelled"],
]);

/**
 * Stripe's API objects: lists of balance transactions and payouts, in minor units, one JSON value or one a line. A balance transaction
 * does not name its payout: a list that was asked for one (`?payout=po_…`) is given as `{"object": "list", "payout": "po_…", "data": […]}`,
 * and must add up to that payout when the file has it too.
 */
export const stripeApiJson: SettlementSource = {
  name: "stripe-api-json",
  source: "stripe",
  recognises(head) {
    const start = new TextDecoder().decode(head);
    return /^\uFEFF?\s*\{/.test(start) && /"object"\s*:\s*"(?:balance_transaction|payout)"/.test(start);
  },
  open: (settings, handlers) => new ApiJson(settings, handlers),
};

class ApiJson implements SettlementReader {
  readonly #intake: SettlementIntake;
  readonly #file = new ExactJsonFile();
  readonly #payouts: StatedPayouts;

  constructor(settings: SettlementReadSettings, handlers: SettlementHandlers) {
    this.#intake = new SettlementIntake("stripe", settings, handlers);
    this.#payouts = new StatedPayouts(this.#intake);
  }

  push(bytes: Uint8Array): void {
    this.#file.push(bytes);
  }

  end(): SettlementSummary {
    for (const { value, place } of this.#file.end()) this.#answer(value, place);
    this.#payouts.end();
    return this.#intake.summary();
  }

  #answer(value: ExactJson, place: FilePlace): void {
    const data = member(value, "data");
    const items = Array.isArray(data) ? (data as readonly ExactJson[]) : member(value, "object") === undefined ? undefined : [value];
    if (items === undefined) {
      throw new UnreadableSettlementFile(
        "columns",
        place.line,
        "this is no list of Stripe objects; fetch /v1/balance_transactions and /v1/payouts",
      );
    }
    const payoutId = member(value, "payout");
    for (const [index, item] of items.entries()) {
      const at = { line: place.line === 1 ? index + 1 : place.line };
      try {
        if (member(item, "object") === "payout") this.#payout(item, at);
        else this.#row(item, typeof payoutId === "string" ? payoutId : undefined, at);
      } catch (error) {
        if (error instanceof RangeError) this.#intake.hold("data.value", "value", `${error.message}; fetch it again`, at);
        else if (error instanceof CellProblem) this.#intake.hold(error.problemClass, error.code, error.message, at);
        else throw error;
      }
    }
  }

  #row(item: ExactJson, payoutId: string | undefined, place: FilePlace): void {
    const stated = parsed(balanceTransaction, item);
    const currency = knownCurrency(stated.currency);
    const sourceId = typeof stated.source === "object" ? stated.source?.id : stated.source;
    const category = stated.reporting_category ?? undefined;
    const treatment = balanceTransactionTreatment(category, stated.type, sourceId);
    const rows = this.#intake.row(
      {
        id: stated.id,
        ...(payoutId === undefined ? {} : { payoutId }),
        type: category ?? stated.type,
        treatment,
        gross: parseMinorUnitsText(stated.amount),
        fees: feesOf(stated.fee_details ?? [], parseMinorUnitsText(stated.fee)),
        net: parseMinorUnitsText(stated.net),
        currency,
        ...(typeof stated.exchange_rate === "string" ? { exchangeRate: stated.exchange_rate } : {}),
        references: balanceTransactionReferences(treatment, sourceId),
        occurredAt: instantOfEpoch(stated.created),
        availableOn: instantOfEpoch(stated.available_on).slice(0, 10),
      },
      place,
    );
    for (const row of rows) this.#payouts.tally(row);
  }

  #payout(item: ExactJson, place: FilePlace): void {
    const stated = parsed(payoutObject, item);
    const status = statuses.get(stated.status);
    if (status === undefined)
      throw new RangeError(`payout status ${JSON.stringify(stated.status.slice(0, 40))} is none of ${[...statuses.keys()].join(", ")}`);
    const rowId = typeof stated.balance_transaction === "object" ? stated.balance_transaction?.id : stated.balance_transaction;
    const traceId = stated.trace_id?.value;
    this.#payouts.add(
      {
        id: stated.id,
        status,
        issuedOn: instantOfEpoch(stated.created).slice(0, 10),
        arrivesOn: instantOfEpoch(stated.arrival_date).slice(0, 10),
        net: parseMinorUnitsText(stated.amount),
        netFrom: "stated",
        itemized: stated.automatic,
        currency: knownCurrency(stated.currency),
        ...(typeof traceId === "string" ? { traceId } : {}),
        ...(typeof rowId === "string" ? { rowId } : {}),
      },
      place,
    );
  }
}

/** Fee parts as stated when they come to the fee; else the fee alone. */
function feesOf(details: readonly { readonly amount: string; readonly type: string }[], fee: MinorUnits): FeePart[] {
  const parts = details.map(({ amount, type }) => ({ name: type, amount: parseMinorUnitsText(amount) }));
  const sum = parts.reduce((total, { amount }) => total + amount, 0);
  if (parts.length > 0 && sum === fee) return parts;
  return fee === 0 ? [] : [{ name: "fee", amount: fee }];
}

function instantOfEpoch(seconds: string): string {
  if (!/^\d{1,11}$/.test(seconds)) throw new RangeError(`${JSON.stringify(seconds.slice(0, 40))} is no time in seconds since 1970`);
  return addSeconds("1970-01-01T00:00:00.000Z", Number(seconds));
}

function knownCurrency(code: string): string {
  const currency = code.toUpperCase();
  if (!isCurrency(currency)) throw new RangeError(`${JSON.stringify(code.slice(0, 10))} is no ISO 4217 currency`);
  return currency;
}

function member(value: ExactJson, name: string): ExactJson | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.hasOwn(value, name) ? (value as { readonly [name: string]: ExactJson })[name] : undefined;
}

function parsed<Schema extends z.ZodMiniType>(schema: Schema, item: ExactJson): z.infer<Schema> {
  const answer = schema.safeParse(item);
  if (answer.success) return answer.data;
  throw new CellProblem("data.value", "object", undefined, `${shapeProblem(answer.error)}; fetch it again`);
}
