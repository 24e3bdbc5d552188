export { addSeconds, millisecondsBetween } from "./instants.ts";
export { businessDateIn } from "./business-date.ts";
