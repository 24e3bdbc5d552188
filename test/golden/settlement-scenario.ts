import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { addDays, localToInstant } from "#domain/calendar";
import type { BusinessEvent } from "#domain/events";
import { orderTransaction, settlementRowTransaction, sourceKey, ticketTransaction } from "#domain/identity";
import { findableByTender } from "#domain/intake";
import type { ParsedDocument, Reference } from "#domain/lineage";
import { parseMinorUnits } from "#domain/money";
import { type RowTreatment, type SettlementRow, treatmentOf } from "#domain/settlement";
import { returnedPayout, settlementDocument } from "#functions/settlement-document";
import { settlementPolicy } from "./settlement-policy.ts";

/*
 * A settlement scenario as it is written down: what the shop, the gateway and the bank say, amounts as decimal strings of the scenario's
 * currency, days as MM-DD of 2026. README.md beside this file says how to read and write one.
 */

const amount = z.string().regex(/^-?\d+(\.\d+)?$/);
const day = z.string().regex(/^\d\d-\d\d$/);
const references = z.strictObject({
  order: z.string().optional(),
  orderId: z.string().optional(),
  merchant: z.string().optional(),
  transaction: z.string().optional(),
  payment: z.string().optional(),
  psp: z.string().optional(),
  dispute: z.string().optional(),
  terminal: z.string().optional(),
  related: z.string().optional(),
});

const fact = z.union([
  z.strictObject({
    sale: z.string(),
    shop: z.string().default("us.example"),
    businessEntity: z.string().optional(),
    /** Payments by id: a capture is positive, a refund negative; "with" the gateway. */
    payments: z.record(z.string(), amount).default({}),
    with: z.string().default("shopify_payments"),
    gatewayReference: z.string().optional(),
    tax: amount.default("0"),
    currency: z.string().optional(),
    on: day.default("11-27"),
  }),
  z.strictObject({
    /** A ticket of store 0001, register 1, paid by card: positive tenders are taken, negative ones given back. */
    ticket: z.string(),
    cards: z.array(z.strictObject({ amount, brand: z.string().optional(), reference: z.string().optional() })),
    /** Another ticket that voids it. */
    voided: z.boolean().default(false),
    /** What that void says that the ticket came to: where it came to something else, the ticket stands. */
    voidedTotal: amount.optional(),
    /** By the clock of the store; from 24:00 on after midnight, on the same day of the till. */
    at: z.string().default("15:00"),
    on: day.default("11-27"),
  }),
  z.strictObject({
    row: z.string(),
    account: z.string().default("shop"),
    source: z.string().default("shopify-payments"),
    type: z.string().default("charge"),
    gross: amount,
    fee: amount.default("0"),
    feeName: z.string().default("fee"),
    payout: z.string().optional(),
    currency: z.string().optional(),
    cardBrand: z.string().optional(),
    presentment: z.tuple([amount, z.string()]).optional(),
    on: day.default("11-27"),
    /** By the clock of the store 0001. */
    at: z.string().optional(),
    /** The file that says so: a later one counts. */
    file: z.number().default(1),
    ...references.shape,
  }),
  z.strictObject({
    payout: z.string(),
    account: z.string().default("shop"),
    source: z.string().default("shopify-payments"),
    net: amount,
    status: z.enum(["scheduled", "in-transit", "paid", "failed", "cancelled"]).default("paid"),
    trace: z.string().optional(),
    itemized: z.boolean().default(true),
    currency: z.string().optional(),
    unlisted: z.array(z.string()).default([]),
    on: day.default("11-30"),
    file: z.number().default(1),
  }),
  z.strictObject({
    bank: z.string(),
    number: z.string().default("100"),
    amount,
    words: z.array(z.string()).default([]),
    currency: z.string().optional(),
    on: day.default("12-01"),
  }),
  z.strictObject({
    /** The row of an unlisted type whose period has ended. */
    periodEndOf: z.string(),
    account: z.string().default("shop"),
    source: z.string().default("shopify-payments"),
  }),
  z.strictObject({
    dispute: z.string(),
    shop: z.string().default("us.example"),
    of: z.string(),
    amount,
    reason: z.string().default("fraudulent"),
    outcome: z.enum(["won", "lost", "accepted", "refunded"]).optional(),
    on: day.default("11-28"),
  }),
]);

