import { describe, expect, test } from "vitest";
import { grouped, table, wrap } from "../../cli/table.ts";
import { createTerminal } from "../../cli/terminal.ts";

describe("a table", () => {
  test("sets numbers to the right under their title, and ends no line in spaces", () => {
    expect(
      table(
        [{ title: "account" }, { title: "debit", align: "right" }, { title: "remark" }],
        [
          ["1010", "36,750.00", ""],
          ["1060", "22.55", "counted"],
        ],
      ),
    ).toBe(["account      debit  remark", "───────  ─────────  ───────", "1010     36,750.00", "1060         22.55  counted"].join("\n"));
  });

  test("breaks prose between words to stay within the width, and cuts nothing", () => {
    const text = table(
      [{ title: "id" }, { title: "what", wrap: true }],
      [["#1", "total_price is 134.26 USD and the lines come to 124.26 USD"]],
      30,
    );
    expect(text.split("\n").slice(2)).toEqual(["#1  total_price is 134.26 USD", "    and the lines come to", "    124.26 USD"]);
  });

  test("leaves identifiers whole, also where they are wider than the terminal", () => {
    const id = "sale:shopify:fernwick-vale.myshopify.com:6120000001002";
    expect(table([{ title: "transaction" }], [[id]], 40)).toContain(id);
  });

  test("keeps a column of prose narrow where it is told to, although there is room", () => {
    const text = table([{ title: "what", wrap: true, widthMax: 10 }, { title: "so" }], [["the same webhook twice", "x"]], 140);
    expect(text.split("\n").slice(2)).toEqual(["the same    x", "webhook", "twice"]);
  });
});

test("a word that is longer than the width has a line of its own", () => {
  expect(wrap("see file:pos:4d976972c355841d for it", 10)).toEqual(["see", "file:pos:4d976972c355841d", "for it"]);
});

test.each([
  ["0.00", "0.00"],
  ["999.99", "999.99"],
  ["1000.00", "1,000.00"],
  ["-1234567.8", "-1,234,567.8"],
  ["1234567", "1,234,567"],
  ["1234.5678", "1,234.5678"],
])("%s is read as %s", (amount, text) => {
  expect(grouped(amount)).toBe(text);
});

describe("the terminal", () => {
  function streams(isTTY: boolean) {
    const written: string[] = [];
    const stream = (name: string) => ({ isTTY, columns: 20, write: (text: string) => written.push(`${name} ${JSON.stringify(text)}`) });
    return { written, terminal: createTerminal(stream("out"), stream("err")) };
  }

  test("shows progress in place for a person, cut to the line, and clears it before anything else is said", () => {
    const { written, terminal } = streams(true);
    terminal.progress("posting: 4 messages left of many");
    terminal.print("done");
    terminal.clear();
    expect(written).toEqual(['err "\\r\\u001b[2Kposting: 4 messages"', 'err "\\r\\u001b[2K"', 'out "done\\n"']);
  });

  test("is silent about progress for a program", () => {
    const { written, terminal } = streams(false);
    terminal.progress("posting: 4 messages left");
    terminal.clear();
    terminal.note("a note");
    expect(written).toEqual(['err "a note\\n"']);
  });
});
