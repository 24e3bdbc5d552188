import { emptyStockLevel, type StockLevel } from "./moving-average.ts";

export interface LevelAt {
  readonly item: string;
  readonly location: string;
  readonly level: StockLevel;
}

/** What is at each location of each item while documents are planned, one after the other, that start from what the one before left. */
export interface StockLevels {
  /** Empty where nothing was ever booked. */
  get(item: string, location: string): StockLevel;
  set(item: string, location: string, level: StockLevel): void;
  /** Plans one document. One that cannot be planned, because it throws, leaves no trace: the next one starts from what was there before it. */
  planning<T>(plan: () => T): T;
}

export function createStockLevels(read: Iterable<LevelAt>): StockLevels {
  const nameOf = (item: string, location: string) => JSON.stringify([item, location]);
  let levels = new Map([...read].map(({ item, location, level }) => [nameOf(item, location), level]));
  return {
    get: (item, location) => levels.get(nameOf(item, location)) ?? emptyStockLevel,
    set: (item, location, level) => void levels.set(nameOf(item, location), level),
    planning(plan) {
      const before = levels;
      levels = new Map(before);
      try {
        return plan();
      } catch (error) {
        levels = before;
        throw error;
      }
    },
  };
}
