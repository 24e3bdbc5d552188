import { describe, expect, test } from "vitest";
import { mt940 } from "#adapters/banks/mt940";
import { readBankFile } from "../contracts/bank-statement-contract.ts";

const read = (lines: readonly string[]) => readBankFile(mt940, {}, new TextEncoder().encode(`${lines.join("\n")}\n`));
const amounts = (lines: readonly string[]) => {
  const { lines: found, problems, error } = read(lines);
  return { amounts: found.map(({ amount }) => amount), problems: problems.length, error: error?.code };
};

/** Customs that banks are known to have, in statements of our own. */
describe("MT940 as banks write it", () => {
  const message = (amount: string) => [
    ":20:REF",
    ":25:517852257",
    ":28:19321/1",
    `:60F:C261122EUR100,`,
    `:61:2611241124D${amount},N426NONREF`,
  ];

  test("type and BIC on lines of their own before each message are no text of a statement", () => {
    const header = ["ABNANL2A", "940", "ABNANL2A"];
    const one = [...message("9"), ":86:BEA NR:1", ":62F:C261124EUR91,", "-"];
    expect(amounts([...header, ...one, ...header, ...one.map((line) => line.replace("19321", "19322"))])).toEqual({
      amounts: [-900, -900],
      problems: 0,
      error: undefined,
    });
  });

  test("a message type as a field of its own, padded amounts, and a reference on a line of its own", () => {
    const lines = [
      ":940:",
      ":20:940S261101",
      ":25:NL71RABO0123456789",
      ":28C:0",
      ":60F:C261101EUR000000001000,00",
      ":61:261101D000000000025,00N102EREF            ",
      "NL70ABNA0987654321",
      ":86:/EREF/01-11-2026 0030/BENM//NAME/SHOP/REMI/Ref 12/ISDT/2026-11-01",
      ":62F:C261108EUR000000000975,00",
    ];
    expect(amounts(lines)).toEqual({ amounts: [-2500], problems: 0, error: undefined });
  });

  test("a letter of the currency before the amount is no part of it", () => {
    const lines = [
      ":20:S",
      ":25:1",
      ":28C:72",
      ":60F:C261117HUF10,10",
      ":61:261117CF20,00N527",
      "text of the bank",
      ":62F:C261117HUF30,10",
    ];
    expect(amounts(lines)).toEqual({ amounts: [2000], problems: 0, error: undefined });
  });

  test("text between messages that is no header of a bank still holds the file", () => {
    expect(amounts(["Dear customer,", ...message("9"), ":62F:C261124EUR91,", "-"]).problems).toBe(1);
  });
});
