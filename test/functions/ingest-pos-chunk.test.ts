import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { gatherFacts } from "#domain/posting";
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

  test("money that moved and was held under its own number is mended there once it can be read, and told to the day as what it is", async () => {
    const house = posHouse();
    const loan = (amount: string) =>
      ticket(9).replace(
        /<RetailTransaction>.*<\/RetailTransaction>/,
        `<TenderControlTransaction><TenderLoan TenderType="Cash"><Amount>${amount}</Amount></TenderLoan></TenderControlTransaction>`,
      );
    await house.ingestAll(await house.drop(`<POSLog>${loan("12,95")}</POSLog>`));
    await house.ingestAll(await house.drop(`<POSLog>${loan("12.95")}</POSLog>`));
    const own = house.documents().filter(({ transaction }) => transaction === "sale:pos:101:2:2026-11-27:9");
    const { issues } = gatherFacts(own.map((document, hour) => ({ ...document, at: `2026-11-28T0${hour}:00:00.000Z` })));
    expect(issues).toEqual([]);
    expect(
      house.documents().map(({ transaction, events, issues: held }) => [transaction, events.map(({ name }) => name), held.length]),
    ).toEqual([
      ["sale:pos:101:2:2026-11-27:9", [], 1],
      ["sale:pos:101:2:2026-11-27:9", [], 0],
    ]);
    const seen = house.storeDays().flatMap(({ events }) => events);
    const nine = [{ from: 9, to: 9 }];
    expect(seen.filter(({ name }) => name === "till.moved")).toMatchObject([{ kind: "loan", amount: 1295 }]);
    expect(seen.filter(({ name }) => name === "sequences.seen")).toMatchObject([{ tickets: nine }, { control: nine }]);
  });

  test("a drop that was changed after the check is refused", async () => {
    const house = posHouse();
    const checked = await house.drop(`<POSLog>${ticket(1)}${ticket(2)}</POSLog>`);
    const bytes = house.stored.get(checked.drop);
    house.stored.set(checked.drop, new TextEncoder().encode(`<POSLog>${ticket(1)}${" ".repeat(ticket(2).length)}</POSLog>`));
    expect(bytes).toBeDefined();
    await expect(house.ingestAll(checked)).rejects.toMatchObject({ name: "Invalid" });
  });

  test("the numbers that it holds are told to the store day, of whatever kind: one fact per register, the same one when it is taken in again", async () => {
    const house = posHouse();
    const zeroes = ticket(7).replace("<SequenceNumber>7</SequenceNumber>", "<SequenceNumber>0007</SequenceNumber>");
    const named = ticket(8).replace("<SequenceNumber>8</SequenceNumber>", "<SequenceNumber>A-8</SequenceNumber>");
    const other = ticket(900).replace("<WorkstationID>2<", "<WorkstationID>5<");
    const checked = await house.drop(`<POSLog>${ticket(1)}${broken}${training}${nameless}${zeroes}${named}${other}</POSLog>`);
    await house.ingestAll(checked);
    await house.ingestAll(checked);
    const of = { store: "101", businessDate: "2026-11-27", file: checked.hash };
    const seen = house.storeDays();
    expect(seen.map(({ transaction }) => transaction)).toEqual(["store-day:pos:101:2026-11-27", "store-day:pos:101:2026-11-27"]);
    expect(seen.flatMap(({ events }) => events)).toMatchObject([
      {
        ...of,
        name: "sequences.seen",
        register: "2",
        ranges: [
          { from: 1, to: 3 },
          { from: 7, to: 7 },
        ],
        tickets: [
          { from: 1, to: 2 },
          { from: 7, to: 7 },
        ],
        other: ["A-8"],
        occurredAt: "2026-11-27T18:00:00.000Z",
      },
      { ...of, name: "sequences.seen", register: "5", ranges: [{ from: 900, to: 900 }], tickets: [{ from: 900, to: 900 }] },
    ]);
  });

  test("numbers that may not be on record are thrown for another try", async () => {
    const house = posHouse((item) => (item.transaction.startsWith("store-day:") ? "unknown" : undefined));
    const checked = await house.drop(`<POSLog>${ticket(1)}</POSLog>`);
    await expect(house.ingestAll(checked)).rejects.toMatchObject({ name: "Unavailable" });
  });
});
