import { createLineageStore, openDatabase } from "#adapters/embedded";
import type { ApiClient } from "#domain/access";
import type { BusinessEvent } from "#domain/events";
import { documentItem, type LineageItem, rawBodyOf } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { createHandler as authorizeReturn } from "#functions/authorize-return";
import { createHandler as cancelReturn } from "#functions/cancel-return-authorization";
import { readTransaction } from "#functions/read-transaction";
import type { InsertAnswer } from "#ports/lineage-store";
import { rule, withRules } from "../domain/returns/return-house.ts";

export const sale = "sale:shopify:demo.example:1";

const clients: Readonly<Record<string, ApiClient>> = {
  till: {
    secrets: ["till-secret-0123456789-0123456789"],
    may: ["authorize-returns"],
    channels: [{ channel: "pos", places: ["7"] }],
  },
  second: {
    secrets: ["second-secret-0123456789-0123456789"],
    may: ["authorize-returns"],
    channels: [{ channel: "pos", places: ["7"] }],
  },
  other: {
    secrets: ["other-secret-0123456789-0123456789"],
    may: ["authorize-returns"],
    channels: [{ channel: "pos", places: ["9"] }],
  },
  reader: { secrets: ["reader-secret-0123456789-0123456789"], may: ["read"], channels: [{ channel: "pos", places: ["7"] }] },
};
const unused = () => Promise.reject(new Error("not a part of this"));

/** Both operations over one store, with the sample rules: thirty days, a day to come, blind returns up to 20.00. */
export function returnDesk(
  policy: Policy = withRules(rule({ authorizedHours: 24, blind: { limitMinorUnits: { USD: 2_000 }, refundTo: "store-credit" } })),
) {
  const database = openDatabase(":memory:");
  const store = createLineageStore(database);
  const names = new Map<string, readonly string[]>();
  const desk = { now: "2026-12-01T18:00:00.000Z", inserting: undefined as InsertAnswer | undefined, failing: (_: LineageItem) => false };
  const ports = {
    apiClients: { find: async (client: string) => (Object.hasOwn(clients, client) ? clients[client] : undefined) },
    lineage: {
      ...store,
      insert: async (items: readonly LineageItem[]) =>
        desk.inserting === undefined ? insertEach(items) : items.map(() => desk.inserting!),
    },
    references: { put: unused, find: async (_type: unknown, value: string) => names.get(value) ?? [], wait: unused, waiters: unused },
    policies: { current: async () => policy, reload: unused, lastRelease: unused },
    clock: { now: () => desk.now },
    metrics: { record: () => {} },
  };
  /** Those that fail are certainly not inserted. */
  async function insertEach(items: readonly LineageItem[]): Promise<InsertAnswer[]> {
    const answers: InsertAnswer[] = [];
    for (const item of items) answers.push(desk.failing(item) ? "unavailable" : (await store.insert([item]))[0]!);
    return answers;
  }
  const authorize = authorizeReturn(ports);
  const cancel = cancelReturn(ports);
  const headers = (client: string) => ({
    authorization: `Bearer ${client}.${clients[client]?.secrets[0] ?? "nobodys-secret-0123456789-0123456789"}`,
    "content-type": "application/json",
  });
  return Object.assign(desk, {
    lineage: ports.lineage,
    references: ports.references,
    names,
    close: () => database.close(),
    async states(...events: BusinessEvent[]) {
      for (const event of events) await store.insert([documentOf(event)]);
    },
    async statesBroken(event: BusinessEvent) {
      const issue = { class: "money.amount-mismatch", code: "order-tax", cause: event.key, message: "the tax does not add up." } as const;
      await store.insert([documentOf(event, [issue])]);
    },
    /** Answers status and JSON. Absent fields: one piece of line A, as new, of the sale, at store 7. */
    async ask(body: object = {}, client = "till") {
      const lines = [{ lineId: "A", quantityMillionths: 1_000_000, condition: "as-new" }];
      const whole = { request: "r-1", sale, channel: "pos", place: "7", lines, ...body };
      const reply = await authorize({ headers: headers(client), body: new TextEncoder().encode(JSON.stringify(whole)) });
      return { status: reply.status, json: JSON.parse(reply.body) };
    },
    async cancels(authorization: string, client = "till") {
      const reply = await cancel({ headers: headers(client), parameters: { authorization }, body: new Uint8Array() });
      return { status: reply.status, json: JSON.parse(reply.body) };
    },
    async view() {
      return readTransaction(store, sale);
    },
    insert: (items: readonly LineageItem[]) => store.insert(items),
  });
}

function documentOf(event: BusinessEvent, issues: Parameters<typeof documentItem>[0]["issues"] = []) {
  const source = `shopify:demo.example:${event.key.replace(":", "-")}`;
  const parsed = {
    transaction: sale,
    kind: "sale" as const,
    source,
    channel: "shopify",
    shop: "demo.example",
    events: [event],
    references: [],
    issues,
  };
  return documentItem(parsed, rawBodyOf(new TextEncoder().encode("{}")), "2026-11-27T10:00:00.000Z");
}
