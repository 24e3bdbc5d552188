import { createHash } from "node:crypto";
import { mappedBankCsv } from "#adapters/banks/mapped-csv";
import { mappedCsvSource } from "#adapters/settlements/mapped-csv";
import { shopifyPaymentsCsv, shopifyPaymentsJson } from "#adapters/settlements/shopify-payments";
import type { LineageItem } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import type { SettlementCounts } from "#domain/settlement";
import { type CheckedSettlementFile, createHandler as createCheck } from "#functions/check-settlement-file";
import { createHandler as createClose } from "#functions/close-settlement-file";
import { createHandler as createIngest } from "#functions/ingest-settlement-chunk";
import { createHandler as createMatch } from "#functions/match-settlements";
import { createHandler as createResolve } from "#functions/resolve-exception";
import type { InsertAnswer } from "#ports/lineage-store";

const why = "house";
const clearing = { role: "payment-clearing", gateway: "shopify_payments" } as const;
const account = { entity: "US1", name: "n", source: "shopify-payments", clearing, bankAccount: "operating", lagDays: 4, why };

/** Only what the settlement functions read. */
export const housePolicy = {
  entities: { US1: { timeZone: "America/New_York" } },
  shops: {},
  bankAccounts: { operating: { entity: "US1", name: "o", currency: "USD", numbers: ["100"], unknownCredits: "book", why } },
  gatewayAccounts: { "us-shop": account },
  tenders: [],
  tolerances: [],
} as unknown as Policy;

/** The same with a second account of the gateway, so that a file must say whose it is. */
export const twoAccounts = { ...housePolicy, gatewayAccounts: { "us-shop": account, "ca-shop": account } } as Policy;

/** A gateway and a bank whose exports are described by mappings, beside an account that has none. */
export const describedPolicy = {
  ...housePolicy,
  bankAccounts: {
    ...housePolicy.bankAccounts,
    house: {
      entity: "US1",
      name: "h",
      currency: "EUR",
      numbers: ["200"],
      unknownCredits: "book",
      csv: {
        name: "house-bank-csv",
        numbers: { decimal: ".", group: "," },
        dates: "year-first",
        columns: { bookedOn: "Booked", amount: "Amount" },
        remittance: ["Text"],
      },
      why,
    },
  },
  gatewayAccounts: {
    "us-shop": account,
    "pay-later-de": {
      ...account,
      source: "pay-later",
      csv: {
        name: "pay-later-csv",
        source: "pay-later",
        numbers: { decimal: ",", group: "." },
        dates: "compact",
        columns: { id: "Ref", type: "Kind", occurredAt: "Day", net: "Net" },
        currency: "EUR",
        types: { sale: { class: "sale_refund", nature: "charge" } },
      },
    },
  },
} as unknown as Policy;

const receivedAt = "2026-12-01T03:00:00.000Z";

