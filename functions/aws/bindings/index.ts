// What an entry does not name is not in its bundle, and is not bound: package.json says that modules have no side effects.
export { channel, readEvent } from "./channel.ts";
export { clock } from "./clock.ts";
export { documents } from "./document-store.ts";
export { bus } from "./event-bus.ts";
export { lineage } from "./lineage-store.ts";
export { metrics } from "./metrics.ts";
export { formats } from "./pos-format.ts";
export { queue, queueNamePrefix } from "./queue.ts";
export { references } from "./references.ts";
export { secrets } from "./secrets.ts";
export { workLists } from "./work-lists.ts";
export { workflows } from "./workflows.ts";