const scenario = z.strictObject({
  rows: z.array(z.string().regex(/^c\d+$/)).min(1),
  story: z.string().min(10),
  currency: z.string().default("USD"),
  facts: z.array(fact).min(1),
  /** By "<entity> <role> <dimensions>": debit less credit of what the settlements and clearing come to; 0 is left out. Of another currency than the scenario's with it in front. */
  balances: z.record(z.string(), amount).default({}),
  /** The same in the currency of the books, where that is another one; absent: not looked at. */
  functional: z.record(z.string(), amount).optional(),
  /** Exceptions that are open in the end: "class/code stream". */
  open: z.array(z.string()).default([]),
  /** What clearing waits for: "<what> <open>: <waits for>". Absent: nothing. */
  waits: z.array(z.string()).default([]),
});

export type SettlementFact = z.infer<typeof fact>;
export type SettlementScenario = z.infer<typeof scenario> & { readonly name: string };

const folder = join(import.meta.dirname, "settlements");

export function readSettlementScenarios(): SettlementScenario[] {
  return readdirSync(folder)
    .sort()
    .map((file) => ({ ...scenario.parse(JSON.parse(readFileSync(join(folder, file), "utf8"))), name: file.replace(/\.json$/, "") }));
}

/** The documents of a scenario, in the order in which it tells them. */
export function documentsOf({ facts, currency }: SettlementScenario): ParsedDocument[] {
  return facts.flatMap((each): ParsedDocument[] => {
    const money = (text: string, of = currency) => parseMinorUnits(text, of);
    if ("sale" in each) return saleDocuments(each, each.currency ?? currency);
    if ("ticket" in each) return ticketDocuments(each, currency);
    if ("row" in each) return rowDocuments(rowOf(each, currency), version(each.file));
    if ("payout" in each) {
      const { source, account, status, trace, unlisted, on, file } = each;
      const issuedOn = `2026-${on}`;
      const base = {
        source,
        account,
        id: each.payout,
        status,
        issuedOn,
        net: money(each.net, each.currency),
        netFrom: "stated",
        itemized: each.itemized,
      } as const;
      const payout = { ...base, currency: each.currency ?? currency, ...(trace === undefined ? {} : { traceId: trace }) };
      return [settlementDocument({ kind: "payout", payout, unlisted }, version(file), settlementPolicy)];
    }
    if ("bank" in each) {
      const line = {
        source: "camt.053",
        account: each.number,
        id: each.bank,
        statementId: "S1",
        bookedOn: `2026-${each.on}`,
        amount: money(each.amount, each.currency),
        currency: each.currency ?? currency,
        references: {},
      };
      return [settlementDocument({ kind: "line", line, words: each.words }, version(1), settlementPolicy)];
    }
    if ("periodEndOf" in each) return [periodEndDocument(each)];
    return [disputeDocument(each, currency)];
  });
}

function version(file: number): string {
  return `2026-12-02T00:00:0${file}.000Z`;
}

function rowDocuments(row: SettlementRow, at: string): ParsedDocument[] {
  const told = returnedPayout(row, at, settlementPolicy);
  const own = settlementDocument({ kind: "row", row }, at, settlementPolicy);
  return told === undefined ? [own] : [own, told];
}

/** Of gateways whose CSV is read by a mapping, which says the class of each type. */
const byMapping: Readonly<Record<string, RowTreatment>> = {
  charge: { class: "sale_refund", nature: "charge" },
  refund: { class: "sale_refund", nature: "refund" },
};
const mapped: Readonly<Record<string, Readonly<Record<string, RowTreatment>>>> = {
  klarna: byMapping,
  afterpay: byMapping,
  worldpay: byMapping,
};

function rowOf(each: Extract<SettlementFact, { row: string }>, scenarioCurrency: string): SettlementRow {
  const currency = each.currency ?? scenarioCurrency;
  const [gross, fee] = [parseMinorUnits(each.gross, currency), parseMinorUnits(each.fee, currency)];
  const treatment = treatmentOf(each.source, each.type) ?? mapped[each.source]?.[each.type];
  const named = {
    orderName: each.order,
    orderId: each.orderId,
    merchantReference: each.merchant,
    transactionId: each.transaction,
    paymentId: each.payment,
    pspReference: each.psp,
    disputeId: each.dispute,
    terminalId: each.terminal,
    relatedRowId: each.related,
  };
  const stated = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
  return {
    source: each.source,
    account: each.account,
    id: each.row,
    idFrom: "stated",
    ...(each.payout === undefined ? {} : { payoutId: each.payout }),
    type: each.type,
    ...treatment,
    gross,
    fees: fee === 0 ? [] : [{ name: each.feeName, amount: fee }],
    net: gross - fee,
    currency,
    ...(each.presentment === undefined
      ? {}
      : { presentment: { amount: parseMinorUnits(...each.presentment), currency: each.presentment[1] } }),
    references: stated,
    ...(each.cardBrand === undefined ? {} : { cardBrand: each.cardBrand }),
    occurredAt: inChicago(`2026-${each.on}`, each.at ?? "09:00"),
  };
}

