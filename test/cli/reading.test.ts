import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { main } from "#cli";
import { createTerminal } from "../../cli/terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "throughline-reading-"));
let demo: string;

/** What a person reads on a terminal of this width. */
async function read(columns: number, ...words: string[]): Promise<string> {
  let text = "";
  const stdout = { columns, write: (part: string) => (text += part) };
  expect(await main([...words, "--data", folder], createTerminal(stdout, { write: () => {} }))).toBe(0);
  return text;
}

beforeAll(async () => {
  demo = await read(80, "demo");
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const section = (text: string, title: string): string[] => {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.startsWith(title));
  const end = lines.findIndex((_line, index) => index > start + 1 && lines[index + 1]?.startsWith("══"));
  return lines.slice(start, end < 0 ? undefined : end - 1);
};

describe("the demo's report on a terminal of 80 columns", () => {
  test("no prose is wider, but for ids that cannot be broken, and no table of figures beyond 134 columns", () => {
    const id = /^ {4}\S+\/X#\S+$/;
    // Prose in a column goes on below its first line, indented.
    const tableRow = /^─[─ ]+$|\S {2,}\S|^ {20}/;
    const widthOf = (line: string) => (tableRow.test(line) ? 134 : 80);
    expect(demo.split("\n").filter((line) => line.length > widthOf(line) && !id.test(line))).toEqual([]);
  });

  test("tells what became of each thing that the day is told by, none of them unknown", () => {
    expect(demo).not.toContain("nothing on record");
    expect(demo).toMatch(/#1022 .*held, 1 document/);
    expect(demo).toMatch(/#1017 .*settled, \d documents/);
  });

  test("the trial balance has both sides, names the side of each balance and ties", () => {
    const lines = section(demo, "Trial balance US2");
    expect(lines[0]).toBe("Trial balance US2, Fernwick & Vale Stores LLC, in USD");
    expect(lines[2]).toMatch(/^account {2}name +debit +credit +balance$/);
    expect(lines.find((line) => line.startsWith("1010"))).toMatch(/^1010 +Bank, operating account +42,100\.00 +42,100\.00 Dr$/);
    expect(lines.find((line) => line.startsWith("3000"))).toMatch(/^3000 +Members' equity +52,788\.40 +52,788\.40 Cr$/);
    expect(lines.at(-1)).toMatch(/^ +Total +([\d,]+\.\d\d) +\1 +ties$/);
  });

  test("each exception says what, what to do, whose and by when, in UTC", () => {
    const lines = section(demo, "Exceptions: 11 open");
    const at = lines.indexOf("ERROR     data.unmapped / item");
    expect(lines.slice(at, at + 9)).toEqual([
      "ERROR     data.unmapped / item",
      expect.stringMatching(/^ {4}integration, due \d{4}-\d\d-\d\d \d\d:\d\d UTC$/),
      expect.stringMatching(/^ {4}item GAR-BIRDBATH is not in the item policy\./),
      expect.any(String),
      expect.stringMatching(/^ {2}→ Add the mapping to the policy files/),
      expect.any(String),
      "    by itself.",
      "    The hub closes it when its cause is gone.",
      expect.stringMatching(/^ {4}sale:shopify:fernwick-vale\.myshopify\.com:6120000001022\/X#data\.unmapped#[0-9a-f]{16}#0001$/),
    ]);
  });

  test("the lineage goes from the order's events to account lines and pieces", () => {
    const lines = section(demo, "Lineage of #1002");
    expect(lines).toContain("    2026-11-27 15:41:01  payment.captured:7280000010021");
    expect(lines.join("\n")).toMatch(/\n {6}1210 {5}payment-clearing +207\.08 +gateway/);
    expect(lines.join("\n")).toMatch(/\n {6} {4}-2 {2}LIG-CANDLE-SOY {2}store-boston {2}11\.80/);
  });
});

test("with more room the lineage also tells when each event was received, and the hash of its body", async () => {
  expect(await read(140, "lineage", "#1001")).toMatch(/happened +event +remark +received +raw body\n/);
});

test("journals stand with debit and credit in columns of their own, a zero as nothing", async () => {
  const text = await read(100, "report", "journals", "--transaction", "#1021");
  expect(text).toMatch(/^FVC-\d{6} {2}US1 {2}posted 2026-11-27 {2}USD {2}policy [0-9a-f]{8}\nsale:shopify:/);
  expect(text).not.toMatch(/ 0\.00/);
});

test("an inventory is in the order of entity, location and item", async () => {
  const rows = (await read(100, "report", "inventory")).trim().split("\n").slice(2);
  const keys = rows.map((row) => row.split(/ +/).slice(0, 3).join(" "));
  expect(keys).toEqual([...keys].sort());
  expect(keys[0]).toBe("CA1 store-toronto GAR-GLOVES-M");
});

test("an empty desk and an empty report say so", async () => {
  expect(await read(80, "report", "journals", "--date", "2020-01-01")).toBe("Nothing to report.\n");
  expect(await read(80, "exceptions", "--class", "period.closed")).toBe("No open exceptions.\n");
});
