export type { Issue, IssuePart, IssueQueue, TransferPrice } from "./issues.ts";
export { takeBack } from "./issues.ts";
export type { StockChange, StockLevel } from "./moving-average.ts";
export { emptyStockLevel, movedStock, reversedStock } from "./moving-average.ts";
export { formatQuantity, parseQuantity } from "./quantity.ts";
export type { LevelAt, StockLevels } from "./stock-levels.ts";
export { createStockLevels } from "./stock-levels.ts";
