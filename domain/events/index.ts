export type { BusinessEvent, EventName, EventOf } from "./events.ts";
export { compareEvents, eventNames, eventSchema } from "./events.ts";
export type { RateQuestion } from "./fixed-rates.ts";
export { rateName, ratesIn } from "./fixed-rates.ts";
export { fitsEvent, readEvent } from "./read-event.ts";
export type { StoredEvent, Upgrade, UpgradeAnswer } from "./upgrade-event.ts";
export { createUpgrade, upgradeEvent } from "./upgrade-event.ts";
