import type { Book } from "./book.ts";
import type { StockLevel } from "./moving-average.ts";

/** Stock levels as they are after the movements of a document so far. */
export interface RunningLevels {
  get(item: string, location: string): StockLevel;
  set(item: string, location: string, level: StockLevel): void;
}

export function runningLevels(book: Book, company: string): RunningLevels {
  const changed = new Map<string, StockLevel>();
  // Neither name can hold a control character.
  const id = (item: string, location: string) => `${item}\n${location}`;
  return {
    get: (item, location) => changed.get(id(item, location)) ?? book.level(company, item, location),
    set: (item, location, level) => void changed.set(id(item, location), level),
  };
}
