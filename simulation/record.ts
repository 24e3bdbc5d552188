import type { DatabaseSync } from "node:sqlite";
import type { LineageItem } from "#domain/lineage";

/** What is on record, read past the hub. */
export class Record {
  private readonly observer: DatabaseSync;
  private readonly statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();

  constructor(observer: DatabaseSync) {
    this.observer = observer;
  }

  /** Nothing waits to be announced, delivered or run. */
  isAtRest(now: number): boolean {
    return (
      this.number("SELECT count(*) AS value FROM message WHERE dead_at IS NULL") === 0 &&
      this.number(
        "SELECT coalesce(max(seq), 0) - coalesce((SELECT position FROM cursor WHERE name = 'lineage'), 0) AS value FROM lineage",
      ) === 0 &&
      this.number(
        `SELECT count(*) AS value FROM execution AS e WHERE status = 'running' AND (rests_until_at IS NULL OR rests_until_at <= ?) AND NOT EXISTS
           (SELECT 1 FROM execution_task AS t WHERE t.machine = e.machine AND t.name = e.name AND t.status = 'waiting')`,
        now + restSeconds * 1_000,
      ) === 0
    );
  }

  /** Dead letters that somebody could read. */
  deadLetters(): number {
    return this.number("SELECT count(*) AS value FROM message WHERE dead_at IS NOT NULL AND grp <> 'poisoned.example'");
  }

  itemCount(): number {
    return this.number("SELECT count(*) AS value FROM lineage");
  }

  /** Every item with its place in the order of commits, above `seq`. */
  itemsAfter(seq: number): readonly { readonly seq: number; readonly body: string; readonly item: LineageItem }[] {
    return this.statement("SELECT seq, body FROM lineage WHERE seq > ? ORDER BY seq")
      .all(seq)
      .map((row) => ({ seq: Number(row.seq), body: String(row.body), item: JSON.parse(String(row.body)) as LineageItem }));
  }

  /** Items whose keys begin with this. */
  itemsBelow(prefix: string): readonly LineageItem[] {
    return this.statement("SELECT body FROM lineage WHERE k >= ? AND k < ? ORDER BY seq")
      .all(prefix, `${prefix}\uffff`)
      .map((row) => JSON.parse(String(row.body)) as LineageItem);
  }

  items(): readonly LineageItem[] {
    return this.itemsAfter(0).map(({ item }) => item);
  }

  private number(sql: string, ...inputs: number[]): number {
    return Number(this.statement(sql).get(...inputs)?.value);
  }

  private statement(sql: string) {
    let statement = this.statements.get(sql);
    if (statement === undefined) this.statements.set(sql, (statement = this.observer.prepare(sql)));
    return statement;
  }
}

/** An execution that goes on later than this rests. */
const restSeconds = 15;
