import { expect, test } from "vitest";
import type { BusinessEvent } from "#domain/events";
import type { DocumentItem } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { connectionsOf } from "#domain/posting";
import { fact, policy } from "../../fixtures/posting-case.ts";

const { dc, seven } = policy.locations;
const alone: Policy = { ...policy, locations: { dc: dc! }, stores: {} };
const twoStores: Policy = { ...policy, stores: { ...policy.stores, "8": { ...policy.stores["7"]!, entity: "us" } } };
const ticket = (version: string): BusinessEvent => ({
  name: "ticket.completed",
  schema: 1,
  key: "ticket.completed:9",
  version,
  occurredAt: "2026-11-27T18:00:00.000Z",
  store: "7",
  register: "1",
  sequence: "9",
  businessDate: "2026-11-27",
  currency: "USD",
  taxesIncluded: false,
  lines: [],
  discounts: [],
  taxes: [],
  tenders: [],
  cashRounding: 0,
  rounding: 0,
  stated: {},
});
const voided: BusinessEvent = {
  name: "ticket.voided",
  schema: 1,
  key: "ticket.voided:10",
  version: "1",
  occurredAt: "2026-11-27T18:05:00.000Z",
  store: "7",
  register: "1",
  sequence: "10",
  businessDate: "2026-11-27",
  original: { sequence: "9" },
  currency: "USD",
};
const card = { role: "gift-card-liability", dimensions: { issuer: "ca" }, why: "test" } as const;

test.each<[string, Partial<DocumentItem>, Policy, string[]]>([
  ["a web sale of an entity that ships alone concerns its own connection", {}, alone, ["erp"]],
  [
    "a web sale concerns whoever has a place that the channel knows",
    {},
    { ...alone, locations: { dc: dc!, seven: seven! } },
    ["erp", "other"],
  ],
  [
    "a place that the channel does not know ships nothing",
    {},
    { ...alone, locations: { dc: dc!, seven: { ...seven!, ids: {} } } },
    ["erp"],
  ],
  [
    "and whoever has a till: goods that it took back may wait for what of the sale comes late",
    {},
    { ...alone, locations: { dc: dc!, seven: { ...seven!, ids: {} } }, stores: policy.stores },
    ["erp", "other"],
  ],
  [
    "whoever may sell in the shop",
    {},
    { ...alone, shops: { "shop.example": { ...policy.shops["shop.example"]!, businessEntities: { "gid-1": "ca" } } } },
    ["erp", "other"],
  ],
  [
    "whoever issued the cards that the shop takes",
    {},
    { ...alone, tenders: [{ channel: "shopify", match: "gift_card", ...card }] },
    ["erp", "other"],
  ],
  ["and not those that only tills take", {}, { ...alone, tenders: [{ channel: "pos", match: "giftcard", ...card }] }, ["erp"]],
  [
    "what another stream told concerns the books that it speaks for: the store that has the goods now",
    { told: { from: "sale:pos:7:1:2026-11-27:9", document: "d", entity: "ca", connection: "other", plan: 1 } },
    alone,
    ["erp", "other"],
  ],
  ["a ticket concerns the entity of its store", { channel: "pos", shop: "7", events: [ticket("0")] }, twoStores, ["other"]],
  [
    "and when it is revised whoever has a till, as goods of it may be there",
    { channel: "pos", shop: "7", events: [ticket("000001")] },
    twoStores,
    ["erp", "other"],
  ],
  [
    "and so when it is undone: what others have taken back of it cannot come back twice",
    { channel: "pos", shop: "7", events: [voided] },
    twoStores,
    ["erp", "other"],
  ],
  ["a deposit may be used anywhere", { kind: "account" }, alone, ["erp", "other"]],
  [
    "the day of a store concerns its own books, and those of the entity whose bank account its cash goes to",
    { kind: "store-day", channel: "pos", shop: "7" },
    { ...twoStores, stores: { "7": { ...policy.stores["7"]!, bankAccount: "b" } }, bankAccounts: { b: { entity: "us" } as never } },
    ["erp", "other"],
  ],
  ["and its own alone where it has no bank", { kind: "store-day", channel: "pos", shop: "7" }, twoStores, ["other"]],
  ["a card may pay anywhere", { kind: "stored-value" }, alone, ["erp", "other"]],
  ["goods may travel anywhere", { kind: "transfer" }, alone, ["erp", "other"]],
  ["an unknown shop goes to the first connection, where its exception is found", { shop: "stranger.example" }, policy, ["erp"]],
  ["a shop named like a member of every object is unknown", { shop: "constructor" }, policy, ["erp"]],
])("%s", (_, more, given, connections) => {
  expect(connectionsOf(fact("a", more), given)).toEqual(connections);
});
