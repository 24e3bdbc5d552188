export { addDays, daysBetween } from "./days.ts";
export type { FiscalCalendar, FiscalPeriod } from "./fiscal-calendar.ts";
export { nextPeriod, periodById, periodOf } from "./fiscal-calendar.ts";
export { addSeconds, millisecondsBetween } from "./instants.ts";
export { businessDateIn, instantOf, isDay, localToInstant } from "./time-zones.ts";
