import type * as z from "zod/mini";
import { currencyExponent, isCurrency, type MinorUnits } from "#domain/money";
import {
  CellProblem,
  type ExactJson,
  ExactJsonFile,
  type FilePlace,
  type PayoutStatus,
  parseStatedAmount,
  plainNumbers,
  SettlementIntake,
  StatedPayouts,
  shapeProblem,
  statedDay,
  statedInstant,
  treatmentOf,
  UnreadableSettlementFile,
} from "#domain/settlement";
import type {
  SettlementHandlers,
  SettlementReader,
  SettlementReadSettings,
  SettlementSource,
  SettlementSummary,
} from "#ports/settlement-source";
import {
  asRestTransaction,
  graphqlPayout,
  graphqlTransaction,
  idOf,
  type RestTransaction,
  restPayout,
  restTransaction,
} from "./api-objects.ts";

const statuses: ReadonlyMap<string, PayoutStatus> = new Map([
  ["scheduled", "scheduled"],
  ["in_transit", "in-transit"],
  ["paid", "paid"],
  ["failed", "failed"],
  ["canceled", "cancelled"],
  ["cancelled", "cancelled"],
]);

/**
 * Shopify Payments from the Admin API: answers of `shopify_payments/payouts` and `shopify_payments/balance/transactions` (REST), or of
 * `shopifyPaymentsAccount { payouts balanceTransactions }` (GraphQL), one JSON value or one a line. Where a file has a payout and rows of
 * it, they must add up.
 */
