import { expect, test } from "vitest";
import { weighRefund } from "#domain/returns";

const refund = { value: 100, money: 100, fees: 0, unpaid: 0, overpaid: 0, amountOnly: false, moneyLater: false, discrepancyStated: false };

test.each([
  ["money that answers the value", {}, { kind: "settled", concession: 0 }],
  ["less money, as the shop keeps a fee", { money: 90, fees: 10 }, { kind: "settled", concession: 0 }],
  ["less money than the value without a reason", { money: 90 }, { kind: "mismatch", difference: 10 }],
  ["less money, as the rest was never paid", { money: 90, unpaid: 10 }, { kind: "settled", concession: 0 }],
  ["less money than even that explains", { money: 85, unpaid: 10 }, { kind: "mismatch", difference: 5 }],
  ["no money named at all: it comes with another refund", { money: 0, moneyLater: true }, { kind: "settled", concession: 0 }],
  ["more money, which was paid beyond the order's worth", { money: 130, overpaid: 30 }, { kind: "settled", concession: 0 }],
  ["more money than that without a reason", { money: 135, overpaid: 30 }, { kind: "mismatch", difference: -5 }],
  [
    "more money, as the channel states a discrepancy",
    { money: 135, overpaid: 30, discrepancyStated: true },
    { kind: "settled", concession: 5 },
  ],
  ["money alone, as goodwill", { value: 0, money: 20, amountOnly: true }, { kind: "settled", concession: 20 }],
  ["money alone, of what was overpaid", { value: 0, money: 20, overpaid: 50, amountOnly: true }, { kind: "settled", concession: 0 }],
])("%s", (_, change, expected) => {
  expect(weighRefund({ ...refund, ...change })).toEqual(expected);
});
