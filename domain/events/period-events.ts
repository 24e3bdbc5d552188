import * as z from "zod/mini";
import { currency, day, envelope, id, minorUnits } from "./amounts.ts";

/**
 * period-sales.stated: what the books of an entity hold of the sales of one channel in the last days of a fiscal period, as a named person
 * had it read after the period's end. The returns that are still to come of it are estimated by policy (c21).
 */
export const periodSalesStated = z.object({
  name: z.literal("period-sales.stated"),
  ...envelope,
  entity: id,
  channel: id,
  /** In the entity's calendar, such as "2026-11". */
  period: id,
  /** The last day of the period; `from` is the first one whose sales count. */
  businessDate: day,
  from: day,
  /** The entity's functional currency. */
  currency,
  /** Net sales, as the sales report has them. */
  sales: minorUnits,
  /** What the goods of these sales cost. */
  cost: minorUnits,
  by: id,
  reason: id,
});