export const shopifyPaymentsJson: SettlementSource = {
  name: "shopify-payments-json",
  source: "shopify-payments",
  recognises(head) {
    const text = new TextDecoder().decode(head);
    return /^\uFEFF?\s*\{/.test(text) && /"(?:payouts?|transactions|balanceTransactions|shopifyPaymentsAccount)"\s*:/.test(text);
  },
  open: (settings, handlers) => new ApiJson(settings, handlers),
};

class ApiJson implements SettlementReader {
  readonly #settings: SettlementReadSettings;
  readonly #intake: SettlementIntake;
  readonly #file = new ExactJsonFile();
  readonly #payouts: StatedPayouts;

  constructor(settings: SettlementReadSettings, handlers: SettlementHandlers) {
    this.#settings = settings;
    this.#intake = new SettlementIntake("shopify-payments", settings, handlers);
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
    const lists = listsOf(value);
    const errors = member(value, "errors");
    if (lists.length === 0 || errors !== undefined) {
      throw new UnreadableSettlementFile(
        "columns",
        place.line,
        errors === undefined
          ? "the answer has neither payouts nor transactions; fetch shopify_payments/payouts.json and shopify_payments/balance/transactions.json"
          : "the answer reports errors, so it may lack what was asked for; fetch it again",
      );
    }
    for (const { kind, items } of lists) {
      for (const [index, item] of items.entries()) {
        // Pages of one value have one line; their objects are told apart by their ordinal.
        this.#object(kind, item, { line: items.length > 1 || place.line === 1 ? index + 1 : place.line, column: kind });
      }
    }
  }

  #object(kind: string, item: ExactJson, place: FilePlace): void {
    try {
      if (kind === "transactions") this.#row(parsed(restTransaction, item), place);
      else if (kind === "balanceTransactions") this.#row(asRestTransaction(parsed(graphqlTransaction, item)), place);
      else if (kind === "shopifyPaymentsAccount.payouts") this.#graphqlPayout(item, place);
      else this.#restPayout(item, place);
    } catch (error) {
      if (error instanceof RangeError) this.#intake.hold("data.value", "value", `${error.message}; fetch it again`, place);
      else if (error instanceof CellProblem) this.#intake.hold(error.problemClass, error.code, error.message, place);
      else throw error;
    }
  }

  #row(stated: RestTransaction & { readonly orderName?: string }, place: FilePlace): void {
    if (stated.test === true) {
      this.#intake.note("data.value", "test", `transaction ${stated.id} is a test and no money: it is left out`, place);
      return;
    }
    const currency = knownCurrency(stated.currency);
    const gross = amountOf(stated.amount, currency);
    const net = amountOf(stated.net, currency);
    const fee = amountOf(stated.fee, currency);
    if (gross - fee !== net) {
      this.#intake.note(
        "money.amount-mismatch",
        "fee",
        `transaction ${stated.id} states fee ${stated.fee}, and its amount ${stated.amount} and net ${stated.net} ${currency} differ by another one: the fee is taken from these two`,
        place,
      );
    }
    const type = typeOf(stated);
    const dispute = treatmentOf("shopify-payments", type)?.class === "dispute" && /dispute/i.test(stated.source_type ?? "");
    const rows = this.#intake.row(
      {
        id: stated.id,
        ...optional("payoutId", stated.payout_id),
        type,
        gross,
        fees: gross === net ? [] : [{ name: "fee", amount: gross - net }],
        net,
        currency,
        references: {
          ...optional("orderName", stated.orderName),
          ...optional("orderId", stated.source_order_id),
          ...optional("transactionId", stated.source_order_transaction_id),
          ...optional(dispute ? "disputeId" : "pspReference", stated.source_id),
        },
        occurredAt: statedInstant(stated.processed_at, this.#settings.timeZone),
      },
      place,
    );
    for (const row of rows) this.#payouts.tally(row);
  }

  #restPayout(item: ExactJson, place: FilePlace): void {
    const { id, status, date, currency: stated, amount, summary } = parsed(restPayout, item);
    const currency = knownCurrency(stated);
    const parts = new Map<string, { gross: MinorUnits; fee: MinorUnits }>();
    for (const [name, value] of Object.entries(summary ?? {})) {
      const match = /^(.+)_(fee|gross)_amount$/.exec(name);
      if (match !== null && value !== null) addPart(parts, match[1]!, match[2] === "fee" ? "fee" : "gross", amountOf(value, currency));
    }
    this.#payouts.add(
      {
        id,
        status: knownStatus(status),
        issuedOn: statedDay(date),
        net: amountOf(amount, currency),
        netFrom: "stated",
        itemized: true,
        currency,
        ...summaryOf(parts),
      },
      place,
    );
  }

  #graphqlPayout(item: ExactJson, place: FilePlace): void {
    const { id, legacyResourceId, status, issuedAt, net, transactionType, externalTraceId, summary } = parsed(graphqlPayout, item);
    const currency = knownCurrency(net.currencyCode);
    const amount = amountOf(net.amount, currency);
    const parts = new Map<string, { gross: MinorUnits; fee: MinorUnits }>();
    for (const [name, value] of Object.entries(summary ?? {})) {
      const match = /^(.+?)(Fees?|FeeGross|Gross)$/.exec(name);
      if (match !== null && value !== null)
        addPart(parts, snake(match[1]!), match[2]!.endsWith("Gross") ? "gross" : "fee", amountOf(value.amount, currency));
    }
    this.#payouts.add(
      {
        id: legacyResourceId ?? idOf(id),
        status: knownStatus(status.toLowerCase()),
        issuedOn: statedDay(issuedAt),
        // A withdrawal takes money back from the merchant's bank account, whatever the sign it is stated with.
        net: transactionType === "WITHDRAWAL" && amount > 0 ? -amount : amount,
        netFrom: "stated",
        itemized: true,
        currency,
        ...optional("traceId", externalTraceId),
        ...summaryOf(parts),
      },
      place,
    );
  }
}

