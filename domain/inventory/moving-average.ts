/**
 * Stock of one item at one location, kept at moving-average cost.
 *
 * `value` is the sum of all that was ever booked to inventory for it, so the stock ledger and the inventory account always agree. Its sign is
 * that of `quantity`, and it is 0 when the quantity is 0: value never strands.
 * `averageValue / averageQuantity` is the average when the quantity was last above zero, kept as a fraction so that nothing is rounded twice;
 * 0 / 0 before the first receipt.
 */
export interface StockLevel {
  /** Millionths of the item's unit; negative when more was issued than received. */
  readonly quantity: number;
  /** Minor units of the functional currency. */
  readonly value: number;
  readonly averageValue: number;
  readonly averageQuantity: number;
}

/** What one movement did. inventoryChange + revaluation = the cost, with the sign of the quantity. */
export interface StockChange {
  readonly level: StockLevel;
  /** Total for the whole quantity, not negative: what the counter account takes. */
  readonly cost: number;
  /** Signed change of the inventory account. */
  readonly inventoryChange: number;
  /** Signed change (debit positive) of the inventory-revaluation account. */
  readonly revaluation: number;
}

export const emptyStockLevel: StockLevel = { quantity: 0, value: 0, averageValue: 0, averageQuantity: 0 };

/**
 * Moves stock. `quantity` is signed and not 0; `givenCost` (total, not negative) overrides the average.
 *
 * - An issue costs quantity × average, rounded half away from zero; issuing everything therefore takes the whole value. Below zero, and
 *   while the stock is below zero, the last average stays in force.
 * - A receipt at a given cost adds that cost; without one it comes in at the average.
 * - A receipt into negative stock: the part that covers what was already issued comes in at the value carried for it (its share of the
 *   negative value), the rest at the receipt's own price. What the receipt cost above or below that for the covered part is the
 *   difference between true and assumed cost of goods that have left, and goes to inventory revaluation.
 *   Example: -5 pieces carried at -50; 8 received for 96. Covered 5 at 50, rest 3 at 36: inventory +86 (to 3 pieces at 36), revaluation +10.
 *
 * Throws RangeError when a result leaves the exact range.
 */
export function movedStock(level: StockLevel, quantity: number, givenCost: number | undefined): StockChange {
  if (quantity > 0 && level.quantity < 0) return receiveIntoNegative(level, quantity, givenCost);
  const cost = givenCost ?? atAverage(level, Math.abs(quantity));
  return settle(level, quantity, cost, quantity < 0 ? -cost : cost, 0);
}

/**
 * Takes a movement back: its quantity returns at its original cost, with exactly the opposite bookings. Only when that would leave value
 * without quantity (or of the opposite sign) is the rest brought to quantity × average, against inventory revaluation.
 */
export function reversedStock(level: StockLevel, original: { quantity: number; cost: number; inventoryChange: number }): StockChange {
  const signedCost = original.quantity < 0 ? -original.cost : original.cost;
  return settle(level, -original.quantity, original.cost, -original.inventoryChange, original.inventoryChange - signedCost);
}

function receiveIntoNegative(level: StockLevel, quantity: number, givenCost: number | undefined): StockChange {
  const covered = Math.min(quantity, -level.quantity);
  const rest = quantity - covered;
  const carried = portion(-level.value, covered, -level.quantity);
  const restValue = givenCost === undefined ? atAverage(level, rest) : portion(givenCost, rest, quantity);
  const inventoryChange = carried + restValue;
  const cost = givenCost ?? inventoryChange;
  return settle(level, quantity, cost, inventoryChange, cost - inventoryChange);
}

function settle(level: StockLevel, quantity: number, cost: number, inventoryChange: number, revaluation: number): StockChange {
  const newQuantity = exact(level.quantity + quantity);
  const unsettled = exact(level.value + inventoryChange);
  const strands = newQuantity === 0 ? unsettled !== 0 : newQuantity > 0 ? unsettled < 0 : unsettled > 0;
  const average = atAverage(level, Math.abs(newQuantity));
  const value = !strands ? unsettled : newQuantity < 0 ? -average : average;
  const repair = value - unsettled;
  return {
    level: {
      quantity: newQuantity,
      value: positiveZero(value),
      averageValue: newQuantity > 0 ? value : level.averageValue,
      averageQuantity: newQuantity > 0 ? newQuantity : level.averageQuantity,
    },
    cost: exact(cost),
    inventoryChange: positiveZero(exact(inventoryChange + repair)),
    revaluation: positiveZero(exact(revaluation - repair)),
  };
}

function atAverage(level: StockLevel, quantity: number): number {
  return level.averageQuantity === 0 ? 0 : portion(level.averageValue, quantity, level.averageQuantity);
}

/** value × part ÷ whole for values that are not negative, rounded half up, exact in between. */
function portion(value: number, part: number, whole: number): number {
  const product = value * part;
  if (product < 4_503_599_627_370_495 && whole < 4_503_599_627_370_495) {
    const quotient = Math.floor(product / whole);
    const remainder = product - quotient * whole;
    return remainder * 2 >= whole ? quotient + 1 : quotient;
  }
  const divisor = BigInt(whole);
  return exact(Number((BigInt(value) * BigInt(part) * 2n + divisor) / (divisor * 2n)));
}

function exact(value: number): number {
  if (!Number.isSafeInteger(value)) throw new RangeError(`${value} is beyond the exact range`);
  return value;
}

function positiveZero(value: number): number {
  return value === 0 ? 0 : value;
}
