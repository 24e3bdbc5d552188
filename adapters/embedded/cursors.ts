import type { HubDatabase } from "./database.ts";

/** How far a reader of the record has come, by the reader's name. */
export interface Cursors {
  /** 0 for a reader that has not begun. */
  get(name: string): Promise<number>;
  set(name: string, position: number): Promise<void>;
}

export function createCursors(database: HubDatabase): Cursors {
  const read = database.connection.prepare("SELECT position FROM cursor WHERE name = ?");
  const write = database.connection.prepare(
    "INSERT INTO cursor (name, position) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET position = excluded.position",
  );
  return {
    async get(name) {
      return Number(database.read(() => read.get(name))?.position ?? 0);
    },
    async set(name, position) {
      if (!Number.isSafeInteger(position) || position < 0) throw new RangeError(`a cursor stands at 0 or above, not at ${position}`);
      await database.write(() => write.run(name, position));
    },
  };
}
