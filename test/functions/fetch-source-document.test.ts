import { describe, expect, test } from "vitest";
import type { EventOf } from "#domain/events";
import { Invalid, Unavailable } from "#domain/failures";
import { closureKey, type DocumentItem, type ExceptionItem, type LineageItem, type ParsedDocument } from "#domain/lineage";
import { createHandler } from "#functions/fetch-source-document";
import type { SourceAnswer } from "#ports/channel-source";
import type { InsertAnswer } from "#ports/lineage-store";

const shop = "quill.myshopify.com";
const sale = `sale:shopify:${shop}:5002`;
const body = new TextEncoder().encode('{"return":{}}');

type Change = EventOf<"source.changed">;

const change = (more: Partial<Change> = {}): Change => ({
  name: "source.changed",
  schema: 1,
  key: "source.changed:return-9",
  version: "2026-11-27T14:00:00.000Z/e1",
  occurredAt: "2026-11-27T14:00:00.000Z",
  channel: "shopify",
  shop,
  resource: "return",
  id: "9",
  ...more,
});

function notice(transaction: string, event: Change): DocumentItem {
  return {
    type: "document",
    transaction,
    key: `D#shopify:${shop}:return-notice:9#${event.version}`,
    at: "2026-11-27T14:00:01.000Z",
    kind: "sale",
    source: `shopify:${shop}:return-notice:9`,
    contentHash: "n",
    channel: "shopify",
    shop,
    events: [event],
    references: [],
    issues: [],
    raw: { hash: "h", bytes: 1 },
  };
}

/** A return as it reads at `readAt`: its lines are what may change. */
const returned = (readAt: string, quantityMillionths = 1_000_000): ParsedDocument => ({
  transaction: sale,
  kind: "sale",
  source: `shopify:${shop}:return:9`,
  channel: "shopify",
  shop,
  version: readAt,
  events: [
    {
      name: "return.requested",
      schema: 1,
      key: "return.requested:9",
      version: readAt,
      occurredAt: "2026-11-27T13:00:00.000Z",
      orderId: "5002",
      returnId: "9",
      lines: [{ id: "1", lineId: "7001", item: "MUG", quantityMillionths }],
    },
  ],
  references: [],
  issues: [],
});

interface Script {
  answers?: readonly (SourceAnswer | Error)[];
  parse?: (readAt: string) => ParsedDocument;
  inserts?: readonly InsertAnswer[];
  send?: "accepted" | "failed";
  items?: readonly LineageItem[];
  /** Seconds that pass with each look at the clock. */
  secondsPerLook?: number;
}

/** The ports as plain data, with a journal of the effects in the order in which they happened. */
function house(script: Script = {}) {
  const effects: string[] = [];
  const items: LineageItem[] = [...(script.items ?? [notice(sale, change())])];
  let looks = 0;
  let reads = 0;
  let insertions = 0;
  const unused = () => Promise.reject(new Error("not a part of fetching"));
  const fetch = createHandler({
    sources: [
      {
        name: "shopify",
        fetchResource: async ({ shop: asked, resource, id }) => {
          effects.push(`read ${asked} ${resource} ${id}`);
          const answers = script.answers ?? [{ kind: "found", body }];
          const answer = answers[Math.min(reads++, answers.length - 1)] as SourceAnswer | Error;
          if (answer instanceof Error) throw answer;
          return answer;
        },
        parseResource: ({ readAt }) => (script.parse ?? returned)(readAt),
      },
    ],
    documents: { put: async (address) => void effects.push(`put ${address.slice(0, 7)}`), get: unused, readRange: unused, size: unused },
    lineage: {
      insert: async (inserts) =>
        inserts.map((item) => {
          const answer = script.inserts?.[insertions++] ?? (items.some((known) => known.key === item.key) ? "conflict" : "inserted");
          effects.push(`insert ${item.type} ${answer}`);
          if (answer === "inserted") items.push(item);
          return answer;
        }),
      get: unused,
      page: async (transaction) => ({ items: items.filter((item) => item.transaction === transaction) }),
      removeRawBody: unused,
      transactions: unused,
    },
    queue: {
      send: async (queue, messages) => {
        effects.push(...messages.map(({ body: sent, delaySeconds }) => `send ${queue} ${delaySeconds} ${JSON.stringify(sent)}`));
        return messages.map(() => script.send ?? "accepted");
      },
    },
    clock: { now: () => new Date(Date.UTC(2026, 10, 27, 14, 5) + looks++ * 1000 * (script.secondsPerLook ?? 1)).toISOString() },
    metrics: { record: (_name, _value, _unit, { outcome }) => void effects.push(`metric ${outcome}`) },
  });
  const run = (...transactions: string[]) =>
    fetch({
      queue: "fetch-back",
      messages: transactions.map((id, index) => ({ id: `m${index + 1}`, body: { shop, transactions: [{ id, connections: [] }] } })),
    });
  const opened = () => items.filter((item): item is ExceptionItem => item.type === "exception");
  return { effects, items, opened, run, fetch };
}

