export { addSeconds, millisecondsBetween } from "./instants.ts";
