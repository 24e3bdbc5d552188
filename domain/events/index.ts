export type { BusinessEvent, EventName, EventOf } from "./events.ts";
export { compareEvents, eventNames, eventSchema } from "./events.ts";
