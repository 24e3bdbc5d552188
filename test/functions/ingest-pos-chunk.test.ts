import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { posHouse, ticket, tickets } from "./pos-house.ts";

const broken = ticket(2, "12,95");
const training = ticket(3).replace("<Transaction>", '<Transaction TrainingModeFlag="true">');
const nameless = ticket(4).replace("<SequenceNumber>4</SequenceNumber>", "");

describe("taking in a chunk of a POS file", () => {
  test("every transaction becomes a fact, whatever it is, and is counted as one thing", async () => {
    const house = posHouse();
    const checked = await house.drop(`<POSLog>${ticket(1)}${broken}${training}${nameless}</POSLog>`);
    expect(await house.ingestAll(checked)).toEqual({ recorded: 1, duplicates: 0, ignored: 1, held: 2 });
    expect(house.documents().map(({ transaction, events, issues }) => [transaction, events.length, issues.length])).toEqual([
      ["sale:pos:101:2:2026-11-27:1", 1, 0],
      ["sale:pos:101:2:2026-11-27:2", 0, 1],
      ["sale:pos:101:2:2026-11-27:3", 0, 0],
      [`file:pos:${checked.hash}`, 0, 1],
    ]);
  });

  test("taken in again, tickets are duplicates and nothing is added", async () => {
    const house = posHouse();
    const checked = await house.drop(`<POSLog>${ticket(1)}${broken}${training}${nameless}</POSLog>`);
    await house.ingestAll(checked);
    expect(await house.ingestAll(checked)).toEqual({ recorded: 0, duplicates: 1, ignored: 1, held: 2 });
    expect(house.items()).toHaveLength(4);
  });

  test("the same ticket in two files is one fact; other content under its key is a second one", async () => {
    const house = posHouse();
    await house.ingestAll(await house.drop(`<POSLog>${ticket(1)}</POSLog>`));
    const again = await house.drop(`<POSLog>\n${ticket(1)}${ticket(1, "11.95")}</POSLog>`);
    expect(await house.ingestAll(again)).toEqual({ recorded: 0, duplicates: 1, ignored: 0, held: 1 });
    expect(new Set(house.documents().map(({ source }) => source))).toEqual(new Set(["pos:101:ticket:2.2026-11-27.1"]));
    expect(house.documents()).toHaveLength(2);
  });

  test("each fact keeps its own bytes of the file", async () => {
    const house = posHouse();
    await house.ingestAll(await house.drop(`<POSLog>${ticket(1)}<!-- 茶 -->${ticket(2)}</POSLog>`));
    expect(house.documents().map(({ raw }) => raw.inline)).toEqual([ticket(1), ticket(2)]);
    expect(house.documents()[1]?.raw.hash).toBe(createHash("sha256").update(ticket(2)).digest("hex"));
  });

  test("a ticket of more than 64 KB lies in the document store under its content address", async () => {
    const house = posHouse();
    const large = ticket(1, "12.95", `<Note>${"n".repeat(70_000)}</Note>`);
    await house.ingestAll(await house.drop(`<POSLog>${large}</POSLog>`));
    const hash = createHash("sha256").update(large).digest("hex");
    expect(house.documents()[0]?.raw).toEqual({ hash, bytes: large.length, address: `sha256/${hash}` });
    expect(new TextDecoder().decode(house.stored.get(`sha256/${hash}`))).toBe(large);
  });

  test("a ticket above the limit stays in its file, with the hash of its bytes", async () => {
    const house = posHouse();
    const huge = ticket(1, "12.95", "<Note>n</Note>".repeat(400_000));
    const checked = await house.drop(`<POSLog>${huge}${ticket(2)}</POSLog>`);
    expect(await house.ingestAll(checked)).toEqual({ recorded: 1, duplicates: 0, ignored: 0, held: 1 });
    const hash = createHash("sha256").update(huge).digest("hex");
    expect(house.documents()[0]?.raw).toEqual({ hash, bytes: huge.length, address: checked.drop });
    expect(house.documents()[1]?.raw.inline).toBe(ticket(2));
  });

  test("tickets that straddle the pieces of a large file come out whole", async () => {
    const house = posHouse();
    const checked = await house.drop(`<POSLog>${tickets(1_800)}</POSLog>`);
    expect(checked.bytes).toBeGreaterThan(1_048_576);
    expect(await house.ingestAll(checked)).toEqual({ recorded: 1_800, duplicates: 0, ignored: 0, held: 0 });
    expect(house.documents().every(({ raw }, index) => raw.inline === ticket(index + 1))).toBe(true);
  });

  test("batches of a file are taken in across their tags", async () => {
    const house = posHouse();
    const one = (sequence: number) => `<Batch><TransactionCount>1</TransactionCount>${ticket(sequence)}</Batch>`;
    const checked = await house.drop(`<POSLog>${one(1)}${one(2)}</POSLog>`);
    expect(checked.chunks).toEqual([0]);
    expect(await house.ingestAll(checked)).toEqual({ recorded: 2, duplicates: 0, ignored: 0, held: 0 });
  });

  test.each(["unavailable", "unknown"] as const)("an answer %s is thrown for another try, which does no harm", async (answer) => {
    let lost = true;
    const house = posHouse((item) => (lost && item.transaction.endsWith(":2") ? answer : undefined));
    const checked = await house.drop(`<POSLog>${ticket(1)}${ticket(2)}</POSLog>`);
    await expect(house.ingestAll(checked)).rejects.toMatchObject({ name: "Unavailable" });
    lost = false;
    expect(await house.ingestAll(checked)).toEqual({ recorded: 1, duplicates: 1, ignored: 0, held: 0 });
  });

  test("a chunk is read in the dialect that the file declares at its root", async () => {
    const house = posHouse();
    const file = readFileSync(new URL("../fixtures/poslog/golden/oracle-xstore-stock.xml", import.meta.url));
    const checked = await house.drop(file, "xstore.xml");
    expect(await house.ingestAll(checked)).toEqual({ recorded: 2, duplicates: 0, ignored: 0, held: 0 });
    expect(house.documents().map(({ transaction, events }) => [transaction, events.map(({ name }) => name)])).toEqual([
      ["transfer:pos:stores:RTD-7", ["transfer.shipped"]],
      ["stock:pos:101:3:2026-11-27:521", ["stock.returned-to-vendor"]],
    ]);
  });

  test("a drop that was changed after the check is refused", async () => {
    const house = posHouse();
    const checked = await house.drop(`<POSLog>${ticket(1)}${ticket(2)}</POSLog>`);
    const bytes = house.stored.get(checked.drop);
    house.stored.set(checked.drop, new TextEncoder().encode(`<POSLog>${ticket(1)}${" ".repeat(ticket(2).length)}</POSLog>`));
    expect(bytes).toBeDefined();
    await expect(house.ingestAll(checked)).rejects.toMatchObject({ name: "Invalid" });
  });
});
