export { addSeconds, millisecondsBetween } from "./instants.ts";
export { businessDateIn, instantOf, isDay, localToInstant } from "./time-zones.ts";
