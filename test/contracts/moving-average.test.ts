import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as domain from "#domain/inventory";
import * as sandbox from "../../sandbox-erp/moving-average.ts";

type StockLevel = domain.StockLevel;
const { emptyStockLevel } = domain;
const pieces = (count: number) => count * 1_000_000;

// The sandbox ERP imports nothing of the product, so that it is a witness of its own: each has its arithmetic, and both give these figures.
describe.each([
  { whose: "the sandbox ERP's", moveStock: sandbox.moveStock, reverseStock: sandbox.reverseStock },
  { whose: "that of the hub for ERPs without one", moveStock: domain.movedStock, reverseStock: domain.reversedStock },
])("moving-average cost: $whose", ({ moveStock, reverseStock }) => {
  /** Plays movements of [pieces, given cost?] and gives the cost of each and the level at the end. */
  function play(...movements: readonly (readonly [number, number?])[]) {
    let level: StockLevel = emptyStockLevel;
    const costs: number[] = [];
    let revaluation = 0;
    for (const [count, cost] of movements) {
      const change = moveStock(level, pieces(count), cost);
      level = change.level;
      costs.push(change.cost);
      revaluation += change.revaluation;
    }
    return { level, costs, revaluation, quantity: level.quantity / 1_000_000, value: level.value };
  }

  describe("what moves", () => {
    it("mixes receipts and issues at the average: 10 at 1.00 and 10 at 2.00, then one at 1.50", () => {
      expect(play([10, 1000], [10, 2000], [-1])).toMatchObject({ costs: [1000, 2000, 150], quantity: 19, value: 2850, revaluation: 0 });
    });

    it("rounds half away from zero: 3 pieces worth 5 cost 2, then 2 (1.5), then 1", () => {
      expect(play([3, 5], [-1], [-1], [-1])).toMatchObject({ costs: [5, 2, 2, 1], quantity: 0, value: 0 });
    });

    it("takes the whole remaining value with the last piece, so that value never strands", () => {
      expect(play([3, 100], [-1], [-2])).toMatchObject({ costs: [100, 33, 67], quantity: 0, value: 0 });
    });

    it("keeps the last average while stock is negative: 1 piece at 7.00, 3 issued at 21.00", () => {
      expect(play([1, 700], [-3], [-1])).toMatchObject({ costs: [700, 2100, 700], quantity: -3, value: -2100, revaluation: 0 });
    });

    it("brings negative stock back at the value it was carried at and shows the difference as revaluation", () => {
      // 5 short at 10.00 each = -50.00; 8 arrive for 96.00 (12.00 each): 5 cover at 50.00 carried though they cost 60.00, 3 stay at 36.00.
      expect(play([5, 5000], [-10], [8, 9600])).toMatchObject({ costs: [5000, 10000, 9600], quantity: 3, value: 3600, revaluation: 1000 });
    });

    it("settles a part of negative stock by its share of the negative value", () => {
      // -3 carried at -10 (one third is 3.33 -> 3); one arrives for 5: inventory +3, revaluation +2.
      const level: StockLevel = { quantity: pieces(-3), value: -10, averageValue: 10, averageQuantity: pieces(3) };
      expect(moveStock(level, pieces(1), 5)).toMatchObject({
        level: { quantity: pieces(-2), value: -7 },
        cost: 5,
        inventoryChange: 3,
        revaluation: 2,
      });
    });

    it("receives at the current average without a given cost, also into negative stock and then without revaluation", () => {
      expect(play([4, 1000], [2])).toMatchObject({ costs: [1000, 500], quantity: 6, value: 1500 });
      expect(play([4, 1000], [-6], [3])).toMatchObject({ costs: [1000, 1500, 750], quantity: 1, value: 250, revaluation: 0 });
    });

    it("issues what was never received at cost 0", () => {
      expect(play([-2])).toMatchObject({ costs: [0], quantity: -2, value: 0 });
    });

    it("issues at a given cost, and moves what would strand to revaluation", () => {
      // 2 pieces worth 20.00 go back to the vendor for 25.00: nothing is left, 5.00 too much was taken out of inventory.
      expect(play([2, 2000], [-2, 2500])).toMatchObject({ costs: [2000, 2500], quantity: 0, value: 0, revaluation: -500 });
    });

    it("is exact beyond the range where doubles multiply exactly", () => {
      // Half of 9,000,000,000.01 is 4,500,000,000.005, and half a cent goes up; in doubles it would come out just below.
      expect(play([4, 900_000_000_001], [-2])).toMatchObject({ costs: [900_000_000_001, 450_000_000_001], value: 450_000_000_000 });
    });

    it("refuses a quantity beyond the exact range", () => {
      const level = { ...emptyStockLevel, quantity: Number.MAX_SAFE_INTEGER };
      expect(() => moveStock(level, 1, 0)).toThrow(RangeError);
    });

    it("keeps value and quantity of one sign, and costs equal to bookings, whatever happens", () => {
      const movement = fc.record({
        quantity: fc.integer({ min: -9_000_000, max: 9_000_000 }).filter((quantity) => quantity !== 0),
        cost: fc.option(fc.integer({ min: 0, max: 100_000 }), { nil: undefined }),
        reverse: fc.boolean(),
      });
      fc.assert(
        fc.property(fc.array(movement, { maxLength: 40 }), (movements) => {
          let level: StockLevel = emptyStockLevel;
          let booked = 0;
          for (const { quantity, cost, reverse } of movements) {
            const done = moveStock(level, quantity, cost);
            const steps = [done];
            if (reverse) steps.push(reverseStock(done.level, { quantity, cost: done.cost, inventoryChange: done.inventoryChange }));
            for (const [index, step] of steps.entries()) {
              booked += step.inventoryChange;
              expect(step.level.value).toBe(booked);
              expect(Math.sign(step.level.value) * Math.sign(step.level.quantity)).toBeGreaterThanOrEqual(0);
              if (step.level.quantity === 0) expect(step.level.value).toBe(0);
              const outwards = index === 0 ? quantity < 0 : quantity > 0;
              expect(step.inventoryChange + step.revaluation).toBe(outwards ? 0 - step.cost : step.cost);
            }
            level = steps.at(-1)!.level;
          }
        }),
      );
    });
  });

  describe("taking a movement back", () => {
    it("brings an issue back at its original cost, not at the average of the day", () => {
      // 10 at 1.00; issue 4 (4.00); receive 6 at 3.00 (12 worth 24.00); the 4 come back for 4.00.
      const level: StockLevel = { quantity: pieces(12), value: 2400, averageValue: 2400, averageQuantity: pieces(12) };
      expect(reverseStock(level, { quantity: pieces(-4), cost: 400, inventoryChange: -400 })).toMatchObject({
        level: { quantity: pieces(16), value: 2800 },
        cost: 400,
        inventoryChange: 400,
        revaluation: 0,
      });
    });

    it("restores quantity and value when nothing came in between, also where a revaluation was booked", () => {
      const level: StockLevel = { quantity: pieces(-5), value: -5000, averageValue: 5000, averageQuantity: pieces(5) };
      const receipt = moveStock(level, pieces(8), 9600);
      expect(receipt).toMatchObject({ inventoryChange: 8600, revaluation: 1000 });
      expect(reverseStock(receipt.level, { quantity: pieces(8), cost: 9600, inventoryChange: 8600 })).toMatchObject({
        level: { quantity: pieces(-5), value: -5000 },
        inventoryChange: -8600,
        revaluation: -1000,
      });
    });

    it("moves value that would be left without quantity to revaluation", () => {
      // 4 pieces on hand are worth 20.00; a receipt of 4 for 48.00 is taken back.
      const level: StockLevel = { quantity: pieces(4), value: 2000, averageValue: 2000, averageQuantity: pieces(4) };
      expect(reverseStock(level, { quantity: pieces(4), cost: 4800, inventoryChange: 4800 })).toMatchObject({
        level: { quantity: 0, value: 0 },
        inventoryChange: -2000,
        revaluation: -2800,
      });
    });
  });
});
