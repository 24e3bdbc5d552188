import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { poslogFormat } from "#adapters/channels/poslog";
import { UnreadablePosFile } from "#domain/store-day";
import { cash, fixture, mug, oneTicket, readPieces, readText, settings } from "./read-tickets.ts";

const names = ["change-v2", "change-v6", "returns", "figures", "not-sales", "broken-tickets"] as const;
const encode = (text: string) => new TextEncoder().encode(text);

function failure(read: ReturnType<typeof readText>): UnreadablePosFile {
  if (!(read.error instanceof UnreadablePosFile)) throw new Error(`ended with ${read.error}`);
  return read.error;
}

describe("pieces", () => {
  test("however a file is cut, the same comes out, with the same offsets", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (name, shares) => {
        const bytes = fixture(name);
        const cuts = shares.map((share) => Math.floor(share * bytes.length)).sort((a, b) => a - b);
        expect(readPieces(bytes, cuts)).toEqual(readPieces(bytes));
      }),
      { numRuns: 60 },
    );
  });

  test("one byte at a time", () => {
    const bytes = fixture("change-v2");
    expect(readPieces(bytes, [...bytes.keys()])).toEqual(readPieces(bytes));
  });

  test("offsets count bytes, not characters, and cut out exactly the transaction", () => {
    const text = `<POSLog><!-- é € 😀 -->${oneTicket(mug("<Description>thé 茶 😀</Description>") + cash("12.95")).slice(8)}`;
    const [found] = readText(text).transactions;
    const cut = new TextDecoder().decode(encode(text).subarray(found?.byteStart, found?.byteEnd));
    expect(cut.startsWith("<Transaction><RetailStoreID>")).toBe(true);
    expect(cut.endsWith("</RetailTransaction></Transaction>")).toBe(true);
    expect(found?.byteStart).toBe(28);
  });

  test("a transaction cut out of its file reads as in its file", () => {
    const bytes = fixture("change-v6");
    const whole = readPieces(bytes).transactions;
    const second = whole[1];
    if (second === undefined) throw new Error("the fixture has three tickets");
    const transactions: unknown[] = [];
    const chunk = { ...settings, fragment: true, firstOrdinal: second.ordinal };
    const reader = poslogFormat.open(chunk, { transaction: (found) => void transactions.push(found) });
    reader.push(bytes.subarray(second.byteStart, second.byteEnd), second.byteStart);
    reader.end();
    expect(transactions).toEqual([{ ...second, adjacent: false }]);
  });

  test("a byte order mark is no content", () => {
    const plain = readText(oneTicket(mug() + cash("12.95"))).transactions[0];
    const marked = readText(`\uFEFF${oneTicket(mug() + cash("12.95"))}`).transactions[0];
    expect(marked?.document).toEqual(plain?.document);
    expect(marked?.byteStart).toBe(11);
  });

  test("markup of the file between two transactions keeps them from one run of bytes", () => {
    const ticket = oneTicket(mug() + cash("12.95")).slice(8, -9);
    const read = readText(`<POSLog><Batch>${ticket} ${ticket}</Batch><Batch>${ticket}</Batch></POSLog>`);
    expect(read.transactions.map(({ adjacent }) => adjacent)).toEqual([false, true, false]);
  });

  test("control totals are handed on as they are stated", () => {
    const batch = "<Batch><BatchID>9</BatchID><TransactionCount>12</TransactionCount><TransactionAmount>1.00</TransactionAmount></Batch>";
    expect(readText(`<POSLog>${batch}</POSLog>`).batches).toEqual([{ transactionCount: "12", transactionAmount: "1.00" }]);
  });
});

