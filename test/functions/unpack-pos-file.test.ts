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

/** The check value of a gzip file of one member, changed. */
function wrongCrc(gzip: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(gzip);
  changed[changed.length - 8] = (changed[changed.length - 8] ?? 0) ^ 1;
  return changed;
}

/**
 * The same archive as a zip64 one: sizes and places of its directory in fields of eight bytes, and the records of its end (APPNOTE 4.3.14, 4.3.15,
 * 4.5.3). `change` may damage the record, which begins at `record`.
 */
function asZip64(zip: Uint8Array, change: (view: DataView, record: number) => void = () => {}): Uint8Array {
  const old = Buffer.from(zip);
  const end = old.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const [count, start] = [old.readUInt16LE(end + 10), old.readUInt32LE(end + 16)];
  const entries: Buffer[] = [];
  for (let at = start, index = 0; index < count; index++) {
    const nameEnd = at + 46 + old.readUInt16LE(at + 28);
    const next = nameEnd + old.readUInt16LE(at + 30) + old.readUInt16LE(at + 32);
    const head = Buffer.from(old.subarray(at, nameEnd));
    const field = Buffer.alloc(28);
    field.writeUInt16LE(1, 0);
    field.writeUInt16LE(24, 2);
    [24, 20, 42].forEach((place, which) => {
      field.writeBigUInt64LE(BigInt(head.readUInt32LE(place)), 4 + 8 * which);
      head.writeUInt32LE(0xffffffff, place);
    });
    head.writeUInt16LE(28, 30);
    head.writeUInt16LE(0, 32);
    entries.push(head, field);
    at = next;
  }
  const directory = Buffer.concat(entries);
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(directory.length), 40);
  record.writeBigUInt64LE(BigInt(start), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(start + directory.length), 8);
  locator.writeUInt32LE(1, 16);
  const last = Buffer.from(old.subarray(end));
  last.fill(0xff, 8, 20);
  const whole = Uint8Array.from(Buffer.concat([old.subarray(0, start), directory, record, locator, last]));
  change(new DataView(whole.buffer), start + directory.length);
  return whole;
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

  test("gzip members one behind the other are one file, wherever they end", async () => {
    const house = posHouse();
    const cut = [0, 1, 40, one.length - 3, one.length];
    const members = cut.slice(1).map((end, index) => gzipSync(one.slice(cut[index], end)));
    await house.unpackArchive(Buffer.concat(members), "101.xml.gz");
    expect(house.started.map(({ input }) => input.drop)).toEqual([`unpacked/${sha256(one)}`]);
    // As bgzip and pigz write them: many small ones, of which several lie in one slice and some straddle two.
    const long = text(`<POSLog>${tickets(400)}</POSLog>`);
    const many = Array.from({ length: 300 }, (_, index) =>
      gzipSync(long.slice(index * 900, index === 299 ? long.length : (index + 1) * 900)),
    );
    await house.unpackArchive(Buffer.concat(many), "102.xml.gz");
    expect(house.started[1]?.input.drop).toBe(`unpacked/${sha256(long)}`);
  });

  test("a zip64 archive is read by its own records", async () => {
    const house = posHouse();
    await house.unpackArchive(asZip64(zipSync({ "101.xml": one, "102.xml": other })));
    expect(house.started.map(({ input }) => input.drop)).toEqual([`unpacked/${sha256(one)}`, `unpacked/${sha256(other)}`]);
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
    ["a gzip member with another check value", () => Buffer.concat([wrongCrc(gzipSync(one)), gzipSync(other)]), "transport.parse/damaged"],
    ["bytes that are no member behind one", () => Buffer.concat([gzipSync(one), text("and so on, and so on")]), "transport.parse/damaged"],
    ["a second member that was cut off", () => Buffer.concat([gzipSync(one), gzipSync(other).slice(0, -9)]), "transport.parse/damaged"],
    [
      "more gzip members than any till writes",
      () => Buffer.concat(Array.from({ length: 1_001 }, () => gzipSync("x"))),
      "transport.too-large/too-large",
    ],
    [
      "a zip64 record that is not where its locator says",
      () => asZip64(zip, (view, record) => view.setUint32(record, 0, true)),
      "transport.parse/damaged",
    ],
    [
      "a zip64 archive of several volumes",
      () => asZip64(zip, (view, record) => view.setUint32(record + 16, 1, true)),
      "transport.parse/method",
    ],
    [
      "a zip64 size that no number holds",
      () => asZip64(zip, (view, record) => view.setUint32(record + 52, 0x7fffffff, true)),
      "transport.parse/damaged",
    ],
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