/** The instant of a time of day by the clock of the store 0001; 24:20 is twenty past midnight. */
function inChicago(day: string, at: string): string {
  const [hours = "", minutes = ""] = at.split(":");
  return Number(hours) < 24
    ? localToInstant("America/Chicago", `${day}T${at}`)
    : localToInstant("America/Chicago", `${addDays(day, 1)}T${String(Number(hours) - 24).padStart(2, "0")}:${minutes}`);
}

/** An order that comes to what was captured, and its payments, each in a document of its own as the shop sends them. */
function saleDocuments(each: Extract<SettlementFact, { sale: string }>, currency: string): ParsedDocument[] {
  const id = each.sale.replace("#", "o");
  const occurredAt = `2026-${each.on}T14:00:00.000Z`;
  const payments = Object.entries(each.payments).map(([paymentId, text]) => ({ paymentId, amount: parseMinorUnits(text, currency) }));
  const total = payments.reduce((sum, { amount: paid }) => (paid > 0 ? sum + paid : sum), 0);
  const tax = parseMinorUnits(each.tax, currency);
  const head = (name: string, of: string) => ({ schema: 1, key: `${name}:${of}`, version: "1", occurredAt }) as const;
  const placed: BusinessEvent = {
    name: "order.placed",
    ...head("order.placed", id),
    orderId: id,
    orderName: each.sale,
    currency,
    presentmentCurrency: currency,
    taxesIncluded: false,
    test: false,
    gateways: [each.with],
    paymentTerms: false,
    ...(each.businessEntity === undefined ? {} : { businessEntity: each.businessEntity }),
    lines: [
      {
        id: "1",
        item: "SHIRT",
        kind: "goods",
        quantityMillionths: 1_000_000,
        gross: total - tax,
        discounts: [],
        taxes: tax === 0 ? [] : [{ code: "IL", amount: tax, channelLiable: true }],
      },
    ],
    shipping: [],
    totals: { lines: total - tax, discounts: 0, tax, tip: 0, duties: 0, fees: 0, cashRounding: 0, total },
  };
  const moved = payments.map(({ paymentId, amount: paid }): BusinessEvent => {
    const fields = { orderId: id, paymentId, gateway: each.with, amount: Math.abs(paid), currency };
    if (paid > 0) return { name: "payment.captured", ...head("payment.captured", paymentId), ...fields };
    return { name: "payment.refunded", ...head("payment.refunded", paymentId), ...fields, refundId: `r-${paymentId}`, status: "success" };
  });
  const refunds = moved.flatMap((event): BusinessEvent[] =>
    event.name !== "payment.refunded"
      ? []
      : [
          {
            name: "refund.issued",
            ...head("refund.issued", `r-${event.paymentId}`),
            orderId: id,
            refundId: `r-${event.paymentId}`,
            currency,
            lines: [],
            shipping: [],
            adjustments: [],
            duties: 0,
            fees: 0,
            payments: [{ paymentId: event.paymentId, amount: event.amount, gateway: each.with, status: "success" }],
            processedAt: occurredAt,
          },
        ],
  );
  return [placed, ...moved, ...refunds].map((event) => saleDocument(each, id, event));
}

