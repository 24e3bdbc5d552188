import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { posHouse, ticket, tickets } from "./pos-house.ts";

const text = (content: string) => new TextEncoder().encode(content);
const sha256 = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const one = text(`<POSLog>${ticket(1)}${ticket(2)}</POSLog>`);
const other = text(`<POSLog>${ticket(3)}</POSLog>`);

/** What the refused archive's own document says. */
async function refusal(bytes: Uint8Array): Promise<string | undefined> {
  const house = posHouse();
  expect(await house.unpackArchive(bytes)).toMatchObject({ outcome: "refused", parts: 0 });
  expect(house.started).toEqual([]);
  const [document] = house.documents();
  return document?.type === "document" ? `${document.issues[0]?.class}/${document.issues[0]?.code}` : undefined;
}

/** A byte of the directory's record of an entry, changed. */
function withDirectoryByte(zip: Uint8Array, at: number, value: number): Uint8Array {
  const changed = zip.slice();
  const start = Buffer.from(changed).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
  changed[start + at] = value;
  return changed;
}

describe("an archive of POS files", () => {
  test("a zip starts each file in it as a file of its own, which names the archive that it came in", async () => {
    const house = posHouse();
    const archive = zipSync({ "101.xml": one, "sub/102.xml": other, "__MACOSX/._101.xml": text("junk") });
    expect(await house.unpackArchive(archive)).toMatchObject({ outcome: "unpacked", parts: 2 });
    const [first, second] = house.started;
    expect(first?.input).toEqual({
      drop: `unpacked/${sha256(one)}`,
      file: "day.zip/101.xml",
      receivedAt: "2026-11-28T03:00:00.000Z",
      within: { file: "day.zip", hash: sha256(archive) },
    });
    expect(second?.input.file).toBe("day.zip/sub/102.xml");
    if (first === undefined) throw new Error("nothing was started");
    const { closed } = await house.takeInPart(first.input);
    expect(closed).toMatchObject({ file: "day.zip/101.xml", outcome: "accepted", transactions: 2, recorded: 2 });
    const received = house.documents().flatMap((item) => (item.type === "document" ? item.events : []));
    expect(received.find((event) => event.name === "file.received" && event.within !== undefined)).toMatchObject({
      tickets: 2,
      within: { file: "day.zip" },
    });
    expect(received.find((event) => event.name === "file.received" && event.parts !== undefined)).toMatchObject({
      format: "zip",
      tickets: 0,
      parts: [
        { file: "101.xml", hash: sha256(one) },
        { file: "sub/102.xml", hash: sha256(other) },
      ],
    });
  });

  test("gzip holds one file, whatever the archive is called", async () => {
    const house = posHouse();
    expect(await house.unpackArchive(gzipSync(one), "101.xml.gz")).toMatchObject({ outcome: "unpacked", parts: 1 });
    expect(house.started[0]?.input).toMatchObject({ drop: `unpacked/${sha256(one)}`, file: "101.xml.gz/101.xml" });
  });

  test("a part that is larger than what memory holds at once is kept in pieces and read through them", async () => {
    const house = posHouse();
    const large = text(`<POSLog>${tickets(9_000)}</POSLog>`);
    expect(large.length).toBeGreaterThan(5_000_000);
    await house.unpackArchive(gzipSync(large));
    expect(
      Math.max(...[...house.stored].filter(([address]) => address.startsWith("sha256/")).map(([, bytes]) => bytes.length)),
    ).toBeLessThan(5_500_000);
    const [part] = house.started;
    if (part === undefined) throw new Error("nothing was started");
    const { closed } = await house.takeInPart(part.input);
    expect(closed).toMatchObject({ outcome: "accepted", transactions: 9_000, recorded: 9_000 });
  }, 60_000);

  test("running again after a crash starts nothing twice, and the same archive dropped again is a duplicate", async () => {
    const house = posHouse();
    const archive = zipSync({ "101.xml": one });
    await house.unpackArchive(archive);
    expect(await house.unpackArchive(archive)).toMatchObject({ outcome: "unpacked", parts: 1 });
    expect(house.started).toHaveLength(1);
    for (const { input } of house.started) await house.takeInPart(input);
    expect(await house.unpackArchive(archive, "again.zip", "2026-11-29T03:00:00.000Z")).toMatchObject({ outcome: "duplicate", parts: 0 });
    expect(house.started).toHaveLength(1);
    const issues = house.documents().flatMap((item) => (item.type === "document" ? item.issues : []));
    expect(issues.map((issue) => issue.class)).toEqual(["source.duplicate-file"]);
  });

  test("an archive that is sent again is taken apart for the files alone that were held or failed, each time until all are in", async () => {
    const house = posHouse();
    const unreadable = text(`<POSLog>${ticket(4)}<Transaction>`);
    const archive = zipSync({ "101.xml": one, "102.xml": other, "103.xml": unreadable });
    await house.unpackArchive(archive);
    const [first, second, third] = house.started.map(({ input }) => input);
    if (first === undefined || second === undefined || third === undefined) throw new Error("not all were started");
    await house.takeInPart(first);
    // The second one's machine failed; the third one's file ends in the middle of a ticket.
    expect((await house.takeInPart(third)).closed).toMatchObject({ outcome: "accepted", recorded: 1 });

    expect(await house.unpackArchive(archive, "day.zip", "2026-11-29T03:00:00.000Z")).toMatchObject({ outcome: "unpacked", parts: 2 });
    // Run again after a crash, while the second one is taken in.
    const again = house.started.slice(3).map(({ input }) => input);
    expect(again.map(({ file, receivedAt }) => `${file} ${receivedAt}`)).toEqual([
      "day.zip/102.xml 2026-11-29T03:00:00.000Z",
      "day.zip/103.xml 2026-11-29T03:00:00.000Z",
    ]);
    for (const input of again) await house.takeInPart(input);
    await house.unpackArchive(archive, "day.zip", "2026-11-29T03:00:00.000Z");
    expect(house.started).toHaveLength(5);

    expect(await house.unpackArchive(archive, "day.zip", "2026-11-30T03:00:00.000Z")).toMatchObject({ outcome: "unpacked", parts: 1 });
    expect(house.started.slice(5).map(({ input }) => input.file)).toEqual(["day.zip/103.xml"]);
    const tickets = house.documents().flatMap((item) => (item.type === "document" ? item.events : []));
    expect(
      tickets
        .filter(({ name }) => name === "ticket.completed")
        .map(({ key }) => key.split(".").at(-1))
        .sort(),
    ).toEqual(["1", "2", "3", "4"]);
    const issues = house.documents().flatMap((item) => (item.type === "document" ? item.issues : []));
    expect(issues.map((issue) => issue.class)).not.toContain("source.duplicate-file");
  });

  test("a manifest holds its files until all are there and whole, and its control totals go with them", async () => {
    const manifest = (files: unknown) => text(JSON.stringify({ files }));
    const whole = [
      { name: "101.xml", bytes: one.length, sha256: sha256(one), transactions: 3 },
      { name: "102.xml", sha256: sha256(other).toUpperCase() },
    ];
    const house = posHouse();
    await house.unpackArchive(zipSync({ "delivery.json": manifest(whole), "101.xml": one, "102.xml": other }));
    expect(house.started.map(({ input }) => input.file)).toEqual(["day.zip/101.xml", "day.zip/102.xml"]);
    const [part] = house.started;
    if (part === undefined) throw new Error("nothing was started");
    expect(part.input.stated).toEqual({ transactionCount: "3" });
    expect((await house.takeInPart(part.input)).checked).toMatchObject({
      outcome: "held",
      issues: [{ class: "source.control-total", code: "transaction-count" }],
    });

    expect(await refusal(zipSync({ "delivery.json": manifest(whole), "101.xml": one }))).toBe("transport.parse/incomplete");
    expect(await refusal(zipSync({ "delivery.json": manifest(whole.slice(1)), "101.xml": one, "102.xml": other }))).toBe(
      "transport.parse/incomplete",
    );
    const changed = text(`<POSLog>${ticket(1)}${ticket(9)}</POSLog>`);
    expect(await refusal(zipSync({ "delivery.json": manifest(whole), "101.xml": changed, "102.xml": other }))).toBe(
      "transport.parse/incomplete",
    );
    expect(await refusal(zipSync({ "m.json": manifest([{ file: "101.xml" }]), "101.xml": one }))).toBe("transport.parse/incomplete");
  });

  test("lines of sha256sum are a manifest too", async () => {
    const sums = text(`${sha256(one)}  101.xml\n${sha256(other)} *102.xml\n`);
    const house = posHouse();
    expect(await house.unpackArchive(zipSync({ SHA256SUMS: sums, "101.xml": one, "102.xml": other }))).toMatchObject({ parts: 2 });
    expect(await refusal(zipSync({ SHA256SUMS: sums, "101.xml": one }))).toBe("transport.parse/incomplete");
  });
});