/** The functions of a settlement over ports of plain data; `answer` may stand in for the lineage's own answer. */
export function settlementHouse(policy: Policy = housePolicy, answer: (item: LineageItem) => InsertAnswer | undefined = () => undefined) {
  const items = new Map<string, LineageItem>();
  const stored = new Map<string, Uint8Array>();
  const names = new Map<string, string[]>();
  const waits: string[] = [];
  const unused = () => Promise.reject(new Error("not a part of settling"));
  const documents = {
    put: async (address: string, bytes: Uint8Array) => void stored.set(address, bytes),
    get: async (address: string) => stored.get(address),
    readRange: async (address: string, start: number, end: number) => stored.get(address)?.subarray(start, end),
    size: async (address: string) => stored.get(address)?.length,
  };
  const lineage = {
    insert: async (inserts: readonly LineageItem[]) =>
      inserts.map((item): InsertAnswer => {
        const other = answer(item);
        if (other !== undefined) return other;
        const key = `${item.transaction}\n${item.key}`;
        if (items.has(key)) return "conflict";
        items.set(key, item);
        return "inserted";
      }),
    page: async (transaction: string) => ({ items: [...items.values()].filter((item) => item.transaction === transaction) }),
    get: async (transaction: string, key: string) => items.get(`${transaction}\n${key}`),
    removeRawBody: unused,
    transactions: unused,
  };
  let milliseconds = Date.parse("2026-12-01T03:00:05.000Z");
  const samples: [string, Readonly<Record<string, string>>][] = [];
  const dependencies = {
    documents,
    lineage,
    policies: { current: async () => policy, reload: unused, lastRelease: unused },
    clock: { now: () => new Date((milliseconds += 1)).toISOString() },
    metrics: {
      record: (name: string, _: number, __: string, dimensions: Readonly<Record<string, string>>) => void samples.push([name, dimensions]),
    },
    references: {
      put: unused,
      find: async (type: string | undefined, value: string) => names.get(`${type} ${value}`) ?? [],
      wait: async ({ type, value }: { type: string; value: string }) => void waits.push(`${type} ${value}`),
      waiters: unused,
    },
    sources: [shopifyPaymentsCsv, shopifyPaymentsJson],
    banks: [],
    mapped: { source: mappedCsvSource, bank: mappedBankCsv },
  };
  const check = createCheck(dependencies);
  const ingest = createIngest(dependencies);
  const close = createClose(dependencies);

  async function drop(text: string, file = "export.csv", at = receivedAt): Promise<CheckedSettlementFile> {
    const bytes = new TextEncoder().encode(text);
    const address = `drops/settlement/${createHash("sha256").update(bytes).digest("hex")}`;
    stored.set(address, bytes);
    return check({ drop: address, file, receivedAt: at });
  }

  return {
    drop,
    ingest: (checked: CheckedSettlementFile, chunk = 0) =>
      ingest({ drop: checked.drop, manifest: checked.manifest, chunk, receivedAt: checked.receivedAt }),
    close,
    match: createMatch(dependencies),
    resolve: createResolve(dependencies),
    /** The whole of it, as the machine does. */
    async takeIn(text: string, file?: string, at?: string) {
      const checked = await drop(text, file, at);
      const counts: { -readonly [Name in keyof SettlementCounts]: number } = { recorded: 0, duplicates: 0, revised: 0 };
      for (const chunk of checked.chunks) {
        const found = await ingest({ drop: checked.drop, manifest: checked.manifest, chunk, receivedAt: checked.receivedAt });
        counts.recorded += found.recorded;
        counts.duplicates += found.duplicates;
        counts.revised += found.revised;
      }
      return { checked, counts, closed: await close({ checked, counts }) };
    },
    /** Gives a transaction a name that others find it by. */
    name(reference: string, transaction: string) {
      names.set(reference, [...(names.get(reference) ?? []), transaction]);
    },
    put(item: LineageItem) {
      items.set(`${item.transaction}\n${item.key}`, item);
    },
    stored,
    waits,
    samples,
    items: () => [...items.values()],
    /** Facts; without what says how an account's rows are told apart. */
    documents: () => [...items.values()].filter((item) => item.type === "document").filter(({ kind }) => kind !== "source"),
  };
}

const columns =
  "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net,Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency";

/** An export with these rows: type, order, amount, fee, net, and the payout's status, day and id. */
export function exported(
  ...rows: (readonly [type: string, order: string, amount: string, fee: string, net: string, payout?: string])[]
): string {
  const lines = rows.map(
    ([type, order, amount, fee, net, payout = "paid,2026-11-30,104"], index) =>
      `2026-11-27 12:00:0${index % 10} -0500,${type},${order},visa,online,${payout},2026-11-29,${amount},${fee},${net},#${index},card,${amount},USD,USD`,
  );
  return `${[columns, ...lines].join("\n")}\n`;
}

/** What the API states of one charge: the same as `exported` says of it, under an id of its own. */
export function statedByApi(id: string, order: string, amount: string, fee: string, net: string): string {
  const row = { id, type: "charge", test: false, payout_id: null, payout_status: "pending", currency: "USD", amount, fee, net };
  return `${JSON.stringify({ transactions: [{ ...row, source_type: "charge", processed_at: "2026-11-27T12:00:00-05:00", source_order_name: order }] })}\n`;
}
