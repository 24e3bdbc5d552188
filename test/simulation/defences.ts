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
const pace = "domain/pace/pace.ts";

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
    "VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
    "VALUES (?, ?, ?, ?) ON CONFLICT (t, k) DO UPDATE SET body = excluded.body, raw = excluded.raw",
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
    'return await database.write(() =>\n          rows.map(([t, k, body, raw]): InsertAnswer => (insertRow.run(t, k, body, raw).changes === 1 ? "inserted" : "conflict")),\n        );',
    'void database.write(() => rows.map(([t, k, body, raw]) => insertRow.run(t, k, body, raw)));\n        return rows.map((): InsertAnswer => "inserted");',
  ),
  without(
    1,
    "a delivery is answered when it is on record",
    "functions/accept-document.ts",
    'case "unavailable":\n    case "unknown":\n    case undefined:\n      return { answer: "unavailable" };',
    'case "unavailable":\n    case "unknown":\n    case undefined:\n      return { answer: "accepted", transaction, key };',
  ),
  without(
    10,
    "the cursor moves after the announcement",
    worker,
    "await handlerOf(handlers, announcer)({ items: records.map(({ item }) => item) });\n    await cursors.set(name, last.seq);",
    "await cursors.set(name, last.seq);\n    await handlerOf(handlers, announcer)({ items: records.map(({ item }) => item) });",
  ),
  without(
    16,
    "entries that the bus did not take are published again",
    "functions/bus-entries.ts",
    "if (failed > 0) throw",
    "if (failed < 0) throw",
  ),
  without(
    3,
    "a message that failed comes back",
    worker,
    "const done = messages.filter(({ id }) => !failures.has(String(id)));",
    "const done = messages;",
  ),
  without(
    4,
    "what is busy is sent again before it is acknowledged",
    dispatch,
    'return [...unanswered, ...busy.filter((_, index) => sent[index] !== "accepted").map(({ transaction }) => transaction)];',
    "return unanswered;",
  ),
  without(3, "a run that failed leaves its messages", dispatch, "return part;", "return [];"),
  without(
    1,
    "an execution that lost the insert of its plan stands back",
    decide,
    'if (decision.kind === "plan" && taken.has(`${transaction} ${decision.plan.key}`)) {',
    'if (decision.kind === "plan") {',
  ),
  without(
    3,
    "a plan is taken over only when its lease is out",
    lease,
    "return addSeconds(startedAt, lease.leaseSeconds + lease.visibilityLagSeconds);",
    "return startedAt;",
  ),
  without(
    3,
    "a take-over waits until what the ERP took can be seen",
    lease,
    "return addSeconds(startedAt, lease.leaseSeconds + lease.visibilityLagSeconds);",
    "return addSeconds(startedAt, lease.leaseSeconds);",
  ),
  without(
    1,
    "an ERP without native idempotency is asked before it is sent to again",
    execute,
    'if (erp.capabilities.idempotency === "look-up")',
    'if (erp.capabilities.idempotency === "native" && groups.length < 0)',
  ),
  without(
    1,
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
    4,
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
  {
    name: "no more is granted than the pace allows",
    seed: 6,
    edits: [
      { file: bucket, find: "if (level < Math.min(tokens, rate.capacity)) return undefined;", replace: "" },
      {
        file: pace,
        find: "const isThere = bucket.level - othersTokens >= Math.min(documents, rate.capacity);",
        replace: "const isThere = true;",
      },
    ],
  },
  without(
    6,
    "who comes new lines up",
    pace,
    "const othersTokens = kept + (comesNew && !isFull ? line.awaited : 0);",
    "const othersTokens = 0;",
  ),
  without(1, "what is sent takes tokens", decide, "const documents = stepsOf(decision);", "const documents = 0 * stepsOf(decision);"),
  without(69, "a down ERP is left alone", pace, 'if (!admits(pace.breaker, now)) return "open";', ""),
  without(
    1,
    "who asked may not approve",
    "functions/decide-approval.ts",
    'if (answer !== "expired" && sameName(by, asked.requestedBy)) return { outcome: "same-person" };',
    "",
  ),
  without(
    11,
    "every shop has its turn",
    queue,
    "const dealt = dealInTurn(lists, max);",
    "const dealt = lists.toReversed().flat().slice(0, max);",
  ),
  without(
    9,
    "a message that nobody can read is buried in the end",
    queue,
    "for (const { id, receives } of found) if (receives >= maxReceives) bury.run(now, id);",
    "return found;",
  ),
  without(
    85,
    "every ticket of a part is on record before the part is done",
    "functions/ingest-pos-chunk.ts",
    'const answer = answers[index];\n          if (answer !== "inserted" && answer !== "conflict")\n',
    "const answer = answers[index];\n          if (answer === undefined)\n",
  ),
  without(
    46,
    "every row of a report is on record before its part is done",
    "functions/ingest-settlement-chunk.ts",
    'if (answer !== "inserted" && answer !== "conflict")',
    "if (answer === undefined)",
  ),
  {
    name: "an execution that lost the insert of its take-over stands back",
    seed: 1,
    edits: [
      {
        file: decide,
        find: 'if (decision.kind === "take-over" && taken.has(`${transaction} ${decision.item.key}`)) {',
        replace: 'if (decision.kind === "take-over") {',
      },
    ],
  },
  {
    name: "nothing is sent on the rest of a lease",
    seed: 75,
    edits: [
      {
        file: execute,
        find: "const sendable = call.filter(({ plan }) => maySend(plan.lease, leaseOf.get(plan)?.leaseStartedAt ?? plan.at, clock.now()));",
        replace: "const sendable = call;",
      },
    ],
  },
  {
    name: "what another stream was told is on record before the plan is done",
    seed: 16,
    edits: [
      {
        file: execute,
        find: 'if (given !== undefined && (answer === "inserted" || answer === "conflict"))',
        replace: 'if (given !== undefined && answer !== "never")',
      },
    ],
  },
  {
    name: "an exception is on record before its transaction is held",
    seed: 41,
    edits: [
      {
        file: decide,
        find: 'const lost = items.filter((item, index) => isForTheDesk(item) && answers[index] !== "inserted" && answers[index] !== "conflict");',
        replace: "const lost: LineageItem[] = [];",
      },
    ],
  },
  {
    name: "nobody plans with older policies than the last plan",
    seed: 22,
    edits: [
      {
        file: "domain/posting/decide-posting.ts",
        find: "if (last !== undefined && (policy.release < last.policyRelease || rules.version < last.targetVersion)) {",
        replace: "if (last !== undefined && rules.version < last.targetVersion) {",
      },
    ],
  },
  {
    name: "an approval that has expired cannot be granted",
    seed: 5,
    edits: [
      {
        file: "functions/decide-approval.ts",
        find: 'if (answer === "expired" ? at < expiresAt : at >= expiresAt)',
        replace: 'if (answer === "expired" && at < expiresAt)',
      },
    ],
  },
  {
    name: "an approval is for the exact change",
    seed: 28,
    edits: [
      {
        file: "domain/posting/approvals.ts",
        find: "return contentHash({ key: change.key, kind, wish: changeSignature(change), standing, after }).slice(0, 32);",
        replace: "return contentHash({ key: change.key, kind, standing, after }).slice(0, 32);",
      },
    ],
  },
  {
    name: "what was given away wants a second person",
    seed: 1,
    edits: [
      {
        file: "domain/posting/approvals.ts",
        find: "if (rule === undefined) continue;\n    const { role: decider",
        replace: "if (rule !== null) continue;\n    const { role: decider",
      },
    ],
  },
  {
    name: "what is promised to one till is not promised to another",
    seed: 9,
    edits: [
      {
        file: "functions/authorize-return.ts",
        find: "const judgement = judgeReturn({ sale, reservations: open, policy",
        replace: "const judgement = judgeReturn({ sale, reservations: [], policy",
      },
    ],
  },
  {
    name: "of two tills at the same instant one gets the last piece",
    seed: 9,
    edits: [
      {
        file: "functions/authorize-return.ts",
        find: 'if (inserted === "inserted") return told({ granted: item });',
        replace: "if (inserted !== undefined) return told({ granted: item });",
      },
    ],
  },
  {
    name: "a decision rests on every fact that the last plan knew",
    seed: 36,
    edits: [
      {
        file: "functions/read-transaction.ts",
        find: "  return viewTransaction(transaction, items);",
        replace:
          '  const later: LineageItem[] = [];\n  before = undefined;\n  do {\n    const page = await lineage.page(transaction, before, itemsPerPage);\n    later.push(...page.items.filter(({ type }) => type !== "document"));\n    before = page.next;\n  } while (before !== undefined);\n  return viewTransaction(transaction, [...items.filter(({ type }) => type === "document"), ...later]);',
      },
      {
        file: "domain/posting/decide-posting.ts",
        find: 'if (covered.some((key) => !known.has(key))) return busy("the last plan covers a document that was not read");',
        replace: "",
      },
    ],
  },
  without(
    4,
    "no more of a line comes back than was sold",
    "domain/ledger/orders/refund-value.ts",
    'if (units.excess > 0) return { kind: "over-return"',
    'if (units.excess < 0) return { kind: "over-return"',
  ),
  without(
    4,
    "no refund gives back more than was captured",
    "domain/ledger/orders/weighed-refund.ts",
    "if (money > walk.moneyLeft) {",
    "if (money < 0) {",
  ),
  without(
    6,
    "no payment gives back more than it took",
    "domain/ledger/orders/refund-settlement.ts",
    "if (over !== undefined && over.refunded > over.room.captured)",
    "if (over !== undefined && over.refunded < 0)",
  ),
  without(
    6,
    "a shipment whose goods came back is not undone",
    "domain/ledger/orders/fulfilment.ts",
    'if (returned !== undefined) {\n    walk.leaveOut(event.key, {\n      class: "policy.over-return",',
    'if (returned === null) {\n    walk.leaveOut(event.key, {\n      class: "policy.over-return",',
  ),
  without(
    17,
    "a store takes back no more than is out",
    "domain/ledger/tickets/store-return.ts",
    "if (first === undefined) return undefined;",
    "if (first !== null) return undefined;",
  ),
  without(
    17,
    "a warehouse has no more of a line back than was out",
    "domain/ledger/orders/return.ts",
    "if (excess > 0) {",
    "if (excess < 0) {",
  ),
  without(
    17,
    "goods whose receipt is on record are not put back by their refund as well",
    "domain/ledger/orders/returned-goods.ts",
    "this.#unexplainedReceipts = received;",
    "this.#unexplainedReceipts = Math.min(received, 0);",
  ),
  without(
    17,
    "what was back before its refund does not come back with it once more",
    "domain/ledger/orders/refund.ts",
    "state.returned += line.fulfilledUnits - line.acceptedUnits;",
    "state.returned += line.fulfilledUnits;",
  ),
  without(
    17,
    "a till that voids a return takes back what it told the order",
    "domain/ledger/tickets/ticket-void.ts",
    'if (document.kind !== "told-replaced") draft.leaveOut(document.key);',
    'if (document.kind === "told-replaced") draft.leaveOut(document.key);',
  ),
  without(
    3,
    "what a gateway keeps is booked as it states it",
    "domain/ledger/settlements/settlement-row-ledger.ts",
    "Math.abs(beyond) <= contracted.toleranceMinorUnits) return { fee: stated, beyond: 0 };",
    "Math.abs(beyond) <= contracted.toleranceMinorUnits) return { fee: 0, beyond: 0 };",
  ),
];
