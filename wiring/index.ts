export { accessLog } from "./access-log.ts";
export { bundleBytesMax, functionBundling, functionEntries } from "./bundling.ts";
export { environmentOf } from "./environment.ts";
export type {
  DoorWiring,
  DropWiring,
  MachineWiring,
  QueueWiring,
  RouteWiring,
  ScheduleWiring,
  StreamWiring,
  SubscriptionWiring,
} from "./flows.ts";
export {
  announced,
  connectionQueue,
  deadLettersOf,
  doors,
  drops,
  lookDeadLetters,
  machines,
  onPolicyRelease,
  operations,
  queues,
  routes,
  schedules,
  streamDeadLetters,
  streams,
  subscriptions,
  undeliveredQueue,
  unreadableQueue,
} from "./flows.ts";
export type { FunctionWiring, Need } from "./functions.ts";
export { functions, needsOnAws } from "./functions.ts";
export type { LineageTableWiring } from "./lineage-table.ts";
export { lineageTable, streamFilters } from "./lineage-table.ts";
export type { MetricWiring } from "./metrics.ts";
export { metrics } from "./metrics.ts";
export { pascalCase, placeholderOf } from "./placeholders.ts";
export { retention } from "./retention.ts";
