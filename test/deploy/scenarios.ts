import { expect } from "vitest";
import { type PosFileDelivery, sampleDay, type WebhookDelivery } from "#sample";
import type { Host } from "./host.ts";
import type { Ledger } from "./ledger.ts";

export interface Scenario {
  readonly name: string;
  play(host: Host): Promise<void>;
  /** What it must have changed in the books, or that it must not have: so that two hosts that do nothing do not agree. */
  changes(before: Ledger, after: Ledger): void;
}

const day = sampleDay({ plain: false });
const orderOf = (number: string): WebhookDelivery[] =>
  day.filter((each): each is WebhookDelivery => each.kind === "webhook" && each.signature === "valid" && each.id.startsWith(`${number} `));
const named = (id: string): WebhookDelivery => day.find((each): each is WebhookDelivery => each.kind === "webhook" && each.id === id)!;
const fileOf = (id: string): PosFileDelivery => day.find((each): each is PosFileDelivery => each.kind === "pos-file" && each.id === id)!;

/** Kinds of the documents that came, such as "capture US1/USD". */
function newKinds(before: Ledger, after: Ledger): string[] {
  const known = new Set(before.documents);
  return after.documents
    .filter((key) => !known.has(key))
    .map((key) => key.split("/").slice(-3).join(" "))
    .sort();
}

async function deliverAll(host: Host, deliveries: readonly WebhookDelivery[]): Promise<string[]> {
  const bodies: string[] = [];
  for (const delivery of deliveries) {
    const { status, body } = await host.deliver(delivery);
    expect([delivery.id, status]).toEqual([delivery.id, 200]);
    bodies.push(body);
  }
  return bodies;
}

const connection = "erp-us";
const person = "Ana Ruiz";

export const scenarios: readonly Scenario[] = [
  {
    name: "signed webhooks become posted journals",
    async play(host) {
      expect(await deliverAll(host, orderOf("1001"))).toEqual(["accepted", "accepted", "duplicate", "accepted", "accepted"]);
    },
    changes: (before, after) => expect(newKinds(before, after)).toEqual(["capture US1 USD", "issue US1 USD", "revenue US1 USD"]),
  },
  {
    name: "delivered again, they change nothing",
    async play(host) {
      expect(new Set(await deliverAll(host, orderOf("1001")))).toEqual(new Set(["duplicate"]));
    },
    changes: (before, after) => expect(after).toEqual(before),
  },
  {
    name: "a forged signature is refused",
    async play(host) {
      const { status } = await host.deliver({ ...named("1002 orders/create 1"), signature: "forged" });
      expect(status).toBe(401);
    },
    changes: (before, after) => expect(after).toEqual(before),
  },
  {
    name: "a store's file is dropped and its tickets are posted",
    play: (host) => host.drop(fileOf("POSLog 0301")),
    changes: (before, after) =>
      expect(newKinds(before, after)).toEqual([
        "restock CA1 CAD",
        ...Array.from({ length: 4 }, () => "stock CA1 CAD"),
        "store-return CA1 CAD",
        ...Array.from({ length: 5 }, () => "ticket CA1 CAD"),
      ]),
  },
  {
    name: "a refund reverses what it takes back",
    async play(host) {
      await deliverAll(host, orderOf("1011"));
    },
    changes: (before, after) =>
      expect(newKinds(before, after)).toEqual([
        "capture US1 USD",
        "issue US1 USD",
        "refund US1 USD",
        "refund-settlement US1 USD",
        "restock US1 USD",
        "revenue US1 USD",
      ]),
  },
  {
    name: "an ERP that fails for a while gets everything once, and nothing is given up",
    async play(host) {
      host.erpFaults.inject({ kind: "fail-before", requests: 2, path: "/v1/batches" });
      await deliverAll(host, orderOf("1002"));
      expect(await host.deadLetters(connection)).toBe(0);
    },
    changes: (before, after) =>
      expect(newKinds(before, after)).toEqual(["capture US1 USD", "issue US1 USD", "issue US1 USD", "revenue US1 USD", "revenue US1 USD"]),
  },
  {
    name: "what could not be posted is a dead letter, comes to the desk, and is posted once it is tried again",
    async play(host) {
      await host.stopDeciding();
      await deliverAll(host, orderOf("1007"));
      await host.eventually("a dead letter", async () => ((await host.deadLetters(connection)) > 0 ? true : undefined));
      await host.redrive();
      const dead = await host.eventually("the dead letter on the desk", async () =>
        (await host.exceptions()).find(({ code }) => code === "dead-letter"),
      );
      const { transaction, key: exception } = dead;
      expect(await host.retry({ transaction, exception, by: person, reason: "its function is started again" })).toEqual({
        outcome: "retried",
        number: 1,
      });
      await host.letDecidingGo();
      await host.eventually("an empty desk", async () =>
        (await host.exceptions()).some(({ code }) => code === "dead-letter") ? undefined : true,
      );
    },
    changes: (before, after) => expect(newKinds(before, after)).toEqual(["capture US1 USD", "issue US1 USD", "revenue US1 USD"]),
  },
  {
    name: "a concession waits for a second person, and is posted when it is granted",
    async play(host) {
      await deliverAll(host, orderOf("1013"));
      const asked = await host.eventually("the approval", async () => (await host.approvals())[0]);
      const { transaction, key: approval } = asked;
      expect(await host.decide({ transaction, approval, answer: "granted", by: person, reason: "checked" })).toEqual({
        outcome: "decided",
      });
      await host.eventually("no approval to decide", async () => ((await host.approvals()).length === 0 ? true : undefined));
    },
    changes: (before, after) =>
      expect(newKinds(before, after)).toEqual([
        "capture US1 USD",
        "issue US1 USD",
        "refund US1 USD",
        "refund-settlement US1 USD",
        "revenue US1 USD",
      ]),
  },
];