describe("an archive is refused whole, by name:", () => {
  const zip = zipSync({ "101.xml": one, "102.xml": other });
  test.each<[string, () => Uint8Array, string]>([
    ["a name that leads out of it", () => zipSync({ "../101.xml": one }), "transport.parse/path"],
    ["an absolute name", () => zipSync({ "/etc/101.xml": one }), "transport.parse/path"],
    ["a name of Windows", () => zipSync({ "a\\..\\b.xml": one }), "transport.parse/path"],
    ["an archive within", () => zipSync({ "inner.xml": zipSync({ "101.xml": one }) }), "transport.parse/nested"],
    ["gzip within", () => gzipSync(gzipSync(one)), "transport.parse/nested"],
    ["a link", () => withDirectoryByte(zip, 41, 0xa1), "transport.parse/link"],
    ["an encrypted file", () => withDirectoryByte(zip, 8, 1), "transport.parse/encrypted"],
    ["a method that nobody reads", () => withDirectoryByte(zip, 10, 12), "transport.parse/method"],
    ["files that lie on each other", () => withDirectoryByte(zip, 20, 0xf0), "transport.too-large/bomb"],
    ["another check value", () => withDirectoryByte(zip, 16, 0), "transport.parse/damaged"],
    ["no file", () => zipSync({}), "transport.parse/empty"],
    ["an end that was cut off", () => zip.slice(0, -30), "transport.parse/damaged"],
    ["data that were cut off", () => gzipSync(one).slice(0, -20), "transport.parse/damaged"],
    ["a bomb", () => gzipSync(new Uint8Array(40_000_000)), "transport.too-large/bomb"],
  ])("%s", async (_, archive, code) => {
    expect(await refusal(archive())).toBe(code);
  });

  test("a file in it that is damaged anywhere is damage that is named, and never a crash", async () => {
    for (let at = 0; at < zip.length; at += 7) {
      const damaged = zip.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0x55;
      const house = posHouse();
      const { outcome } = await house.unpackArchive(damaged);
      expect(["unpacked", "refused"]).toContain(outcome);
      // Whatever goes through is byte for byte what was packed: only names and dates have no check value.
      for (const { input } of house.started) expect([`unpacked/${sha256(one)}`, `unpacked/${sha256(other)}`]).toContain(input.drop);
    }
  });
});
