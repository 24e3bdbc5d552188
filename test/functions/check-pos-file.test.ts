import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { posHouse, ticket, tickets } from "./pos-house.ts";

const batch = (count: string, amount: string) =>
  `<Batch><BatchID>1</BatchID><TransactionCount>${count}</TransactionCount><TransactionAmount>${amount}</TransactionAmount></Batch>`;

describe("checking a POS file", () => {
  test("answers pointers and counts, with the chunks in a manifest of their own", async () => {
    const house = posHouse();
    const file = `<POSLog>${ticket(1)}${ticket(2)}</POSLog>`;
    const checked = await house.drop(file);
    const hash = createHash("sha256").update(file).digest("hex");
    expect(checked).toEqual({
      drop: `drops/pos/${hash}`,
      file: "101.xml",
      receivedAt: "2026-11-28T03:00:00.000Z",
      outcome: "accepted",
      hash,
      bytes: file.length,
      transactions: 2,
      manifest: checked.manifest,
      chunks: [0],
      issues: [],
    });
    expect(checked.manifest).toMatch(/^sha256\/[0-9a-f]{64}$/);
    expect(JSON.parse(new TextDecoder().decode(house.stored.get(checked.manifest)))).toEqual({
      format: "poslog",
      fileHash: hash,
      bytes: file.length,
      transactions: 2,
      chunks: [{ firstOrdinal: 0, transactions: 2, ranges: [{ start: 8, end: file.length - 9 }] }],
      businessDates: ["2026-11-27"],
    });
    expect(house.items()).toEqual([]);
  });

  test("cuts chunks of at least 500 transactions, the last one smaller", async () => {
    const house = posHouse();
    const checked = await house.drop(`<POSLog>${tickets(1_203)}</POSLog>`);
    const manifest = JSON.parse(new TextDecoder().decode(house.stored.get(checked.manifest)));
    expect(checked.chunks).toEqual([0, 1, 2]);
    expect(
      manifest.chunks.map((chunk: { firstOrdinal: number; transactions: number }) => [chunk.firstOrdinal, chunk.transactions]),
    ).toEqual([
      [0, 500],
      [500, 500],
      [1_000, 203],
    ]);
  });

  test("reads the file once and in pieces of a quarter of a megabyte", async () => {
    const house = posHouse();
    const { bytes } = await house.drop(`<POSLog>${tickets(2_000)}</POSLog>`);
    expect(house.reads).toEqual([
      { start: 0, end: 8_192 },
      { start: 0, end: 262_144 },
      { start: 262_144, end: 524_288 },
      { start: 524_288, end: 786_432 },
      { start: 786_432, end: 1_048_576 },
      { start: 1_048_576, end: bytes },
    ]);
  });

  test("control totals that tie, header or batch, let the file in", async () => {
    const inside = `<Batch><TransactionCount>1</TransactionCount>${ticket(3)}<TransactionAmount>12.95</TransactionAmount></Batch>`;
    const checked = await posHouse().drop(`<POSLog>${batch("2", "25.90")}${ticket(1)}${ticket(2)}${inside}</POSLog>`);
    expect(checked).toMatchObject({ outcome: "accepted", issues: [] });
  });

  test("baskets that are no sales count as transactions and carry no amount", async () => {
    const training = ticket(2).replace("<Transaction>", '<Transaction TrainingModeFlag="true">');
    expect(await posHouse().drop(`<POSLog>${batch("2", "12.95")}${ticket(1)}${training}</POSLog>`)).toMatchObject({ outcome: "accepted" });
  });

  test.each([
    ["a count that does not tie", batch("3", "25.90"), [{ code: "transaction-count" }]],
    ["an amount that does not tie", batch("2", "25.91"), [{ code: "transaction-amount", amount: -1, currency: "USD" }]],
    ["an amount that is none", batch("2", "much"), [{ code: "transaction-amount" }]],
    ["a count that is none", batch("two", "25.90"), [{ code: "transaction-count" }]],
  ])("%s holds the file whole", async (_name, header, issues) => {
    const checked = await posHouse().drop(`<POSLog>${header}${ticket(1)}${ticket(2)}</POSLog>`);
    expect(checked).toMatchObject({ outcome: "held", chunks: [], transactions: 2 });
    expect(checked.issues).toMatchObject(issues.map((issue) => ({ class: "source.control-total", ...issue })));
    expect(checked.issues).toHaveLength(1);
  });

  test("an unreadable ticket keeps the amount from being compared, not the count", async () => {
    const broken = ticket(2, "12,95");
    expect(await posHouse().drop(`<POSLog>${batch("2", "25.90")}${ticket(1)}${broken}</POSLog>`)).toMatchObject({ outcome: "accepted" });
    expect(await posHouse().drop(`<POSLog>${batch("3", "25.90")}${ticket(1)}${broken}</POSLog>`)).toMatchObject({ outcome: "held" });
  });

  test("a file that breaks off is accepted up to there, and says so", async () => {
    const checked = await posHouse().drop(`<POSLog>${ticket(1)}<Transaction><RetailStoreID>101`);
    expect(checked).toMatchObject({ outcome: "accepted", transactions: 1, chunks: [0] });
    expect(checked.issues).toMatchObject([{ class: "transport.parse", code: "malformed" }]);
    expect(checked.issues[0]?.message).toMatch(
      /^101\.xml cannot be read from byte \d+, line 1, column \d+: .* 1 whole transactions stand before it\.$/s,
    );
  });

  test("a file that breaks off and misses its totals is held whole", async () => {
    const checked = await posHouse().drop(`<POSLog>${batch("2", "25.90")}${ticket(1)}<Transaction>`);
    expect(checked).toMatchObject({ outcome: "held", chunks: [] });
    expect(checked.issues.map((issue) => issue.code)).toEqual(["malformed", "transaction-count", "transaction-amount"]);
  });

  test("a file in no known format is named, with nothing to take in", async () => {
    const checked = await posHouse().drop("store;total\n101;12.95\n");
    expect(checked).toMatchObject({ outcome: "accepted", transactions: 0, chunks: [] });
    expect(checked.issues).toMatchObject([{ class: "transport.parse", code: "format" }]);
  });

  describe("in several runs", () => {
    const table = (count: number) => {
      const rows = Array.from(
        { length: count },
        (_, index) => `2026-11-27,13:00:00,Eastern Time (US & Canada),Mug,1,$12.00,$0.00,$12.00,$0.99,T${index},Payment,Main Street`,
      );
      const header = "Date,Time,Time Zone,Item,Qty,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Event Type,Location";
      return `${[header, ...rows, rows[7]].join("\n")}\n`;
    };
    const half = (from: number, count: number) => Array.from({ length: count }, (_, index) => ticket(from + index)).join("\n");
    const files: readonly (readonly [string, string])[] = [
      [
        "batches in front, around and behind, with what stands between tickets",
        `<POSLog>${batch("1500", "19425.00")}${half(1, 700)}<!-- noon --><Batch><TransactionCount>500</TransactionCount>${half(701, 500)}<TransactionAmount>6475.00</TransactionAmount></Batch>${half(1_201, 801)}</POSLog>`,
      ],
      ["totals that do not tie", `<POSLog>${batch("2001", "25900.00")}${half(1, 2_000)}</POSLog>`],
      ["an end that is missing", `<POSLog>${half(1, 1_999)}<Transaction><RetailStoreID>101`],
      ["rows of tickets, one of which comes again at the end", table(9_000)],
      ["text that is none from its first third on", `<POSLog>${half(1, 600)}</Wrong>${half(601, 1_400)}</POSLog>`],
    ];

    test.each(files)("a file with %s comes to what it comes to in one", async (_, file) => {
      const [whole, parts] = [posHouse(), posHouse(undefined, 1)];
      const checked = await whole.drop(file);
      expect(await parts.drop(file)).toEqual(checked);
      expect([whole.runs(), parts.runs()]).toEqual([0, Math.ceil(file.length / 262_144) - 1]);
      expect(parts.stored.get(checked.manifest)).toEqual(whole.stored.get(checked.manifest));
    });

    test("no byte is read twice, and a run that is tried again hands on the same", async () => {
      const house = posHouse(undefined, 600_000);
      const file = `<POSLog>${half(1, 2_000)}</POSLog>`;
      const { drop, receivedAt, bytes } = await house.drop(file);
      const starts = house.reads.slice(1).map(({ start }) => start);
      expect([house.runs(), starts]).toEqual([1, [0, 1, 2, 3, 4, 5].map((piece) => piece * 262_144).filter((start) => start < bytes)]);
      const [first, again] = [
        await house.checkPart({ drop, file: "a", receivedAt }),
        await house.checkPart({ drop, file: "a", receivedAt }),
      ];
      expect(first).toMatchObject({ outcome: "partly", checkpoint: expect.stringMatching(/^passing\/[0-9a-f]{64}$/) });
      expect(again).toEqual(first);
    });

    test.each([
      ["is gone", (house: ReturnType<typeof posHouse>, checkpoint: string) => void house.stored.delete(checkpoint)],
      [
        "is another release's",
        (house: ReturnType<typeof posHouse>, checkpoint: string) =>
          void house.stored.set(checkpoint, new TextEncoder().encode('{"shape":0}')),
      ],
      [
        "is of a file that grew",
        (house: ReturnType<typeof posHouse>, _: string, drop: string) =>
          void house.stored.set(drop, new Uint8Array((house.stored.get(drop)?.length ?? 0) + 1)),
      ],
    ])("a checkpoint that %s is refused, and the file to be dropped again", async (_, spoil) => {
      const house = posHouse(undefined, 1);
      const { drop, file, receivedAt } = await house.drop(`<POSLog>${half(1, 900)}</POSLog>`);
      const first = await house.checkPart({ drop, file, receivedAt });
      const checkpoint = first.outcome === "partly" ? first.checkpoint : "";
      spoil(house, checkpoint, drop);
      await expect(house.checkPart({ drop, file, receivedAt, checkpoint })).rejects.toMatchObject({
        name: "Invalid",
        message: expect.stringMatching(/drop the file again$/),
      });
    });
  });

  describe("of a manifest that was dropped beside its files", () => {
    const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
    const [monday, tuesday] = [`<POSLog>${ticket(1)}${ticket(2)}</POSLog>`, `<POSLog>${ticket(3)}</POSLog>`];
    const sums = `${sha256(monday)}  monday.xml\n${sha256(tuesday)}  tuesday.xml\n`;

    test("names what has not come, and is content once all of it is in", async () => {
      const house = posHouse();
      await house.takeIn(monday, "monday.xml");
      const first = await house.takeIn(sums, "SHA256SUMS");
      expect(first.checked).toMatchObject({ outcome: "accepted", chunks: [], issues: [{ class: "transport.parse", code: "incomplete" }] });
      expect(first.checked.issues[0]?.message).toMatch(
        /^SHA256SUMS is a manifest of 2 files, and tuesday\.xml has not come\. Drop what is missing/,
      );
      await house.takeIn(tuesday, "tuesday.xml");
      expect((await house.takeIn(sums, "SHA256SUMS")).checked).toMatchObject({ outcome: "accepted", issues: [] });
    });

    test.each<[string, Record<string, unknown>, string]>([
      ["another size", { sha256: sha256(monday), bytes: 7 }, `monday.xml has ${monday.length} bytes and should have 7`],
      ["another count", { sha256: sha256(monday), transactions: 3 }, "monday.xml has 2 transactions and should have 3"],
      ["an amount", { sha256: sha256(monday), amount: "25.90" }, "monday.xml states an amount, which is compared in an archive alone"],
      ["no hash", {}, "monday.xml is named without its SHA-256"],
      ["a file that is held", { sha256: sha256(`<POSLog>${ticket(9, "1.00")}</POSLog>`) }, "monday.xml is held, in whole or in part"],
    ])("with %s says so", async (_, stated, says) => {
      const house = posHouse();
      await house.takeIn(monday, "monday.xml");
      await house.takeIn(`<POSLog>${ticket(9, "1.00")}</POSLog>`, "held.xml");
      const { issues } = await house.drop(JSON.stringify({ files: [{ name: "monday.xml", ...stated }] }), "delivery.json");
      expect(issues).toHaveLength(1);
      expect(issues[0]?.message).toContain(says);
    });

    test("that is none is refused by name", async () => {
      const { issues } = await posHouse().drop('{"files": "all of them"}', "delivery.json");
      expect(issues).toMatchObject(
        [{ class: "transport.parse", code: "incomplete", message: /^delivery\.json cannot be used: its manifest is not one/ }].map(
          ({ message: _, ...rest }) => rest,
        ),
      );
    });
  });

  test("an absent drop is refused", async () => {
    const house = posHouse();
    const checked = await house.drop("<POSLog/>");
    house.stored.clear();
    await expect(house.ingest({ drop: checked.drop, manifest: checked.manifest, chunk: 0 })).rejects.toMatchObject({ name: "Invalid" });
  });
});
