export { addSeconds, millisecondsBetween } from "./instants.ts";
export { businessDateIn, instantOf, isDay, localToInstant } from "./time-zones.ts";
export { businessDateIn } from "./business-date.ts";
export { addSeconds, millisecondsBetween } from "./instants.ts";