describe("fetch-source-document", () => {
  test("the changed object is read, recorded as a document of its own stream, and the message is done", async () => {
    const { run, effects, items } = house();
    expect(await run(sale)).toEqual({ failures: [], unreadable: [] });
    expect(effects).toEqual([`read ${shop} return 9`, "insert document inserted", "metric inserted"]);
    expect(items.at(-1)).toMatchObject({
      type: "document",
      transaction: sale,
      source: `shopify:${shop}:return:9`,
      at: "2026-11-27T14:05:02.000Z",
      version: "2026-11-27T14:05:02.000Z",
      raw: { inline: '{"return":{}}' },
    });
  });

  test("a second reading that says nothing new records nothing", async () => {
    const { run, effects } = house();
    await run(sale);
    effects.length = 0;
    expect(await run(sale)).toEqual({ failures: [], unreadable: [] });
    expect(effects).toEqual([`read ${shop} return 9`, "metric unchanged"]);
  });

  test("a second reading that says something else is a later version", async () => {
    let quantity = 1_000_000;
    const { run, items } = house({ parse: (readAt) => returned(readAt, quantity) });
    await run(sale);
    quantity = 2_000_000;
    await run(sale);
    expect(items.filter((item) => item.type === "document" && item.source.endsWith(":return:9"))).toHaveLength(2);
  });

  test("what has a version of its own and is there already is a duplicate", async () => {
    const order = (): ParsedDocument => ({ ...returned("2026-11-27T13:30:00.000Z"), source: `shopify:${shop}:order:5002` });
    const { run, effects } = house({ parse: order });
    await run(sale);
    effects.length = 0;
    expect(await run(sale)).toEqual({ failures: [], unreadable: [] });
    expect(effects).toEqual([`read ${shop} return 9`, "insert document conflict", "metric unchanged"]);
  });

  test("several messages about one transaction are one reading, and only the last notice of an object counts", async () => {
    const items = [notice(sale, change()), notice(sale, change({ version: "2026-11-27T14:01:00.000Z/e2" }))];
    const { run, effects } = house({ items });
    expect(await run(sale, sale)).toEqual({ failures: [], unreadable: [] });
    expect(effects.filter((effect) => effect.startsWith("read"))).toHaveLength(1);
  });

  test("the last notice of an object counts in whatever order they lie on record", async () => {
    const last = notice(sale, change({ version: "2026-11-27T14:01:00.000Z/e2", notBefore: "2026-11-27T14:01:00.000Z" }));
    // Documents are read in the order of their keys, which end in a hash.
    for (const [first, second] of [
      ["D#1", "D#2"],
      ["D#2", "D#1"],
    ] as const) {
      const items = [
        { ...last, key: first },
        { ...notice(sale, change()), key: second },
      ];
      expect(await house({ items, parse: () => returned("2026-11-27T14:00:30.000Z") }).run(sale)).toEqual({
        failures: ["m1"],
        unreadable: [],
      });
    }
  });

  test("a large answer is stored under its content address before the document that points at it", async () => {
    const { run, effects } = house({ answers: [{ kind: "found", body: new Uint8Array(70_000).fill(32) }] });
    await run(sale);
    expect(effects).toEqual([`read ${shop} return 9`, "put sha256/", "insert document inserted", "metric inserted"]);
  });

  test("a transaction without a notice is done without a reading", async () => {
    const { run, effects } = house({ items: [] });
    expect(await run(sale)).toEqual({ failures: [], unreadable: [] });
    expect(effects).toEqual([]);
  });

  test("a message that cannot be read is named with its reason, and its neighbour is read", async () => {
    const { fetch, effects } = house();
    const good = { id: "good", body: { shop, transactions: [{ id: sale }] } };
    expect(await fetch({ queue: "fetch-back", messages: [{ id: "bad", body: { transactions: 1 } }, good] })).toEqual({
      failures: [],
      unreadable: [
        {
          id: "bad",
          class: "transport.parse",
          reason:
            "not a list of transactions to look at, { shop, transactions: [{ id }] }: shop (invalid_type), transactions (invalid_type). Find its sender; what it was to bring about is found by replay",
        },
      ],
    });
    expect(effects).toContain("insert document inserted");
  });
});