function ticketDocuments(each: Extract<SettlementFact, { ticket: string }>, currency: string): ParsedDocument[] {
  const businessDate = `2026-${each.on}`;
  const occurredAt = inChicago(businessDate, each.at);
  const tenders = each.cards.map(({ amount: text, brand, reference }, index) => ({
    id: `${index + 1}`,
    type: "CreditDebit",
    amount: parseMinorUnits(text, currency),
    ...(brand === undefined ? {} : { cardBrand: brand }),
    ...(reference === undefined ? {} : { reference }),
  }));
  const total = tenders.reduce((sum, tender) => sum + tender.amount, 0);
  const till = { store: "0001", register: "1", sequence: each.ticket, businessDate };
  const head = (name: string) => ({ schema: 1, key: `${name}:${each.ticket}`, version: "1", occurredAt }) as const;
  const completed: BusinessEvent = {
    name: "ticket.completed",
    ...head("ticket.completed"),
    ...till,
    currency,
    taxesIncluded: false,
    lines: [
      {
        id: "1",
        kind: total < 0 ? "return" : "sale",
        item: "ENGRAVING",
        quantityMillionths: 1_000_000,
        gross: Math.abs(total),
        discounts: [],
        taxes: [],
        restock: false,
      },
    ],
    discounts: [],
    taxes: [],
    tenders,
    cashRounding: 0,
    rounding: 0,
    stated: {},
  };
  const transaction = ticketTransaction(till.store, till.register, businessDate, each.ticket);
  const number = `${till.register}.${businessDate}.${each.ticket}`;
  const base = { transaction, kind: "sale", channel: "pos", shop: till.store, issues: [] } as const;
  const references: Reference[] = [{ type: "ticket", value: `${till.store}.${number}` }];
  const source = sourceKey("pos", till.store, "ticket", number);
  const ticket = findableByTender({ ...base, source, events: [completed], references });
  if (!each.voided) return [ticket];
  const voided: BusinessEvent = {
    name: "ticket.voided",
    ...head("ticket.voided"),
    ...till,
    sequence: `${each.ticket}V`,
    original: { ...till },
    currency,
    ...(each.voidedTotal === undefined ? {} : { total: parseMinorUnits(each.voidedTotal, currency) }),
  };
  return [ticket, { ...base, source: sourceKey("pos", till.store, "void", number), events: [voided], references: [] }];
}

function saleDocument(each: Extract<SettlementFact, { sale: string }>, id: string, event: BusinessEvent): ParsedDocument {
  const names: Reference[] = [
    { type: "order", value: id },
    ...(event.name === "order.placed" ? [{ type: "order-name", value: each.sale } as const] : []),
    ...("paymentId" in event && event.paymentId !== undefined ? [{ type: "payment", value: event.paymentId } as const] : []),
    ...(event.name === "payment.captured" && each.gatewayReference !== undefined
      ? [{ type: "gateway-reference", value: each.gatewayReference } as const]
      : []),
  ];
  return {
    transaction: orderTransaction("shopify", each.shop, id),
    kind: "sale",
    source: sourceKey("shopify", each.shop, "fact", event.key),
    channel: "shopify",
    shop: each.shop,
    events: [event],
    references: names,
    issues: [],
  };
}

function periodEndDocument({ periodEndOf, account, source }: Extract<SettlementFact, { periodEndOf: string }>): ParsedDocument {
  const at = "2026-12-01T06:00:00.000Z";
  const event: BusinessEvent = {
    name: "settlement.released",
    schema: 1,
    key: `settlement.released:${periodEndOf}`,
    version: at,
    occurredAt: at,
    because: "period-end",
    period: "2026-11",
  };
  return {
    transaction: settlementRowTransaction(source, account, periodEndOf),
    kind: "settlement-row",
    source: sourceKey(source, account, "period-end", periodEndOf),
    channel: source,
    shop: account,
    events: [event],
    references: [],
    issues: [],
  };
}

function disputeDocument(each: Extract<SettlementFact, { dispute: string }>, currency: string): ParsedDocument {
  const orderId = each.of.replace("#", "o");
  const occurredAt = `2026-${each.on}T16:00:00.000Z`;
  const common = { schema: 1, version: each.outcome === undefined ? "1" : "2", occurredAt, disputeId: each.dispute, orderId } as const;
  const opened: BusinessEvent = {
    name: "dispute.opened",
    key: `dispute.opened:${each.dispute}`,
    ...common,
    version: "1",
    kind: "chargeback",
    amount: parseMinorUnits(each.amount, currency),
    currency,
    reason: each.reason,
  };
  const { outcome } = each;
  const closed: BusinessEvent[] =
    outcome === undefined ? [] : [{ name: "dispute.closed", key: `dispute.closed:${each.dispute}`, ...common, outcome }];
  return {
    transaction: orderTransaction("shopify", each.shop, orderId),
    kind: "sale",
    source: sourceKey("shopify", each.shop, "dispute", each.dispute),
    channel: "shopify",
    shop: each.shop,
    events: [opened, ...closed],
    references: [
      { type: "dispute", value: each.dispute },
      { type: "order", value: orderId },
    ],
    issues: [],
  };
}
