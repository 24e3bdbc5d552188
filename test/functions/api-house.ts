import type { ApiClient } from "#domain/access";
import { Unavailable } from "#domain/failures";
import type { LineageItem } from "#domain/lineage";
import type { HttpReply, HttpRequest } from "#functions/http-exchange";
import type { InsertAnswer } from "#ports/lineage-store";

const registered: Readonly<Record<string, ApiClient>> = {
  till: { secrets: ["till-secret-0123456789-0123456789"], may: ["write-events"], channels: [{ channel: "pos", places: ["0101"] }] },
  desk: { secrets: ["desk-secret-0123456789-0123456789"], may: ["read"] },
  buyer: { secrets: ["buyer-secret-0123456789-0123456789"], may: ["place-purchase-orders"], entities: ["US1"] },
};
const unused = () => Promise.reject(new Error("not a part of this operation"));

/** The ports as plain data, with a clock that stands until it is moved. */
export function apiHouse(answers: { insert?: InsertAnswer; clients?: "unavailable" } = {}) {
  const items = new Map<string, LineageItem>();
  const recorded: string[] = [];
  const names = new Map<string, string[]>();
  let now = Date.parse("2026-11-27T14:03:30.000Z");
  const ofTransaction = (transaction: string) => [...items.values()].filter((item) => item.transaction === transaction);
  return {
    items,
    recorded,
    names,
    advance: (seconds: number) => void (now += seconds * 1_000),
    ports: {
      apiClients: {
        find: async (client: string) => {
          if (answers.clients === "unavailable") throw new Unavailable("the clients could not be read: ask again");
          return Object.hasOwn(registered, client) ? registered[client] : undefined;
        },
      },
      documents: { put: async () => {}, get: unused, readRange: unused, size: unused },
      lineage: {
        insert: async (inserts: readonly LineageItem[]) =>
          inserts.map((item): InsertAnswer => {
            if (answers.insert !== undefined) return answers.insert;
            if (items.has(item.key)) return "conflict";
            items.set(item.key, item);
            return "inserted";
          }),
        get: unused,
        page: async (transaction: string) => ({ items: ofTransaction(transaction) }),
        removeRawBody: unused,
        transactions: unused,
      },
      references: {
        put: unused,
        find: async (_type: unknown, value: string) => names.get(value) ?? [],
        wait: unused,
        waiters: unused,
      },
      clock: { now: () => new Date(now).toISOString() },
      metrics: {
        record: (name: string, value: number, unit: string, dimensions: object) =>
          void recorded.push(`${name} ${value} ${unit} ${JSON.stringify(dimensions)}`),
      },
    },
  };
}

export const till = "Bearer till.till-secret-0123456789-0123456789";
export const buyer = "Bearer buyer.buyer-secret-0123456789-0123456789";
export const desk = "Bearer desk.desk-secret-0123456789-0123456789";

export function request(
  authorization: string | undefined,
  changes: { json?: unknown; headers?: object; parameters?: object } = {},
): HttpRequest {
  return {
    headers: { Authorization: authorization, "Content-Type": "application/json", ...changes.headers },
    parameters: { ...changes.parameters },
    body: new TextEncoder().encode(typeof changes.json === "string" ? changes.json : JSON.stringify(changes.json ?? {})),
  };
}

export function read({ status, body }: HttpReply) {
  return { status, json: JSON.parse(body) };
}
