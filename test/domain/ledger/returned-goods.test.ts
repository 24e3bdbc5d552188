import { describe, expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import type { Issue, IssuePart } from "#domain/inventory";
import type { RefundedAmount } from "../../../domain/ledger/orders/refund-value.ts";
import { type HeldPart, OrderReturns, ReturnedGoods } from "../../../domain/ledger/orders/returned-goods.ts";

const issue = { movement: "A" } as Issue;
/** So many units of one issue, from the one that is named on. */
const part = (from: number, quantityMillionths: number): IssuePart => ({ issue, from, quantityMillionths });
/** "1+2 shrink": two units from the second one on, and where their cost was. */
const parts = (given: readonly (IssuePart | HeldPart)[]) =>
  given.map((each) => `${each.from}+${each.quantityMillionths}${"holding" in each ? ` ${each.holding}` : ""}`);
/** Back and not refunded, refunded and not back, of these expected, authorised and neither. */
const standing = (goods: ReturnedGoods) => [goods.acceptedUnits, goods.awayUnits, goods.expectedUnits, goods.authorisedUnits];
const refund = (goods: ReturnedGoods, units: number, given: readonly IssuePart[], putBack: boolean, returnId?: string) => {
  const { restocked, expected } = goods.refund(units, given, { putBack, returnId });
  return { restocked: parts(restocked), expected: parts(expected) };
};

describe("goods that are back before their refund", () => {
  const amount = (net: number): RefundedAmount => ({ net, collected: new Map() });
  const share = ({ net }: RefundedAmount, units: number, whole: number) => amount((net * units) / whole);
  const minus = (one: RefundedAmount, other: RefundedAmount) => amount(one.net - other.net);

  test("are refunded in the order in which they came, for what their receipt reversed, and never twice", () => {
    const goods = new ReturnedGoods(5);
    goods.accept(2, amount(100), undefined);
    goods.accept(3, amount(300), undefined);
    const refunded = (units: number) => goods.refundAccepted(units, share, minus).map(({ net }) => net);
    expect([standing(goods), refunded(1), standing(goods)]).toEqual([[5, 0, 0, 0], [50], [4, 0, 0, 0]]);
    expect([refunded(3), standing(goods)]).toEqual([
      [50, 200],
      [1, 0, 0, 0],
    ]);
    expect([refunded(5), standing(goods), refunded(1)]).toEqual([[100], [0, 0, 0, 0], []]);
  });

  test("are expected under their return no more, and none of the receipts that are to come", () => {
    const goods = new ReturnedGoods(3);
    goods.authorise("R1", 2, 2);
    goods.authorise("R2", 1, 3);
    goods.accept(1, amount(100), "R2");
    expect(standing(goods)).toEqual([1, 0, 0, 2]);
    goods.accept(1, amount(100), "R2");
    expect(standing(goods)).toEqual([2, 0, 0, 1]);
    // One receipt of three is still to come: one of these two comes back by it.
    expect(refund(goods, 2, [part(0, 2)], true)).toEqual({ restocked: ["1+1"], expected: ["0+1 cogs"] });
  });
});

describe("goods that are refunded before they are back", () => {
  test("go back into stock with their refund where it says so, but for those that a receipt brings", () => {
    const goods = new ReturnedGoods(1);
    expect(refund(goods, 3, [part(0, 2), part(2, 1)], true)).toEqual({ restocked: ["1+1", "2+1"], expected: [] });
    expect(standing(goods)).toEqual([0, 1, 1, 0]);
    expect(parts(goods.receive(1, "expected", undefined))).toEqual(["0+1 cogs"]);
    expect(standing(goods)).toEqual([0, 0, 0, 0]);
    expect(refund(goods, 1, [part(3, 1)], true)).toEqual({ restocked: ["3+1"], expected: [] });
  });

  test("are expected as far as a return is authorised, and lost or not when that ends", () => {
    const goods = new ReturnedGoods(0);
    expect(goods.authorise("R1", 2, 5)).toEqual([]);
    expect(standing(goods)).toEqual([0, 0, 0, 2]);
    expect(refund(goods, 3, [part(0, 3)], false, "R1")).toEqual({ restocked: [], expected: ["0+2 cogs"] });
    expect(standing(goods)).toEqual([0, 3, 2, 0]);
    expect(parts(goods.lose(1, "R1"))).toEqual(["0+1 return-asset"]);
    expect(standing(goods)).toEqual([0, 3, 1, 0]);
    expect(parts(goods.close("R2"))).toEqual([]);
    expect(parts(goods.close("R1"))).toEqual(["1+1 return-asset"]);
    expect(standing(goods)).toEqual([0, 3, 0, 0]);
    expect(goods.receive(3, "expected", undefined)).toEqual([]);
    expect(parts(goods.receive(3, "kept", undefined))).toEqual(["2+1 cogs", "0+1 shrink", "1+1 shrink"]);
    expect(standing(goods)).toEqual([0, 0, 0, 0]);
  });

  test("are in cost of goods again when their return is cancelled", () => {
    const goods = new ReturnedGoods(2);
    goods.authorise("R1", 1, 2);
    // Both come back by a receipt: one under the return, one under none.
    expect(refund(goods, 2, [part(0, 2)], true, "R1")).toEqual({ restocked: [], expected: ["0+1 cogs"] });
    expect(standing(goods)).toEqual([0, 2, 2, 0]);
    expect(parts(goods.cancel("R1"))).toEqual(["0+1 return-asset"]);
    expect(standing(goods)).toEqual([0, 2, 1, 0]);
    expect(parts(goods.receive(2, "expected", "R1"))).toEqual(["1+1 cogs"]);
    expect(parts(goods.receive(2, "kept", "R1"))).toEqual(["0+1 cogs"]);
  });

  test("that never come are lost where they were an asset, and are just not expected elsewhere", () => {
    const goods = new ReturnedGoods(2);
    goods.authorise("R1", 1, 1);
    refund(goods, 1, [part(0, 1)], false, "R1");
    refund(goods, 1, [part(1, 1)], true);
    expect(standing(goods)).toEqual([0, 2, 2, 0]);
    expect(parts(goods.lose(2, undefined))).toEqual(["0+1 return-asset"]);
    expect(standing(goods)).toEqual([0, 2, 0, 0]);
    expect(parts(goods.receive(2, "kept", undefined))).toEqual(["0+1 shrink", "1+1 cogs"]);
  });

  test("that never come and were not refunded are none of the receipts, and not expected under their return", () => {
    const goods = new ReturnedGoods(3);
    goods.authorise("R1", 2, 2);
    goods.authorise("R2", 1, 3);
    expect(goods.lose(2, "R2")).toEqual([]);
    expect(standing(goods)).toEqual([0, 0, 0, 1]);
    expect(refund(goods, 2, [part(0, 2)], true)).toEqual({ restocked: ["1+1"], expected: ["0+1 cogs"] });
  });

  test("are expected from then on when a return is authorised for them, without a part where nothing was in stock", () => {
    const goods = new ReturnedGoods(0);
    expect(refund(goods, 3, [part(0, 2)], false)).toEqual({ restocked: [], expected: [] });
    expect(standing(goods)).toEqual([0, 3, 0, 0]);
    expect(parts(goods.authorise("R1", 3, 0))).toEqual(["0+2 cogs"]);
    expect(standing(goods)).toEqual([0, 3, 3, 0]);
    expect(goods.authorise("R2", 2, 1)).toEqual([]);
    expect(standing(goods)).toEqual([0, 3, 3, 1]);
    expect(parts(goods.receive(2, "expected", "R1"))).toEqual(["0+2 return-asset"]);
    expect(goods.receive(1, "expected", "R2")).toEqual([]);
    expect(standing(goods)).toEqual([0, 0, 0, 1]);
  });

  test("are those of their own return first, and then of whichever comes", () => {
    const goods = new ReturnedGoods(0);
    goods.authorise("R1", 1, 2);
    goods.authorise("R2", 2, 2);
    expect(standing(goods)).toEqual([0, 0, 0, 2]);
    expect(refund(goods, 2, [part(0, 2)], false, "R2").expected).toEqual(["0+1 cogs", "1+1 cogs"]);
    expect(parts(goods.receive(1, "expected", "R1"))).toEqual(["1+1 return-asset"]);
    expect(parts(goods.receive(1, "expected", undefined))).toEqual(["0+1 return-asset"]);
  });

  test("of one return that ends are no longer authorised, and those of another one are", () => {
    const goods = new ReturnedGoods(0);
    goods.authorise("R1", 1, 3);
    goods.authorise("R2", 2, 3);
    expect(goods.cancel("R1")).toEqual([]);
    expect(standing(goods)).toEqual([0, 0, 0, 2]);
    refund(goods, 1, [part(0, 1)], false, "R2");
    expect(parts(goods.cancel("R1"))).toEqual([]);
    expect(standing(goods)).toEqual([0, 1, 1, 1]);
  });

  test("come back in parts of what was expected together", () => {
    const goods = new ReturnedGoods(0);
    goods.authorise("R1", 5, 5);
    refund(goods, 5, [part(0, 3), part(7, 2)], false, "R1");
    expect(parts(goods.receive(2, "expected", "R1"))).toEqual(["0+2 return-asset"]);
    expect(standing(goods)).toEqual([0, 3, 3, 0]);
    expect(parts(goods.receive(2, "expected", "R1"))).toEqual(["2+1 return-asset", "7+1 return-asset"]);
    expect(parts(goods.receive(9, "expected", "R1"))).toEqual(["8+1 return-asset"]);
    expect(standing(goods)).toEqual([0, 0, 0, 0]);
  });
});

describe("the returns of an order", () => {
  const received = (lineId: string | undefined, quantityMillionths: number, disposition = "restocked"): BusinessEvent =>
    ({ name: "return.received", lineId, quantityMillionths, disposition }) as unknown as BusinessEvent;

  test("expect of each line what all its receipts bring, whatever is still being looked at", () => {
    const cancelled = { ...received("A", 9), name: "return.authorized" } as unknown as BusinessEvent;
    const returns = new OrderReturns([
      received("A", 1),
      received("A", 1, "missing"),
      received("A", 5, "processing"),
      received(undefined, 7),
      cancelled,
    ]);
    expect(refund(returns.line("A"), 3, [part(0, 3)], true).restocked).toEqual(["2+1"]);
    expect(refund(returns.line("B"), 3, [part(0, 3)], true).restocked).toEqual(["0+3"]);
    expect(returns.line("A").awayUnits).toBe(2);
    expect(returns.lines().map(({ awayUnits }) => awayUnits)).toEqual([2, 0]);
  });

  test("keep the fees that were agreed until they are kept, by the return or by any of its lines", () => {
    const returns = new OrderReturns([]);
    const fees = (...lineIds: string[]) => ({ lineIds, fees: [{ reason: "restocking", amount: 500 }] });
    returns.agree("R1", fees("A", "B"));
    returns.agree("R2", fees("C"));
    returns.agree("R3", { lineIds: ["A"], fees: [] });
    const of = (returnId: string | undefined, ...lines: string[]) => [...returns.feesFor(returnId, new Set(lines)).keys()];
    expect([of("R1"), of("R2", "A"), of("R3", "A")]).toEqual([["R1"], ["R2"], []]);
    expect([of(undefined, "B"), of(undefined, "C", "A"), of(undefined)]).toEqual([["R1"], ["R1", "R2"], []]);
    returns.endFees("R1");
    expect([of("R1"), of(undefined, "A", "C")]).toEqual([[], ["R2"]]);
  });
});
