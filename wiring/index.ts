export { environmentOf } from "./environment.ts";
export type { DropWiring, MachineWiring, QueueWiring, RouteWiring, StreamWiring, SubscriptionWiring } from "./flows.ts";
export { connectionQueue, drops, machines, onPolicyRelease, queues, routes, streams, subscriptions } from "./flows.ts";
export type { FunctionWiring, Need } from "./functions.ts";
export { functions } from "./functions.ts";
