/** A defence of the product, and the edits of its source that take it away. The text must be found exactly once. */
export interface Defence {
  readonly name: string;
  /** A seed in which an invariant breaks without it. */
  readonly seed: number;
  readonly edits: readonly { readonly file: string; readonly find: string; readonly replace: string }[];
}

const lineageStore = "adapters/embedded/lineage-store.ts";
const queue = "adapters/embedded/queue.ts";
const worker = "hub/worker.ts";
const dispatch = "functions/dispatch-postings.ts";
const decide = "functions/decide-postings.ts";
const execute = "functions/execute-postings.ts";
const lease = "domain/posting/lease.ts";
const bucket = "domain/pace/token-bucket.ts";

const without = (seed: number, name: string, file: string, find: string, replace: string): Defence => ({
  name,
  seed,
  edits: [{ file, find, replace }],
});

export const defences: readonly Defence[] = [
  without(
    3,
    "the signature is checked",
    "functions/receive-shopify-webhook.ts",
    "if (shop === undefined || !channel.verifySignature(body, signature, known)) return unauthorized;",
    "if (shop === undefined) return unauthorized;",
  ),
  without(
    1,
    "the lineage takes an item once",
    lineageStore,
    "VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    "VALUES (?, ?, ?) ON CONFLICT (t, k) DO UPDATE SET body = excluded.body",
  ),
  without(
    1,
    "a document's key holds the hash of its content",
    "domain/lineage/keys.ts",
    "return `D#${source}#${contentHash}`;",
    "return `D#${source}`;",
  ),
  without(
    1,
    "an insert is answered after its commit",
    lineageStore,
    'return await database.write(() =>\n          rows.map(([t, k, body]): InsertAnswer => (insertRow.run(t, k, body).changes === 1 ? "inserted" : "conflict")),\n        );',
    'void database.write(() => rows.map(([t, k, body]) => insertRow.run(t, k, body)));\n        return rows.map((): InsertAnswer => "inserted");',
  ),
  without(
    2,
    "a delivery is answered when it is on record",
    "functions/accept-document.ts",
    'case "unavailable":\n    case "unknown":\n    case undefined:\n      return { answer: "unavailable" };',
    'case "unavailable":\n    case "unknown":\n    case undefined:\n      return { answer: "accepted", transaction, key };',
  ),
  without(
    7,
    "the cursor moves after the announcement",
    worker,
    "await handlerOf(handlers, announcer)({ items: records.map(({ item }) => item) });\n    await cursors.set(name, last.seq);",
    "await cursors.set(name, last.seq);\n    await handlerOf(handlers, announcer)({ items: records.map(({ item }) => item) });",
  ),
  without(
    35,
    "entries that the bus did not take are published again",
    "functions/bus-entries.ts",
    "if (failed > 0) throw",
    "if (failed < 0) throw",
  ),
  without(
    2,
    "a message that failed comes back",
    worker,
    "const done = messages.filter(({ id }) => !failures.has(String(id)));",
    "const done = messages;",
  ),
  without(
    8,
    "what is busy is sent again before it is acknowledged",
    dispatch,
    'return [...unanswered, ...busy.filter((_, index) => sent[index] !== "accepted").map(({ transaction }) => transaction)];',
    "return unanswered;",
  ),
  without(2, "a run that failed leaves its messages", dispatch, "return part;", "return [];"),
  without(
    8,
    "an execution that lost the insert of its plan stands back",
    decide,
    'if (decision.kind === "plan" && taken.has(`${transaction} ${decision.plan.key}`)) {',
    'if (decision.kind === "plan") {',
  ),
  without(
    12,
    "a plan is taken over only when its lease is out",
    lease,
    "return addSeconds(startedAt, lease.leaseSeconds + lease.visibilityLagSeconds);",
    "return startedAt;",
  ),
  without(
    13,
    "a take-over waits until what the ERP took can be seen",
    lease,
    "return addSeconds(startedAt, lease.leaseSeconds + lease.visibilityLagSeconds);",
    "return addSeconds(startedAt, lease.leaseSeconds);",
  ),
  without(
    4,
    "an ERP without native idempotency is asked before it is sent to again",
    execute,
    'if (erp.capabilities.idempotency === "look-up")',
    'if (erp.capabilities.idempotency === "native" && groups.length < 0)',
  ),
  without(
    3,
    "an unknown outcome is no outcome",
    execute,
    'return answer !== undefined && answer.kind !== "unavailable" && answer.kind !== "unknown";',
    'return answer !== undefined && answer.kind !== "unavailable";',
  ),
  without(
    2,
    "a step that was not sent is not done",
    execute,
    'return answer !== undefined && answer.kind !== "unavailable" && answer.kind !== "unknown";',
    'return answer !== undefined && answer.kind !== "unknown";',
  ),
  without(
    27,
    "a plan is done when its outcome is on record",
    execute,
    'if (outcome === undefined || inserted.get(outcome) !== "inserted") found.push({ transaction, answer: "busy" });',
    'if (outcome === undefined) found.push({ transaction, answer: "busy" });',
  ),
  without(
    1,
    "plans are chained by hash",
    "domain/posting/decide-posting.ts",
    "previous: last === undefined ? null : contentHash({ plan: last, outcome: lastOutcome }),",
    "previous: null,",
  ),
  without(1, "no more is granted than the pace allows", bucket, "if (level < Math.min(tokens, capacity)) return undefined;", ""),
  without(1, "what is sent takes tokens", decide, "const pace = steps === 0 ?", "const pace = steps >= 0 ?"),
  without(2, "a down ERP is left alone", "domain/pace/pace.ts", 'if (!admits(pace.breaker, now)) return { answer: "open", pace };', ""),
  without(
    2,
    "who asked may not approve",
    "functions/decide-approval.ts",
    'if (answer !== "expired" && sameName(by, asked.requestedBy)) return { outcome: "same-person" };',
    "",
  ),
  without(
    8,
    "every shop has its turn",
    queue,
    "const dealt = dealInTurn(lists, max);",
    "const dealt = lists.toReversed().flat().slice(0, max);",
  ),
  without(
    4,
    "a message that nobody can read is buried in the end",
    queue,
    "for (const { id, receives } of found) if (receives >= maxReceives) bury.run(now, id);",
    "return found;",
  ),
  without(
    254,
    "every ticket of a part is on record before the part is done",
    "functions/ingest-pos-chunk.ts",
    'const answer = answers[index];\n          if (answer !== "inserted" && answer !== "conflict")\n',
    "const answer = answers[index];\n          if (answer === undefined)\n",
  ),
  without(
    59,
    "every row of a report is on record before its part is done",
    "functions/ingest-settlement-chunk.ts",
    'if (answer !== "inserted" && answer !== "conflict")',
    "if (answer === undefined)",
  ),
];
