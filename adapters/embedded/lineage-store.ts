import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { TransactionId } from "#domain/identity";
import { assertStorable, type LineageItem } from "#domain/lineage";
import type { InsertAnswer, LineageStore } from "#ports/lineage-store";
import type { HubDatabase } from "./database.ts";
import { assertPageLimit } from "./page-limit.ts";

/** An item with its place in the order of commits: for the announcer alone. */
export interface RecordedItem {
  readonly seq: number;
  readonly item: LineageItem;
}

export interface EmbeddedLineageStore extends LineageStore {
  /** Items above `seq` (0: from the first) in the order of their commits, which have no gaps that fill later. Hub-internal. */
  readAfter(seq: number, limit: number): Promise<readonly RecordedItem[]>;
  /**
   * Ids that begin with `prefix` of transactions with an item that was recorded at `instant` or later, for reports of one day. SQLite
   * compares the instants itself: nothing of the others is read into memory.
   */
  recordedSince(prefix: string, instant: string): Promise<readonly TransactionId[]>;
}

/** ports/lineage-store over one SQLite table. Inserts of one turn of the event loop share a commit and are answered after it. */
export function createLineageStore(database: HubDatabase): EmbeddedLineageStore {
  const { connection } = database;
  const insertRow = connection.prepare("INSERT INTO lineage (t, k, body, raw) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
  const readBody = connection.prepare("SELECT body, raw FROM lineage WHERE t = ? AND k = ?");
  const readBelow = connection.prepare("SELECT body, raw FROM lineage WHERE t = ? AND k < ? ORDER BY k DESC LIMIT ?");
  const readTop = connection.prepare("SELECT body, raw FROM lineage WHERE t = ? ORDER BY k DESC LIMIT ?");
  const writeBody = connection.prepare("UPDATE lineage SET body = ?, raw = NULL WHERE t = ? AND k = ?");
  const readTransactions = connection.prepare("SELECT DISTINCT t FROM lineage WHERE t > ? ORDER BY t LIMIT ?");
  const readRecorded = connection.prepare("SELECT seq, body, raw FROM lineage WHERE seq > ? ORDER BY seq LIMIT ?");

  const readSince = connection.prepare(
    "SELECT DISTINCT t FROM lineage WHERE t >= ? AND t < ? AND json_extract(body, '$.at') >= ? ORDER BY t",
  );

  return {
    async insert(items) {
      const rows = items.map((item) => {
        const { body, raw } = rowOf(item);
        assertStorable(item.transaction, item.key, body, raw ?? undefined);
        return [item.transaction, item.key, body, raw] as const;
      });
      try {
        return await database.write(() =>
          rows.map(([t, k, body, raw]): InsertAnswer => (insertRow.run(t, k, body, raw).changes === 1 ? "inserted" : "conflict")),
        );
      } catch (error) {
        if (error instanceof Unavailable) return items.map((): InsertAnswer => "unavailable");
        if (error instanceof UnknownOutcome) return items.map((): InsertAnswer => "unknown");
        throw error;
      }
    },

    async get(transaction, key) {
      const row = database.read(() => readBody.get(transaction, key));
      return row && itemOf(row);
    },

    async page(transaction, before, limit) {
      assertPageLimit(limit);
      const rows = database.read(() =>
        before === undefined ? readTop.all(transaction, limit + 1) : readBelow.all(transaction, before, limit + 1),
      );
      const items = rows.slice(0, limit).map(itemOf);
      const last = items.at(-1);
      return rows.length > limit && last ? { items, next: last.key } : { items };
    },

    async removeRawBody(transaction, key) {
      const found = await database.write(() => {
        const row = readBody.get(transaction, key);
        if (!row) return false;
        const item = itemOf(row);
        if (item.type === "document" && item.raw.inline !== undefined) {
          const { inline: _removed, ...raw } = item.raw;
          writeBody.run(JSON.stringify({ ...item, raw }), transaction, key);
        }
        return true;
      });
      database.emptyLog();
      return found;
    },

    async transactions(after, limit) {
      assertPageLimit(limit);
      const ids = database.read(() => readTransactions.all(after ?? "", limit + 1)).map((row) => String(row.t) as TransactionId);
      const transactions = ids.slice(0, limit);
      const last = transactions.at(-1);
      return ids.length > limit && last !== undefined ? { transactions, next: last } : { transactions };
    },

    async recordedSince(prefix, instant) {
      const rows = database.read(() => readSince.all(prefix, `${prefix}\uffff`, instant));
      return rows.map((row) => String(row.t) as TransactionId);
    },

    async readAfter(seq, limit) {
      assertPageLimit(limit);
      return database.read(() => readRecorded.all(seq, limit)).map((row) => ({ seq: Number(row.seq), item: itemOf(row) }));
    },
  };
}

/** The item as its row has it: the raw body of a document as the text that it is, and the rest as JSON. */
function rowOf(item: LineageItem): { readonly body: string; readonly raw: string | null } {
  if (item.type !== "document" || item.raw.inline === undefined) return { body: JSON.stringify(item), raw: null };
  const { inline, ...raw } = item.raw;
  return { body: JSON.stringify({ ...item, raw }), raw: inline };
}

function itemOf(row: Record<string, unknown>): LineageItem {
  const item = JSON.parse(String(row.body)) as LineageItem;
  return item.type === "document" && typeof row.raw === "string" ? { ...item, raw: { ...item.raw, inline: row.raw } } : item;
}