/** The lists of payouts and transactions in an answer of either API. */
function listsOf(value: ExactJson): { kind: string; items: readonly ExactJson[] }[] {
  const account = member(member(value, "data"), "shopifyPaymentsAccount") ?? member(value, "shopifyPaymentsAccount");
  if (account !== undefined) {
    return [
      { kind: "shopifyPaymentsAccount.payouts", items: nodesOf(member(account, "payouts")) },
      { kind: "balanceTransactions", items: nodesOf(member(account, "balanceTransactions")) },
    ].filter(({ kind }) => member(account, kind.split(".").at(-1)!) !== undefined);
  }
  const payout = member(value, "payout");
  const lists = ["payouts", "transactions"].flatMap((kind) => {
    const items = member(value, kind);
    if (items === undefined) return [];
    // What is no list is one object, which says by itself what is wrong with it.
    return [{ kind, items: Array.isArray(items) ? (items as readonly ExactJson[]) : [items] }];
  });
  return payout === undefined ? lists : [...lists, { kind: "payouts", items: [payout] }];
}

function nodesOf(connection: ExactJson | undefined): readonly ExactJson[] {
  const nodes = member(connection, "nodes");
  if (Array.isArray(nodes)) return nodes as readonly ExactJson[];
  const edges = member(connection, "edges");
  return Array.isArray(edges) ? (edges as readonly ExactJson[]).map((edge) => member(edge, "node") ?? null) : [connection ?? null];
}

function member(value: ExactJson | undefined, name: string): ExactJson | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const found = Object.hasOwn(value, name) ? (value as { readonly [name: string]: ExactJson })[name] : undefined;
  return found === null ? undefined : found;
}

function parsed<Schema extends z.ZodMiniType>(schema: Schema, item: ExactJson): z.infer<Schema> {
  const answer = schema.safeParse(item);
  if (answer.success) return answer.data;
  throw new CellProblem("data.value", "object", undefined, `${shapeProblem(answer.error)}; fetch it again`);
}

/** The API says "debit" and, apart, why: together they are a type of the admin ("Billing Debit") where the list knows it. */
function typeOf({ type, adjustment_reason: reason }: RestTransaction): string {
  const together = `${reason ?? ""}_${type}`;
  return (type === "debit" || type === "credit") && treatmentOf("shopify-payments", together) !== undefined ? together : type;
}

function knownCurrency(code: string): string {
  const currency = code.toUpperCase();
  if (!isCurrency(currency)) throw new RangeError(`${JSON.stringify(code.slice(0, 10))} is no ISO 4217 currency`);
  return currency;
}

/** The API states currencies without decimals as "1500.0" or "1500.00". */
function amountOf(text: string, currency: string): MinorUnits {
  const exponent = currencyExponent(currency);
  const [whole = "", decimals = ""] = text.split(".");
  const plain =
    /^0*$/.test(decimals.slice(exponent)) && exponent < decimals.length
      ? `${whole}${exponent === 0 ? "" : `.${decimals.slice(0, exponent)}`}`
      : text;
  return parseStatedAmount(plain, currency, plainNumbers);
}

function knownStatus(status: string): PayoutStatus {
  const known = statuses.get(status);
  if (known === undefined)
    throw new RangeError(`payout status ${JSON.stringify(status.slice(0, 40))} is none of ${[...statuses.keys()].join(", ")}`);
  return known;
}

function addPart(
  parts: Map<string, { gross: MinorUnits; fee: MinorUnits }>,
  name: string,
  part: "gross" | "fee",
  amount: MinorUnits,
): void {
  parts.set(name, { ...(parts.get(name) ?? { gross: 0, fee: 0 }), [part]: amount });
}

/** Kinds of row of which the payout has none are left out. */
function summaryOf(parts: ReadonlyMap<string, { gross: MinorUnits; fee: MinorUnits }>) {
  const summary = [...parts].filter(([, { gross, fee }]) => gross !== 0 || fee !== 0).map(([name, sums]) => ({ name, ...sums }));
  return summary.length === 0 ? {} : { summary };
}

function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function optional<Name extends string>(name: Name, value: string | null | undefined): { [Key in Name]?: string } {
  return (value === null || value === undefined || value === "" ? {} : { [name]: value }) as { [Key in Name]?: string };
}
