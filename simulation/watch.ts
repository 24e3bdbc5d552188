import type { DatabaseSync } from "node:sqlite";
import { Violation } from "./violation.ts";

/** Looks at the lineage now and then, and remembers every row: none may ever change or go. */
export class LineageWatch {
  private readonly rows: (readonly [number, string])[] = [];
  private readonly readAfter: ReturnType<DatabaseSync["prepare"]>;
  private readonly hasItem: ReturnType<DatabaseSync["prepare"]>;

  constructor(observer: DatabaseSync) {
    this.readAfter = observer.prepare(
      "SELECT seq, t || ' ' || k || ' ' || body || coalesce(raw, '') AS row FROM lineage WHERE seq > ? ORDER BY seq",
    );
    this.hasItem = observer.prepare("SELECT 1 FROM lineage WHERE t = ? AND k = ?");
  }

  look(): void {
    for (const { seq, row } of this.readAfter.all(this.rows.at(-1)?.[0] ?? 0)) this.rows.push([Number(seq), String(row)]);
  }

  /** Whoever was told that an item is on record may rely on it from that instant. */
  expect(transaction: string, key: string): void {
    if (this.hasItem.get(transaction, key) === undefined)
      throw new Violation("accepted documents are on record", `${transaction} ${key} was answered for and is not committed`);
  }

  /** Every row that was ever seen stands unchanged. */
  compare(): void {
    const now = new Map(this.readAfter.all(0).map(({ seq, row }) => [Number(seq), String(row)]));
    for (const [seq, row] of this.rows)
      if (now.get(seq) !== row)
        throw new Violation("lineage is append-only", `item ${seq} was ${row.slice(0, 120)} and is gone or changed`);
  }
}
