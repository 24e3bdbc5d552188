import { describe, expect, test } from "vitest";
import { compareEvents } from "#domain/events";
import { gatherFacts } from "#domain/posting";
import { posHouse, ticket } from "./pos-house.ts";

const broken = ticket(2, "12,95");
const training = ticket(3).replace("<Transaction>", '<Transaction TrainingModeFlag="true">');

describe("closing a POS file", () => {
  test("makes the file a fact of its own, with counts and no rows", async () => {
    const house = posHouse();
    const { checked, closed } = await house.takeIn(`<POSLog>${ticket(1)}${broken}${training}</POSLog>`);
    expect(closed).toEqual({
      file: "101.xml",
      outcome: "accepted",
      transaction: `file:pos:${checked.hash}`,
      transactions: 3,
      recorded: 1,
      duplicates: 0,
      ignored: 1,
      held: 1,
    });
    const fact = house.documents().at(-1);
    expect(fact).toMatchObject({
      transaction: `file:pos:${checked.hash}`,
      kind: "file",
      source: `pos:drop:file:${checked.hash}`,
      references: [{ type: "file", value: "101.xml" }],
      issues: [],
      raw: { hash: checked.hash, bytes: checked.bytes, address: checked.drop },
    });
    expect(fact?.events).toEqual([
      {
        name: "file.received",
        schema: 1,
        key: `file.received:${checked.hash}`,
        version: "2026-11-28T03:00:00.000Z",
        occurredAt: "2026-11-28T03:00:00.000Z",
        file: "101.xml",
        format: "poslog",
        bytes: checked.bytes,
        tickets: 1,
        ignored: 1,
        held: 1,
        businessDates: ["2026-11-27"],
        receivedAt: "2026-11-28T03:00:00.000Z",
      },
    ]);
  });

  test("refuses counts that do not come to what was received, and records nothing", async () => {
    const house = posHouse();
    const checked = await house.drop(`<POSLog>${ticket(1)}${ticket(2)}</POSLog>`);
    const counts = { recorded: 1, duplicates: 0, ignored: 0, held: 0 };
    await expect(house.close({ checked, counts })).rejects.toThrow(
      "2 transactions were received, but 1 recorded + 0 duplicates + 0 ignored + 0 held = 1",
    );
    expect(house.items()).toEqual([]);
  });

  test("a file whose totals do not tie: no ticket is taken in, the file carries the issue", async () => {
    const house = posHouse();
    const { closed } = await house.takeIn(`<POSLog><Batch><TransactionCount>3</TransactionCount></Batch>${ticket(1)}${ticket(2)}</POSLog>`);
    expect(closed).toMatchObject({ outcome: "held", recorded: 0, held: 2 });
    expect(house.documents().map(({ kind }) => kind)).toEqual(["file"]);
    expect(house.documents()[0]?.issues).toMatchObject([{ class: "source.control-total", code: "transaction-count" }]);
    expect(house.documents()[0]?.events).toMatchObject([{ tickets: 0, held: 2 }]);
  });

  test("a file that breaks off: what stands before is taken in, the file carries the issue", async () => {
    const house = posHouse();
    const { closed } = await house.takeIn(`<POSLog>${ticket(1)}<Transaction>`);
    expect(closed).toMatchObject({ outcome: "accepted", recorded: 1 });
    expect(house.documents().map(({ kind, issues }) => [kind, issues.map(({ class: name }) => name)])).toEqual([
      ["sale", []],
      ["file", ["transport.parse"]],
    ]);
  });

  test("the same bytes under another name are seen, and nothing is taken in twice", async () => {
    const house = posHouse();
    await house.takeIn(`<POSLog>${ticket(1)}</POSLog>`, "monday.xml");
    const { checked, closed } = await house.takeIn(`<POSLog>${ticket(1)}</POSLog>`, "tuesday.xml");
    expect(checked).toMatchObject({ outcome: "duplicate", chunks: [], manifest: "" });
    expect(closed).toMatchObject({ outcome: "duplicate", recorded: 0 });
    expect(house.documents().map(({ kind, events, issues }) => [kind, events.length, issues.map((issue) => issue.class)])).toEqual([
      ["sale", 1, []],
      ["file", 1, []],
      ["file", 0, ["source.duplicate-file"]],
    ]);
  });

  test.each([
    ["was held whole", `<POSLog><Batch><TransactionCount>3</TransactionCount></Batch>${ticket(1)}${ticket(2)}</POSLog>`],
    ["had held tickets", `<POSLog>${ticket(1)}${broken}</POSLog>`],
    ["broke off", `<POSLog>${ticket(1)}<Transaction>`],
    ["was held whole and holds no ticket", "<POSLog><Batch><TransactionCount>3</TransactionCount></Batch></POSLog>"],
  ])("the same bytes are read again when the file %s, and are seen once they were sound", async (_, content) => {
    const house = posHouse();
    const { checked: first } = await house.takeIn(content, "monday.xml");
    const sales = () => house.documents().filter(({ kind }) => kind === "sale");
    const before = sales();
    const drop = (day: string) => house.takeInPart({ drop: first.drop, file: `${day}.xml`, receivedAt: `2026-11-${day}T03:00:00.000Z` });
    const { checked: again } = await drop("29");
    expect(again).toMatchObject({ outcome: first.outcome, hash: first.hash });
    expect(sales()).toEqual(before);
    // By now the policy or the release reads it.
    const sound = { ...again, outcome: "accepted" as const, issues: [], file: "30.xml", receivedAt: "2026-11-30T03:00:00.000Z" };
    await house.close({ checked: sound, counts: { recorded: sound.transactions, duplicates: 0, ignored: 0, held: 0 } });
    const { events, issues } = gatherFacts(house.documents().filter(({ kind }) => kind === "file"));
    expect(issues).toEqual([]);
    expect(new Set(events.map(({ key }) => key)).size).toBe(1);
    expect([...events].sort(compareEvents).at(-1)).toMatchObject({ file: "30.xml", held: 0 });
    expect((await drop("31")).checked.outcome).toBe("duplicate");
  });

  test("the outcome and what became of every transaction are measured", async () => {
    const house = posHouse();
    await house.takeIn(`<POSLog>${ticket(1)}${ticket(2, "12.00")}</POSLog>`);
    expect(house.samples).toEqual([
      ["PosFiles", 1, { outcome: "accepted" }],
      ["PosTransactions", 1, { became: "recorded" }],
      ["PosTransactions", 0, { became: "duplicates" }],
      ["PosTransactions", 0, { became: "ignored" }],
      ["PosTransactions", 1, { became: "held" }],
    ]);
  });

  test("an answer that is not certain is thrown for another try", async () => {
    const house = posHouse((item) => (item.transaction.startsWith("file:") ? "unknown" : undefined));
    await expect(house.takeIn(`<POSLog>${ticket(1)}</POSLog>`)).rejects.toMatchObject({ name: "Unavailable" });
  });
});
