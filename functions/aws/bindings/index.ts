// What an entry does not name is not in its bundle, and is not bound: package.json says that modules have no side effects.

export { bankFormats, mappedFormats, settlementSources } from "#adapters/settlement-formats";
export { apiClients } from "./api-clients.ts";
export { channel, readEvent } from "./channel.ts";
export { changes } from "./channel-changes.ts";
export { sources } from "./channel-source.ts";
export { clock } from "./clock.ts";
export { deadLetters } from "./dead-letters.ts";
export { removal } from "./document-removal.ts";
export { documents } from "./document-store.ts";
export { erp } from "./erp.ts";
export { bus } from "./event-bus.ts";
export { http } from "./http.ts";
export { inflate } from "./inflate.ts";
export { lineage } from "./lineage-store.ts";
export { metrics } from "./metrics.ts";
export { periodBook } from "./period-book.ts";
export { policyReleases } from "./policy-releases.ts";
export { policies } from "./policy-store.ts";
export { formats, tableFormat } from "./pos-format.ts";
export { queue, queueNamePrefix } from "./queue.ts";
export { rateLimit } from "./rate-limit.ts";
export { references } from "./references.ts";
export { secrets } from "./secrets.ts";
export { feeds } from "./settlement-feed.ts";
export { callbacks } from "./task-callbacks.ts";
export { workLists } from "./work-lists.ts";
export { workflows } from "./workflows.ts";
