import { workListCursor, workListPlace } from "#domain/lineage";
import type { WorkListEntry, WorkLists } from "#ports/work-lists";
import type { HubDatabase } from "./database.ts";
import { assertPageLimit } from "./page-limit.ts";

/** ports/work-lists over one SQLite table. A page's `next` is the place after its last entry, also when that entry is removed meanwhile. */
export function createWorkLists(database: HubDatabase): WorkLists {
  const { connection } = database;
  const putRow = connection.prepare(
    "INSERT INTO work_list (list, id, ord, body) VALUES (?, ?, ?, ?) ON CONFLICT (list, id) DO UPDATE SET ord = excluded.ord, body = excluded.body",
  );
  const removeRow = connection.prepare("DELETE FROM work_list WHERE list = ? AND id = ?");
  const readAll = connection.prepare("SELECT id, ord, body FROM work_list WHERE list = ? ORDER BY ord, id LIMIT ?");
  const readAbove = connection.prepare(
    "SELECT id, ord, body FROM work_list WHERE list = ? AND (ord, id) > (?, ?) ORDER BY ord, id LIMIT ?",
  );
  return {
    async put(list, entries) {
      if (entries.length === 0) return;
      await database.write(() => {
        for (const { id, order, body } of entries) putRow.run(list, id, order, JSON.stringify(body) ?? "null");
      });
    },
    async remove(list, ids) {
      if (ids.length === 0) return;
      await database.write(() => {
        for (const id of ids) removeRow.run(list, id);
      });
    },
    async read(list, after, limit) {
      assertPageLimit(limit);
      const rows = database.read(() =>
        after === undefined ? readAll.all(list, limit + 1) : readAbove.all(list, ...workListPlace(after), limit + 1),
      );
      const entries = rows.slice(0, limit).map(entryOf);
      const last = entries.at(-1);
      return rows.length > limit && last ? { entries, next: workListCursor(last) } : { entries };
    },
  };
}

function entryOf(row: Record<string, unknown>): WorkListEntry {
  return { id: String(row.id), order: String(row.ord), body: JSON.parse(String(row.body)) };
}