describe("a damaged file", () => {
  test("gives everything before the damage, then says where and what", () => {
    const read = readPieces(fixture("truncated"));
    expect(read.transactions.map(({ document, issues }) => `${document?.source} ${issues.length}`)).toEqual([
      "pos:101:ticket:2.2026-11-27.61 0",
      "pos:101:ticket:2.2026-11-27.62 1",
      `pos:drop:ticket:${"f".repeat(64)}.2 1`,
    ]);
    expect(failure(read).code).toBe("malformed");
    expect(failure(read).byteOffset).toBe(2241);
    expect(failure(read).message).toMatch(/^byte 2241, line \d+, column \d+: unclosed tag: .*Ask the store system for the file again\.$/s);
  });

  test("does not give a transaction that is closed by another name", () => {
    const read = readText(oneTicket(mug() + cash("12.95")).replace("</Transaction>", "</POSLog>"));
    expect(read.transactions).toEqual([]);
    expect(failure(read).code).toBe("malformed");
  });

  test("cut anywhere, it gives a part of the whole and ends with the typed error", () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.double({ min: 0, max: 1, noNaN: true }), (name, share) => {
        const bytes = fixture(name);
        const end = Math.floor(share * (bytes.length - 12));
        const whole = readPieces(bytes).transactions;
        const part = readPieces(bytes.subarray(0, end));
        expect(part.error).toBeInstanceOf(UnreadablePosFile);
        expect(part.transactions).toEqual(whole.slice(0, part.transactions.length));
      }),
      { numRuns: 80 },
    );
  });

  test("with any bytes changed, nothing but the typed error ends the reading", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 8 }),
        (name, changes) => {
          const bytes = Uint8Array.from(fixture(name));
          for (const [share, value] of changes) bytes[Math.floor(share * (bytes.length - 1))] = value;
          const { error } = readPieces(bytes);
          expect(error === undefined || error instanceof UnreadablePosFile).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test.each([
    ["another root", "<html><body/></html>", "not-poslog"],
    ["no XML at all", "store;register;total\n101;2;12.95\n>", "malformed"],
    ["nothing", "", "malformed"],
    ["another encoding by name", '<?xml version="1.0" encoding="ISO-8859-1"?><POSLog/>', "encoding"],
    ["its own entities", '<!DOCTYPE POSLog [<!ENTITY a "aaaa">]><POSLog>&a;</POSLog>', "doctype"],
    ["an entity that XML does not have", "<POSLog>&nbsp;</POSLog>", "malformed"],
    ["nesting without end", `<POSLog>${"<a>".repeat(70)}`, "too-deep"],
    ["no markup in a megabyte", `<POSLog>${"x".repeat(1_100_000)}`, "too-large"],
    ["text without end that looks like markup", `<POSLog>${">".repeat(1_100_000)}`, "too-large"],
  ])("%s is refused by name", (_name, text, code) => {
    expect(failure(readText(text)).code).toBe(code);
  });

  test("UTF-16 is refused by name, with and without its mark", () => {
    const utf16 = Uint8Array.from("<POSLog/>".split("").flatMap((character) => [character.charCodeAt(0), 0]));
    expect(failure(readPieces(utf16)).code).toBe("encoding");
    expect(failure(readPieces(Uint8Array.of(0xff, 0xfe, ...utf16))).code).toBe("encoding");
  });

  test("bytes that are not UTF-8 end the reading there", () => {
    const bytes = encode(oneTicket(mug() + cash("12.95")));
    bytes[300] = 0xe9;
    expect(failure(readPieces(bytes)).code).toBe("encoding");
  });

  test("a plain DOCTYPE is no danger", () => {
    expect(readText(`<!DOCTYPE POSLog SYSTEM "poslog.dtd">${oneTicket(mug() + cash("12.95"))}`).transactions).toHaveLength(1);
  });

  test("the five entities of XML and CDATA are read", () => {
    const item = mug("<Description>A &amp; B <![CDATA[<C>]]></Description>");
    const [found] = readText(oneTicket(item + cash("12.95"))).transactions;
    expect(found?.document?.events[0]).toMatchObject({ lines: [{ description: "A & B <C>" }] });
  });
});

describe("bounds of one ticket", () => {
  test("a ticket above a megabyte is held by name, and the next one is read", () => {
    const big = oneTicket(mug() + cash("12.95") + `<Customer>${"<Note>n</Note>".repeat(80_000)}</Customer>`).slice(0, -9);
    const read = readText(`${big}${oneTicket(mug() + cash("12.95")).slice(8)}`);
    expect(read.transactions.map(({ issues }) => issues.map(({ class: name }) => name))).toEqual([["transport.too-large"], []]);
  });

  test("a ticket above 5,000 lines is held by name", () => {
    const lines = "<LineItem><Sale/></LineItem>".repeat(5_001);
    expect(readText(oneTicket(lines)).transactions[0]?.issues).toMatchObject([{ class: "transport.too-large", code: "ticket" }]);
  });
});
