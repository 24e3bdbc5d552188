import { addDays } from "#domain/calendar";
import { Unavailable } from "#domain/failures";
import { sourceKey, sourceTransaction, type TransactionId } from "#domain/identity";
import { documentItem, type LineageItem, rawBodyOf } from "#domain/lineage";
import type { PayoutBook, SettlementPart } from "#domain/settlement";
import type { Clock } from "#ports/clock";
import type { LineageStore } from "#ports/lineage-store";
import { readTransaction } from "./read-transaction.ts";

/** A gateway account by our id of it. */
export interface BookedAccount {
  readonly source: string;
  readonly account: string;
}

/** What the record says of the payouts of an account, and which of them its gateway was asked for by their id, and on which day last. */
export interface RecordedBook extends PayoutBook {
  readonly askedOn: ReadonlyMap<string, string>;
  /** Those of them that could not be read when it was asked last. */
  readonly unread: ReadonlySet<string>;
}

/** Months of the record that are read: what was heard of before is at the desk by then, or came. */
const monthsRead = 4;

const entries = ["payout-named", "payout-stated", "payout-asked", "payout-unread"] as const;
type Entry = (typeof entries)[number];

/**
 * Which payouts anybody heard of, by account and by the month in which the hub did: one small entry for each id that rows name or a
 * gateway states, and for each day on which the gateway was asked for one. So a look at an account reads some hundred entries, whatever it has ever been paid.
 */
export function createPayoutBook({ lineage, clock }: { readonly lineage: LineageStore; readonly clock: Clock }) {
  return {
    /** Enters what these parts name and state; entered again it is the same. Throws Unavailable when that may not be on record. */
    async enter(parts: readonly SettlementPart[]): Promise<void> {
      const now = clock.now();
      const items = new Map<string, LineageItem>();
      const add = (of: BookedAccount, entry: Entry, id: string) => {
        const item = entryItem(of, entry, id, now);
        items.set(`${item.transaction} ${item.key}`, item);
      };
      for (const part of parts) {
        if (part.kind === "row" && part.row.payoutId !== undefined) add(part.row, "payout-named", part.row.payoutId);
        if (part.kind === "payout") add(part.payout, "payout-stated", part.payout.id);
      }
      await insert([...items.values()]);
    },

    /** The gateway was asked for this payout on the day of `now`, and what it answered was read or could not be. */
    async asked(of: BookedAccount, id: string, became: "read" | "unread"): Promise<void> {
      const now = clock.now();
      await insert([entryItem(of, became === "read" ? "payout-asked" : "payout-unread", id, now, now.slice(0, 10))]);
    },

    async read(of: BookedAccount): Promise<RecordedBook> {
      const book = {
        "payout-named": new Map<string, string>(),
        "payout-stated": new Map<string, string>(),
        "payout-asked": new Map<string, string>(),
        "payout-unread": new Map<string, string>(),
      };
      for (const month of monthsBefore(clock.now())) {
        const { documents } = await readTransaction(lineage, streamOf(of, month));
        for (const { source, at } of documents) {
          const [, , name, id] = source.split(":").map(decodeURIComponent);
          const entry = entries.find((each) => each === name);
          if (entry === undefined || id === undefined) continue;
          const before = book[entry].get(id);
          // Of asking the last time counts, of hearing the first.
          if (before === undefined || (isOfAsking(entry) ? at > before : at < before)) book[entry].set(id, at);
        }
      }
      const read = book["payout-asked"];
      const unread = new Map([...book["payout-unread"]].filter(([id, at]) => at > (read.get(id) ?? "")));
      const askedOn = new Map([...read, ...unread].map(([id, at]) => [id, at.slice(0, 10)]));
      return { named: book["payout-named"], stated: book["payout-stated"], askedOn, unread: new Set(unread.keys()) };
    },
  };

  async function insert(items: readonly LineageItem[]): Promise<void> {
    const answers = items.length === 0 ? [] : await lineage.insert(items);
    if (answers.some((answer) => answer !== "inserted" && answer !== "conflict"))
      throw new Unavailable("which payouts were heard of may not be on record: take the same in again");
  }
}

function isOfAsking(entry: Entry): boolean {
  return entry === "payout-asked" || entry === "payout-unread";
}

/** `day` makes an entry one of its day. */
function entryItem({ source, account }: BookedAccount, entry: Entry, id: string, now: string, day?: string): LineageItem {
  const document = {
    transaction: streamOf({ source, account }, now.slice(0, 7)),
    kind: "source" as const,
    source: sourceKey(source, account, entry, id),
    channel: source,
    shop: account,
    ...(day === undefined ? {} : { version: day }),
    events: [],
    references: [],
    issues: [],
  };
  return documentItem(document, rawBodyOf(new TextEncoder().encode(JSON.stringify({ payout: id }))), now);
}

function streamOf({ source, account }: BookedAccount, month: string): TransactionId {
  return sourceTransaction(source, account, "payout-book", month);
}

/** The month of an instant and those before it, the latest first. */
function monthsBefore(now: string): readonly string[] {
  const months = [now.slice(0, 7)];
  while (months.length < monthsRead) months.push(addDays(`${months.at(-1)}-01`, -1).slice(0, 7));
  return months;
}
