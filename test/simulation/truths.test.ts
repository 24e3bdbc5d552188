import { expect, test } from "vitest";
import { settlementFiles } from "#sample";
import { gatewayTruth } from "../../simulation/gateway-truth.ts";
import { takenBackByTills } from "../../simulation/till-truth.ts";

const pos = (name: string, ...transactions: readonly string[]) =>
  ({ id: name, drop: "pos", name, bytes: new TextEncoder().encode(`<POSLog>${transactions.join("")}</POSLog>`) }) as const;
const ticket = (number: string, content: string) =>
  `<Transaction><UnitID>0101</UnitID><TransactionID>0101-1-${number}-20261127</TransactionID>${content}</Transaction>`;
const lamp =
  '<Return ItemType="Stock"><ItemID>LAMP</ItemID><Quantity>1</Quantity><TransactionLink><TransactionID>#2009</TransactionID></TransactionLink></Return>';
const voided =
  '<TransactionLink ReasonCode="Voided"><WorkstationID>1</WorkstationID><SequenceNumber>16</SequenceNumber><BusinessDayDate>2026-11-27</BusinessDayDate></TransactionLink>';

test("what tills took back is read off their files, once, and not where a post-void names it", () => {
  const [kept, undone] = [ticket("0012", lamp), ticket("0016", lamp)];
  expect(takenBackByTills([pos("a", kept, undone), pos("a again", kept)])).toEqual(new Map([["#2009", new Map([["LAMP", 2]])]]));
  expect(takenBackByTills([pos("void", ticket("0017", `${voided}${lamp}`)), pos("a", kept, undone)])).toEqual(
    new Map([["#2009", new Map([["LAMP", 1]])]]),
  );
});

test("what the gateway kept and paid out and the bank shows is read off their files, once", () => {
  const files = settlementFiles({ plain: false }).map((file) => ({ ...file, drop: "settlement" as const }));
  // Net and fees of the export as a spreadsheet adds them up; the statement shows 2,051.54 and 42.00.
  expect(gatewayTruth([...files, ...files])).toEqual({ fees: 7_623, paidOut: 177_111, banked: 209_354 });
  expect(gatewayTruth([])).toEqual({ fees: 0, paidOut: 0, banked: 0 });
});