describe("what does not come back", () => {
  test("no answer makes the message fail, and nothing is recorded", async () => {
    const { run, effects, opened } = house({ answers: [new Unavailable("timed out")] });
    expect(await run(sale)).toEqual({ failures: ["m1"], unreadable: [] });
    expect([effects, opened()]).toEqual([[`read ${shop} return 9`, "metric unavailable"], []]);
  });

  test("an answer that is not the source's makes the message fail, and nothing is recorded", async () => {
    const parse = () => {
      throw new Invalid("the answer holds no return");
    };
    const { run, effects, opened } = house({ parse });
    expect(await run(sale)).toEqual({ failures: ["m1"], unreadable: [] });
    expect([effects, opened()]).toEqual([[`read ${shop} return 9`, "metric failed"], []]);
  });

  test.each(["unavailable", "unknown"] as const)("a document that the store answers %s makes the message fail", async (answer) => {
    expect(await house({ inserts: [answer] }).run(sale)).toEqual({ failures: ["m1"], unreadable: [] });
  });

  test("one object that fails does not keep the others from being read", async () => {
    const items = [
      notice(sale, change()),
      notice(sale, change({ key: "source.changed:order-5002", resource: "order", id: "5002", version: "2" })),
    ];
    const { run, effects } = house({ items, answers: [new Unavailable("down"), { kind: "found", body }] });
    expect(await run(sale)).toEqual({ failures: ["m1"], unreadable: [] });
    expect(effects).toContain("insert document inserted");
  });

  test.each([
    ["2026-11-27T13:59:54.999Z", ["m1"]],
    ["2026-11-27T13:59:55.000Z", []],
  ])("an object of version %s, when it must not be older than 14:00 less five seconds, gives failures %j", async (version, failures) => {
    const items = [notice(sale, change({ notBefore: "2026-11-27T14:00:00.000Z" }))];
    expect(await house({ items, parse: () => returned(version) }).run(sale)).toEqual({ failures, unreadable: [] });
  });

  test("a fault of our own is not passed off as an answer", async () => {
    await expect(house({ answers: [new TypeError("a bug")] }).run(sale)).rejects.toThrow("a bug");
  });

  test("when the source asks for patience a new message is sent with that delay before the old one is done", async () => {
    const { run, effects } = house({ answers: [{ kind: "wait", seconds: 4 }] });
    expect(await run(sale)).toEqual({ failures: [], unreadable: [] });
    expect(effects).toEqual([
      `read ${shop} return 9`,
      "metric throttled",
      `send fetch-back 4 {"shop":"${shop}","transactions":[{"id":"${sale}"}],"waits":1}`,
    ]);
    expect(await house({ answers: [{ kind: "wait", seconds: 4 }], send: "failed" }).run(sale)).toEqual({
      failures: ["m1"],
      unreadable: [],
    });
  });

  test("a source that asks for patience ten times in a row is told to the desk once, and a later reading closes it", async () => {
    const { fetch, opened, items, run } = house({ answers: [...Array(3).fill({ kind: "wait", seconds: 4 }), { kind: "found", body }] });
    const waited = (waits: number) =>
      fetch({ queue: "fetch-back", messages: [{ id: "m1", body: { shop, transactions: [{ id: sale }], waits } }] });
    await waited(8);
    expect(opened()).toEqual([]);
    expect(await waited(9)).toEqual({ failures: [], unreadable: [] });
    await waited(10);
    expect(opened()).toMatchObject([{ class: "transport.rate-limit", code: "patience", cause: "fetch-back" }]);
    await run(sale);
    expect(items.filter(({ type }) => type === "closure")).toMatchObject([{ key: closureKey(opened()[0]?.key ?? "") }]);
  });

  test("what is not begun in time comes back", async () => {
    const other = `${sale}1`;
    const { run, effects } = house({ items: [notice(sale, change()), notice(other, change())], secondsPerLook: 25 });
    expect(await run(sale, other)).toEqual({ failures: ["m2"], unreadable: [] });
    expect(effects.filter((effect) => effect.startsWith("read"))).toHaveLength(1);
  });
});

