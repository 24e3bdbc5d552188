import { createHash } from "node:crypto";
import { inflate } from "#adapters/inflate";
import { posFormats, posTableFormat } from "#adapters/pos-formats";
import type { LineageItem } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import type { PosCounts } from "#domain/store-day";
import { type CheckedPosFile, type CheckPosFileInput, createHandler as createCheck } from "#functions/check-pos-file";
import { createHandler as createClose } from "#functions/close-pos-file";
import { createHandler as createIngest } from "#functions/ingest-pos-chunk";
import { createHandler as createUnpack } from "#functions/unpack-pos-file";
import type { InsertAnswer } from "#ports/lineage-store";

/** Only what the POS functions read. */
const policy = {
  stores: { "101": { entity: "US1", location: "S1", name: "Main Street", timeZone: "America/New_York", currency: "USD" } },
  elections: [],
  tolerances: [{ tolerance: "ticketTaxGroup", minorUnits: 1, when: {}, from: "2020-01-01", why: "c29", layer: 0 }],
  returns: [],
  approvals: [],
} as unknown as Policy;

const receivedAt = "2026-11-28T03:00:00.000Z";

/**
 * The three functions of a POS file over ports of plain data; `answer` may stand in for the lineage's own answer, `runBytes` for how much one run
 * of the check reads.
 */
export function posHouse(answer: (item: LineageItem) => InsertAnswer | undefined = () => undefined, runBytes?: number) {
  const items = new Map<string, LineageItem>();
  const stored = new Map<string, Uint8Array>();
  const reads: { start: number; end: number }[] = [];
  const unused = () => Promise.reject(new Error("not a part of taking in a file"));
  const documents = {
    put: async (address: string, bytes: Uint8Array) => void stored.set(address, bytes),
    get: async (address: string) => stored.get(address),
    readRange: async (address: string, start: number, end: number) => {
      reads.push({ start, end });
      return stored.get(address)?.subarray(start, end);
    },
    size: async (address: string) => stored.get(address)?.length,
  };
  const lineage = {
    insert: async (inserts: readonly LineageItem[]) =>
      inserts.map((item) => {
        const other = answer(item);
        if (other !== undefined) return other;
        const key = `${item.transaction}\n${item.key}`;
        if (items.has(key)) return "conflict";
        items.set(key, item);
        return "inserted";
      }),
    page: async (transaction: string) => ({ items: [...items.values()].filter((item) => item.transaction === transaction) }),
    get: unused,
    removeRawBody: unused,
    transactions: unused,
  };
  const samples: [string, number, Readonly<Record<string, string>>][] = [];
  const dependencies = {
    documents,
    lineage,
    policies: { current: async () => policy, reload: unused, lastRelease: unused },
    clock: { now: () => "2026-11-28T03:00:05.000Z" },
    metrics: {
      record: (name: string, value: number, _: string, dimensions: Readonly<Record<string, string>>) =>
        void samples.push([name, value, dimensions]),
    },
    formats: posFormats,
    tableFormat: posTableFormat,
    ...(runBytes === undefined ? {} : { runBytes }),
  };
  const checkPart = createCheck(dependencies);
  let runs = 0;
  /** As the machine does: one run of the check behind the other, each told what the one before handed on. */
  async function check(input: CheckPosFileInput): Promise<CheckedPosFile> {
    for (let next = input; ; runs++) {
      const checked = await checkPart(next);
      if (checked.outcome !== "partly") return checked;
      next = checked;
    }
  }
  const ingest = createIngest(dependencies);
  const close = createClose(dependencies);
  const started: { name: string; input: CheckPosFileInput }[] = [];
  const workflows = {
    runSynchronously: unused,
    start: async (_: string, name: string, input: unknown) => {
      if (started.some((each) => each.name === name)) return "already-started" as const;
      started.push({ name, input: input as CheckPosFileInput });
      return "started" as const;
    },
  };
  const unpack = createUnpack({ ...dependencies, inflate, workflows });

  async function drop(content: string | Uint8Array, file = "101.xml"): Promise<CheckedPosFile> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const address = `drops/pos/${createHash("sha256").update(bytes).digest("hex")}`;
    stored.set(address, bytes);
    return check({ drop: address, file, receivedAt });
  }

  async function ingestAll(checked: CheckedPosFile): Promise<PosCounts> {
    const counts = { recorded: 0, duplicates: 0, ignored: 0, held: 0 };
    for (const chunk of checked.chunks) {
      const part = await ingest({ drop: checked.drop, manifest: checked.manifest, chunk });
      for (const became of ["recorded", "duplicates", "ignored", "held"] as const) counts[became] += part[became];
    }
    return counts;
  }

  return {
    samples,
    /** Without what the store days are told. */
    items: () => [...items.values()].filter((item) => !item.transaction.startsWith("store-day:")),
    documents: () => [...items.values()].filter((item) => item.type === "document").filter(({ kind }) => kind !== "store-day"),
    /** What the store days are told. */
    storeDays: () => [...items.values()].filter((item) => item.type === "document").filter(({ kind }) => kind === "store-day"),
    stored,
    reads,
    /** Runs of the check that handed on. */
    runs: () => runs,
    checkPart,
    drop,
    ingest,
    ingestAll,
    close,
    started,
    /** The parts of an archive are told to `started`. */
    async unpackArchive(bytes: Uint8Array, file = "day.zip", at = receivedAt) {
      const address = `drops/pos/${createHash("sha256").update(bytes).digest("hex")}`;
      stored.set(address, bytes);
      return unpack({ drop: address, file, receivedAt: at });
    },
    /** The whole way of a part, as its own machine goes it. */
    async takeInPart(input: CheckPosFileInput) {
      const checked = await check(input);
      return { checked, closed: await close({ checked, counts: await ingestAll(checked) }) };
    },
    /** The whole way, as the machine goes it. */
    async takeIn(content: string | Uint8Array, file?: string) {
      const checked = await drop(content, file);
      return { checked, closed: await close({ checked, counts: await ingestAll(checked) }) };
    },
  };
}

/** A sale of one mug for cash under a sequence number of its own. */
export function ticket(sequence: number, amount = "12.95", extra = ""): string {
  return `<Transaction><RetailStoreID>101</RetailStoreID><WorkstationID>2</WorkstationID><SequenceNumber>${sequence}</SequenceNumber><BusinessDayDate>2026-11-27</BusinessDayDate><EndDateTime>2026-11-27T13:00:00</EndDateTime><CurrencyCode>USD</CurrencyCode>${extra}<RetailTransaction><LineItem><SequenceNumber>1</SequenceNumber><Sale><ItemID>SKU-1003</ItemID><ExtendedAmount>${amount}</ExtendedAmount><Quantity>1</Quantity></Sale></LineItem><LineItem><SequenceNumber>2</SequenceNumber><Tender TenderType="Cash"><Amount>12.95</Amount></Tender></LineItem><Total TotalType="TransactionGrandAmount">12.95</Total></RetailTransaction></Transaction>`;
}

export function tickets(count: number): string {
  return Array.from({ length: count }, (_, index) => ticket(index + 1)).join("\n");
}
