import { fileURLToPath } from "node:url";
import { posTableFormat } from "#adapters/channels/pos-table";
import { poslogFormat } from "#adapters/channels/poslog";
import { sapPosdmFormat } from "#adapters/channels/sap-posdm";
import { squareItemsFormat } from "#adapters/channels/square-items";
import { loadPolicy } from "#adapters/policy-files";
import { contentHash } from "#domain/canonical";
import type { BusinessEvent, EventOf } from "#domain/events";
import { storeDayTransaction } from "#domain/identity";
import type { Policy } from "#domain/policy";
import { posTableMappingSchema } from "#domain/pos-tables";
import { foldPlans, postingRules, storeDayFacts, storeDayStatus, tillBalances } from "#domain/posting";
import { drawersOf, missingNumbers, type NumberedTransaction, safeCountOf, seenSequences } from "#domain/store-day";
import { posReadSettings } from "#functions/pos-read-settings";
import type { PosFormat, PosTransaction } from "#ports/pos-format";
import {
  type Feature,
  features,
  posdmFeatures,
  posdmRounding,
  posdmTenders,
  poslogHands,
  type StoreDay,
  type StoreTransaction,
  squareFeatures,
  tableFeatures,
  tableMapping,
  writePosdm,
  writePoslog,
  writeShipments,
  writeSquare,
  writeTable,
} from "../../sample/store-days/index.ts";
import { StreamsHub } from "../golden/streams-hub.ts";

/** A way in which a store may write its day, what that way can say, and who reads it. */
export interface DayFormat {
  readonly name: string;
  readonly allowed: ReadonlySet<Feature>;
  readonly reads: PosFormat;
  readonly undivided?: "Square";
  write(day: StoreDay, transactions: readonly StoreTransaction[]): string;
  /** A file of the tills that send what arrives on the day; absent: nothing does. */
  writeShipments?(day: StoreDay): string;
}

/** Deposits in Square's way have no drawers; what no format but POSLog can say is left out of a day before it is drawn. */
export function dayFormats(store: StoreDay["store"]): readonly DayFormat[] {
  const all = new Set<Feature>(features);
  // Cards of the stores are issued by US1: in Canada they would be another entity's, in another currency.
  const foreign: readonly Feature[] = ["foreign-tender", "foreign-over-short", "cash-rounding"];
  const issued = features.filter((feature) => feature.startsWith("gift-card") || feature.startsWith("voucher"));
  // The store that supplies is one of US1: in Canada a transfer would have two entities, and its money both their books.
  for (const feature of store === "0301" ? [...issued, "transfer-in" as const] : foreign) all.delete(feature);
  const only = (some: readonly Feature[]) => new Set(some.filter((feature) => all.has(feature)));
  return [
    ...poslogHands.map((hand) => ({
      name: hand.name,
      allowed: all,
      reads: poslogFormat,
      write: (day: StoreDay, transactions: readonly StoreTransaction[]) => writePoslog(day, transactions, hand),
      writeShipments: (day: StoreDay) => writeShipments(day, hand),
    })),
    { name: "sap-posdm", allowed: only(posdmFeatures), reads: sapPosdmFormat, write: writePosdm },
    {
      name: "square-items",
      allowed: only(squareFeatures),
      undivided: "Square",
      reads: squareItemsFormat,
      write: (day, transactions) => writeSquare(day, transactions, `Square ${day.store}`),
    },
    {
      name: "table",
      allowed: only(tableFeatures),
      reads: posTableFormat("generated", posTableMappingSchema.parse(tableMapping)),
      write: writeTable,
    },
  ];
}

const policies = fileURLToPath(new URL("../../policies", import.meta.url));

/** The sample's policies, with the codes of SAP's and Square's tenders mapped like the tills' own. */
export function dayPolicy(): Policy {
  const policy = loadPolicy(policies).build(1);
  const like = (type: string) =>
    policy.tenders.find(({ channel, match, cardBrand }) => channel === "pos" && match === type.toLowerCase() && cardBrand === undefined);
  const named = Object.entries(posdmTenders).flatMap(([type, code]) => {
    const rule = like(type);
    return rule === undefined ? [] : [{ ...rule, match: code.toLowerCase() }];
  });
  const rounding = { channel: "pos", match: posdmRounding.toLowerCase(), role: "cash-rounding", dimensions: {} };
  const square = { channel: "pos", match: "square", role: "payment-clearing", dimensions: { gateway: "square" } };
  const stores = Object.fromEntries(Object.entries(policy.stores).map(([id, store]) => [id, { ...store, names: [`Square ${id}`] }]));
  const supplier = { ...policy.stores["0101"]!, location: "dc-columbus", names: [] };
  return {
    ...policy,
    stores: { ...stores, "0102": supplier },
    tenders: [...policy.tenders, ...named, rounding, square] as Policy["tenders"],
  };
}

export function readDay(text: string, format: PosFormat, policy: Policy): PosTransaction[] {
  const transactions: PosTransaction[] = [];
  const settings = { ...posReadSettings(policy), fileHash: contentHash(text) };
  const reader = format.open(settings, { transaction: (each) => void transactions.push(each) });
  reader.push(new TextEncoder().encode(text), 0);
  reader.end();
  return transactions;
}

/** A store day in the posting protocol in memory: what files say goes in, in any order, and the books are read from what stands. */
export class DayHouse {
  readonly hub: StreamsHub;
  readonly held: string[] = [];
  private readonly day: StoreDay;

