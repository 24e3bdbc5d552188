/** Inserts items forever and prints the key of each one that was answered. Run as a process of its own, to be killed. */
import { writeSync } from "node:fs";
import { argv } from "node:process";
import { createLineageStore, openDatabase } from "#adapters/embedded";
import { noteWith } from "./lineage-items.ts";

const [file = "", writers = "1"] = argv.slice(2);
const store = createLineageStore(openDatabase(file));

async function insertForever(writer: number): Promise<never> {
  for (let count = 1; ; count += 1) {
    const key = `D#${writer}-${count}`;
    const [answer] = await store.insert([noteWith(`sale:${writer}`, key, "x".repeat(2_000))]);
    if (answer === "inserted") writeSync(1, `sale:${writer} ${key}\n`);
  }
}

for (let writer = 0; writer < Number(writers); writer += 1) void insertForever(writer);
