import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { createCursors, createLineageStore, openDatabase } from "#adapters/embedded";
import { Unavailable } from "#domain/failures";
import { documentWith, noteWith } from "./lineage-items.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const child = join(import.meta.dirname, "insert-until-killed.ts");

describe("durability of the embedded lineage", () => {
  it("answers an insert only after other processes can read it", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const database = openDatabase(file);
    const other = openDatabase(file);
    const store = createLineageStore(database);
    const seen = other.connection.prepare("SELECT count(*) AS n FROM lineage");
    for (let turn = 1; turn <= 20; turn += 1) {
      expect(await store.insert([noteWith("sale:1", `D#${turn}`, "")])).toEqual(["inserted"]);
      expect(seen.get()?.n).toBe(turn);
    }
    database.close();
    other.close();
  });

  it("shares one commit among the inserts of one turn, whoever asks", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const database = openDatabase(file);
    const other = openDatabase(file);
    const store = createLineageStore(database);
    const seen = other.connection.prepare("SELECT count(*) AS n FROM lineage");
    const inserts = Array.from({ length: 16 }, (_, index) => store.insert([noteWith(`sale:${index}`, "D#1", "")]));
    const cursor = createCursors(database).set("announcer", 3);
    expect(seen.get()?.n).toBe(0);
    await inserts[0];
    expect(seen.get()?.n).toBe(16);
    expect(other.connection.prepare("SELECT position FROM cursor").get()?.position).toBe(3);
    await Promise.all([...inserts, cursor]);
    database.close();
    other.close();
  });

  it("flushes every commit to disk, writes ahead, and wipes what is removed", () => {
    const database = openDatabase(join(temporaryFolder(), "hub.db"));
    expect(database.connection.prepare("PRAGMA synchronous").get()?.synchronous).toBe(2);
    expect(database.connection.prepare("PRAGMA journal_mode").get()?.journal_mode).toBe("wal");
    expect(database.connection.prepare("PRAGMA secure_delete").get()?.secure_delete).toBe(1);
    database.close();
  });

  it("holds every answered insert after its process was killed in mid load", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const answered = await new Promise<string[]>((resolve, reject) => {
      const writer = spawn(process.execPath, ["--no-warnings", child, file, "16"], { stdio: ["ignore", "pipe", "inherit"] });
      let output = "";
      writer.stdout.setEncoding("utf8");
      writer.stdout.on("data", (chunk: string) => {
        output += chunk;
        if (output.length > 20_000) writer.kill("SIGKILL");
      });
      writer.on("error", reject);
      // A last line that the kill cut in two names no key.
      writer.on("close", () => resolve(output.slice(0, output.lastIndexOf("\n")).split("\n")));
    });
    expect(answered.length).toBeGreaterThan(1_000);
    const database = openDatabase(file);
    const store = createLineageStore(database);
    const missing: string[] = [];
    for (const line of answered) {
      const [transaction = "", key = ""] = line.split(" ");
      if (!(await store.get(transaction, key))) missing.push(line);
    }
    expect(missing).toEqual([]);
    expect(database.connection.prepare("PRAGMA integrity_check").get()?.integrity_check).toBe("ok");
    database.close();
  });

  it("answers unavailable to the whole group when another process keeps the write lock, and has written none of it", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const database = openDatabase(file, { busyTimeoutMilliseconds: 20 });
    const other = openDatabase(file);
    const store = createLineageStore(database);
    other.connection.exec("BEGIN IMMEDIATE");
    const [one, two, cursor] = await Promise.allSettled([
      store.insert([noteWith("sale:1", "D#1", ""), noteWith("sale:1", "D#2", "")]),
      store.insert([noteWith("sale:2", "D#1", "")]),
      createCursors(database).set("announcer", 1),
    ]);
    expect(one).toEqual({ status: "fulfilled", value: ["unavailable", "unavailable"] });
    expect(two).toEqual({ status: "fulfilled", value: ["unavailable"] });
    expect(cursor).toMatchObject({ status: "rejected", reason: expect.any(Unavailable) });
    other.connection.exec("COMMIT");
    expect(await store.insert([noteWith("sale:1", "D#1", "again")])).toEqual(["inserted"]);
    expect(await store.get("sale:1", "D#1")).toEqual(noteWith("sale:1", "D#1", "again"));
    expect((await store.transactions(undefined, 10)).transactions).toEqual(["sale:1"]);
    database.close();
    other.close();
  });

  it("does not let one failing write of a turn take its companions with it", async () => {
    const database = openDatabase(":memory:");
    const store = createLineageStore(database);
    const [before, faulty, after] = await Promise.allSettled([
      store.insert([noteWith("sale:1", "D#1", "before")]),
      database.write(() => {
        database.connection.exec("DELETE FROM lineage");
        throw new TypeError("a fault of this write alone");
      }),
      store.insert([noteWith("sale:1", "D#2", "after")]),
    ]);
    expect(before).toEqual({ status: "fulfilled", value: ["inserted"] });
    expect(faulty).toMatchObject({ status: "rejected", reason: new TypeError("a fault of this write alone") });
    expect(after).toEqual({ status: "fulfilled", value: ["inserted"] });
    expect((await store.page("sale:1", undefined, 10)).items.map((item) => item.key)).toEqual(["D#2", "D#1"]);
    database.close();
  });

  it("answers unknown, never unavailable, when the commit itself fails for another reason than a lock", async () => {
    const database = openDatabase(":memory:");
    const store = createLineageStore(database);
    // A deferred constraint is the one fault that SQLite raises at the commit on demand.
    database.connection.exec("PRAGMA foreign_keys = ON; CREATE TABLE parent (id INTEGER PRIMARY KEY)");
    database.connection.exec("CREATE TABLE child (parent INTEGER REFERENCES parent (id) DEFERRABLE INITIALLY DEFERRED)");
    const insert = store.insert([noteWith("sale:1", "D#1", "")]);
    const orphan = database.write(() => database.connection.exec("INSERT INTO child VALUES (1)"));
    await expect(orphan).rejects.toMatchObject({ name: "UnknownOutcome" });
    expect(await insert).toEqual(["unknown"]);
    expect(await store.insert([noteWith("sale:1", "D#1", "")])).toEqual(["inserted"]);
    database.close();
  });

  it("commits what is pending when it closes, and refuses writes after", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const database = openDatabase(file);
    const store = createLineageStore(database);
    const pending = store.insert([noteWith("sale:1", "D#1", "")]);
    database.close();
    expect(await pending).toEqual(["inserted"]);
    expect(await store.insert([noteWith("sale:1", "D#2", "")])).toEqual(["unavailable"]);
    await expect(store.get("sale:1", "D#1")).rejects.toMatchObject({ name: "Unavailable" });
    await expect(store.page("sale:1", undefined, 10)).rejects.toMatchObject({ name: "Unavailable" });
    const again = openDatabase(file);
    expect((await createLineageStore(again).page("sale:1", undefined, 10)).items).toEqual([noteWith("sale:1", "D#1", "")]);
    again.close();
  });

  it("leaves no trace of a removed raw body in the database file", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const database = openDatabase(file);
    const store = createLineageStore(database);
    await store.insert([documentWith("sale:1", "D#1", `someone@example.com ${"y".repeat(20_000)}`)]);
    await store.removeRawBody("sale:1", "D#1");
    database.close();
    expect(readFileSync(file).includes("someone@example.com")).toBe(false);
  });

  it("lets several processes make and open one fresh file at the same time", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const ends = Array.from({ length: 3 }, (_, index) => {
      const script = `import { openDatabase, createLineageStore } from "#adapters/embedded";
        const answers = await createLineageStore(openDatabase(process.argv[1])).insert([{ transaction: "sale:${index}", key: "D#1" }]);
        if (answers[0] !== "inserted") process.exit(1);`;
      const opener = spawn(process.execPath, ["--no-warnings", "--input-type=module", "-e", script, file], {
        cwd: import.meta.dirname,
        stdio: "inherit",
      });
      return new Promise((resolve) => opener.on("close", resolve));
    });
    expect(await Promise.all(ends)).toEqual([0, 0, 0]);
    const database = openDatabase(file);
    expect((await createLineageStore(database).transactions(undefined, 10)).transactions).toEqual(["sale:0", "sale:1", "sale:2"]);
    database.close();
  });

  it("waits for a process that holds the fresh file while write-ahead mode is entered", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const script = `const { DatabaseSync } = require("node:sqlite");
      const { parentPort } = require("node:worker_threads");
      const database = new DatabaseSync(${JSON.stringify(file)});
      database.exec("BEGIN EXCLUSIVE");
      parentPort.postMessage("locked");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      database.exec("COMMIT");
      database.close();`;
    const holder = new Worker(script, { eval: true });
    await new Promise((resolve) => holder.once("message", resolve));
    const database = openDatabase(file, { busyTimeoutMilliseconds: 1 });
    expect(database.connection.prepare("PRAGMA journal_mode").get()?.journal_mode).toBe("wal");
    database.close();
    await holder.terminate();
  });

  it("refuses a file that a newer version made, by name", () => {
    const file = join(temporaryFolder(), "hub.db");
    const database = openDatabase(file);
    database.connection.exec("PRAGMA user_version = 99");
    database.close();
    expect(() => openDatabase(file)).toThrow(/has schema version 99, this program knows \d+: start the newer version/);
  });

  it("reads the record in the order of commits above a place, and remembers the place by name", async () => {
    const database = openDatabase(":memory:");
    const store = createLineageStore(database);
    const cursors = createCursors(database);
    await store.insert([noteWith("sale:2", "D#z", ""), noteWith("sale:1", "D#a", "")]);
    await store.insert([noteWith("sale:2", "D#z", "a conflict takes no place"), noteWith("sale:3", "D#m", "")]);
    expect(await cursors.get("announcer")).toBe(0);
    const first = await store.readAfter(0, 2);
    expect(first.map(({ item }) => [item.transaction, item.key])).toEqual([
      ["sale:2", "D#z"],
      ["sale:1", "D#a"],
    ]);
    await cursors.set("announcer", first.at(-1)!.seq);
    const rest = await store.readAfter(await cursors.get("announcer"), 10);
    expect(rest.map(({ item }) => [item.transaction, item.key])).toEqual([["sale:3", "D#m"]]);
    expect(await cursors.get("someone-else")).toBe(0);
    database.close();
  });

  it("names the transactions of which something was recorded since an instant, whatever came before", async () => {
    const database = openDatabase(":memory:");
    const store = createLineageStore(database);
    const recorded = (transaction: string, key: string, at: string) => ({ ...noteWith(transaction, key, ""), at });
    await store.insert([
      recorded("sale:2", "D#a", "2026-11-20T08:00:00.000Z"),
      recorded("sale:2", "D#b", "2026-11-27T08:00:00.000Z"),
      recorded("sale:1", "D#a", "2026-11-25T00:00:00.000Z"),
      recorded("sale:3", "D#a", "2026-11-24T23:59:59.999Z"),
      recorded("payout:1", "D#a", "2026-11-27T08:00:00.000Z"),
    ]);
    expect(await store.recordedSince("sale:", "2026-11-25T00:00:00.000Z")).toEqual(["sale:1", "sale:2"]);
    database.close();
  });
});