  constructor(policy: Policy, day: StoreDay) {
    this.day = day;
    this.hub = new StreamsHub(policy, `${day.businessDate}T23:59:00.000Z`);
  }

  get transaction(): string {
    return storeDayTransaction(this.day.store, this.day.businessDate);
  }

  /** The transactions of a file in the order given, and the numbers that it holds. */
  takeIn(transactions: readonly PosTransaction[], file: string): void {
    for (const { document, issues } of transactions) {
      this.held.push(...issues.map((issue) => `${document?.transaction} ${issue.class} ${issue.code}: ${issue.message}`));
      if (document === undefined || issues.length > 0) continue;
      for (const event of document.events) this.hub.receive(document.transaction, event);
    }
    for (const { transaction, events } of seenSequences(numbersOf(transactions), { file: contentHash(file), part: 0 }))
      for (const event of events) this.hub.receive(transaction, event);
    this.hub.run();
    this.balance();
  }

  /** What is missing is waived, then the day is audited. */
  audit(): void {
    const { store, businessDate } = this.day;
    const at = `${businessDate}T23:59:30.000Z`;
    const base = { schema: 1, version: at, occurredAt: at, store, businessDate, by: "Dana Reyes", reason: "counted" } as const;
    for (const { register, sequence } of this.day.lost) {
      const waived: EventOf<"store-day.waived"> = {
        ...base,
        name: "store-day.waived",
        key: `store-day.waived:${register}.${sequence}`,
        what: "sequence",
        register,
        range: { from: sequence, to: sequence },
      };
      this.hub.receive(this.transaction, waived);
    }
    this.hub.receive(this.transaction, { ...base, name: "store-day.audited", key: "store-day.audited:1" } satisfies BusinessEvent);
    this.hub.run();
    this.balance();
  }

  /** As decide-postings does it: counts are set against what is expected, whenever that changes. */
  private balance(): void {
    for (const { events } of tillBalances(this.hub.view(this.transaction), this.hub.policy))
      for (const event of events) this.hub.receive(this.transaction, event);
    this.hub.run();
  }

  get state(): string {
    return storeDayStatus(this.hub.view(this.transaction), this.hub.policy, postingRules, `${this.day.businessDate}T23:59:59.000Z`).state;
  }

  /** Open exceptions, but those that every day without a receipt has. */
  get problems(): string[] {
    return this.hub.transactions
      .flatMap((transaction) => this.hub.view(transaction).exceptions)
      .filter(({ opened, closed }) => closed === undefined && !expected.has(opened.class))
      .map(({ opened }) => `${opened.class} ${opened.code}: ${opened.message}`);
  }

  /** Debits less credits by role of everything that stands; what comes to nothing is left out. */
  get books(): Record<string, number> {
    const sums = new Map<string, number>();
    for (const document of this.live())
      if (document.type === "journal") for (const { role, amount } of document.lines) sums.set(role, (sums.get(role) ?? 0) + amount);
    return sorted(sums);
  }

  /** Millionths by item that went into the store's stock (+) or out of it (−). */
  get stock(): Record<string, number> {
    const location = this.hub.policy.stores[this.day.store]?.location;
    const sums = new Map<string, number>();
    for (const document of this.live())
      if (document.type === "stock")
        for (const { item, location: at, quantityMillionths } of document.movements)
          if (at === location) sums.set(item, (sums.get(item) ?? 0) + quantityMillionths);
    return sorted(sums);
  }

  get drawers() {
    const { facts } = storeDayFacts(this.hub.view(this.transaction));
    return drawersOf(facts, this.hub.policy, this.day.store, this.day.businessDate).flatMap(({ register, currency, expected, count }) =>
      count === undefined ? [] : [{ register, currency, expected, counted: count.counted }],
    );
  }

  get safe(): number | undefined {
    const { facts } = storeDayFacts(this.hub.view(this.transaction));
    return safeCountOf(facts)?.tenders[0]?.counted;
  }

  get missing(): Record<string, number[]> {
    const { facts } = storeDayFacts(this.hub.view(this.transaction));
    return Object.fromEntries(
      [...facts.registers.values()].flatMap((register) => {
        const numbers = missingNumbers(register, []).flatMap(({ from, to }) =>
          Array.from({ length: to - from + 1 }, (_, index) => from + index),
        );
        return numbers.length === 0 ? [] : [[register.register, numbers]];
      }),
    );
  }

  get tallied(): { counted: number; undone: number } {
    const tallies = [...storeDayFacts(this.hub.view(this.transaction)).facts.registers.values()].flatMap((register) => register.tallies);
    const undone = tallies.filter(({ voided }) => voided === true).length;
    return { counted: tallies.length - undone, undone };
  }

  private live() {
    return this.hub.transactions.flatMap((transaction) =>
      [...this.hub.view(transaction).chains.values()].flatMap(({ plans, outcomes }) =>
        [...foldPlans(plans, outcomes).live.values()].map(({ document }) => document),
      ),
    );
  }
}

/** Goods back without a receipt are booked and told. */
const expected: ReadonlySet<string> = new Set(["policy.blind-return"]);

function sorted(sums: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...sums].filter(([, amount]) => amount !== 0).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function numbersOf(transactions: readonly PosTransaction[]): NumberedTransaction[] {
  return transactions.flatMap(({ store, register, sequence, businessDate, document, ignored }) => {
    if (store === undefined || register === undefined || sequence === undefined || businessDate === undefined) return [];
    const isTicket = ignored === undefined && document?.events.some(({ name }) => name === "ticket.completed") === true;
    return [{ store, register, sequence, businessDate, isTicket }];
  });
}