describe("what the source refuses or does not have", () => {
  test.each([
    [
      { kind: "refused", reason: `no access token is configured for ${shop}` },
      "transport.access",
      "refused",
      `return 9 changed at ${shop} and was not read back: no access token is configured for ${shop}.`,
    ],
    [
      { kind: "absent" },
      "data.missing",
      "source-absent",
      `return 9 changed at ${shop} and was not read back: the source does not have it, or the access does not reach it (orders older than 60 days need the scope read_all_orders).`,
    ],
    [
      { kind: "too-large", bytes: 9_000_000 },
      "transport.too-large",
      "source-body",
      `return 9 changed at ${shop} and was not read back: the answer has 9000000 bytes.`,
    ],
  ] as const)("%j is one exception on the notice's transaction, and the message is done", async (answer, name, code, message) => {
    const { run, opened } = house({ answers: [answer] });
    expect(await run(sale)).toEqual({ failures: [], unreadable: [] });
    expect(await run(sale)).toEqual({ failures: [], unreadable: [] });
    expect(opened()).toMatchObject([
      { class: name, code, message, transaction: sale, foundBy: "operation", cause: `shopify:${shop}:return:9` },
    ]);
  });

  test("a channel that nothing reads is refused by name", async () => {
    const { run, opened } = house({ items: [notice(sale, change({ channel: "amazon" }))] });
    expect(await run(sale)).toEqual({ failures: [], unreadable: [] });
    expect(opened()[0]?.message).toContain("nothing reads the source of channel amazon");
  });

  test("an exception that could not be recorded makes the message fail", async () => {
    expect(await house({ answers: [{ kind: "absent" }], inserts: ["unknown"] }).run(sale)).toEqual({ failures: ["m1"], unreadable: [] });
  });

  test("a later reading that succeeds closes it, and the dead letter of the queue with it, and nothing else", async () => {
    const { run, items, opened } = house({
      answers: [
        { kind: "refused", reason: "no token" },
        { kind: "found", body },
      ],
    });
    const foreign = (code: string, cause: string): ExceptionItem => ({
      type: "exception",
      transaction: sale,
      key: `X#transport.connection#${cause}#0001`,
      at: "2026-11-27T14:00:00.000Z",
      class: "transport.connection",
      code,
      cause,
      message: "a",
      occurrence: 1,
      foundBy: "operation",
      dueAt: "2026-11-27T16:00:00.000Z",
    });
    items.push(
      foreign("dead-letter", "fetch-back"),
      foreign("dead-letter", "posting-erp-us"),
      foreign("refused", "shopify:other:return:9"),
    );
    await run(sale);
    await run(sale);
    const closed = new Set(items.filter((item) => item.type === "closure").map((item) => item.key));
    expect(opened().map((item) => [item.cause, closed.has(closureKey(item.key))])).toEqual([
      ["fetch-back", true],
      ["posting-erp-us", false],
      ["shopify:other:return:9", false],
      [`shopify:${shop}:return:9`, true],
    ]);
  });
});
