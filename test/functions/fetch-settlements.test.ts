import { describe, expect, test } from "vitest";
import { mappedBankCsv } from "#adapters/banks/mapped-csv";
import { mappedCsvSource } from "#adapters/settlements/mapped-csv";
import { shopifyPaymentsJson } from "#adapters/settlements/shopify-payments";
import { Invalid, Unavailable } from "#domain/failures";
import { closureKey, type DocumentItem, type LineageItem } from "#domain/lineage";
import type { Policy } from "#domain/policy";
import { createHandler } from "#functions/fetch-settlements";
import type { SettlementPageAnswer, SettlementPageRequest } from "#ports/settlement-feed";
import { memoryHouse } from "./memory-house.ts";
import { housePolicy } from "./settlement-house.ts";

const account = housePolicy.gatewayAccounts!["us-shop"]!;
const policy = {
  ...housePolicy,
  gatewayAccounts: {
    "us-shop": { ...account, shop: "us.myshopify.com", readBy: "api" },
    "ca-shop": { ...account, shop: "ca.myshopify.com", readBy: "api" },
    "by-files": { ...account, shop: "files.myshopify.com" },
  },
} as Policy;

const money = (amount: string) => ({ amount, currencyCode: "USD" });
const rows = (id: string, amount: string) =>
  `${JSON.stringify({
    data: {
      shopifyPaymentsAccount: {
        balanceTransactions: {
          nodes: [
            {
              id: `gid://shopify/ShopifyPaymentsBalanceTransaction/${id}`,
              type: "CHARGE",
              test: false,
              transactionDate: "2026-11-29T10:00:00Z",
              amount: money(amount),
              fee: money("0.00"),
              net: money(amount),
              associatedOrder: { id: "gid://shopify/Order/1", name: "#1001" },
              associatedPayout: { id: "gid://shopify/ShopifyPaymentsPayout/104" },
            },
          ],
          pageInfo: { hasNextPage: false, endCursor: null },
        },
      },
    },
  })}\n`;
const payouts = (status: string, id = "104") =>
  `${JSON.stringify({
    data: {
      shopifyPaymentsAccount: {
        payouts: {
          nodes: [
            {
              id: `gid://shopify/ShopifyPaymentsPayout/${id}`,
              legacyResourceId: id,
              status,
              issuedAt: "2026-11-30T00:00:00Z",
              net: money("75.95"),
            },
          ],
          pageInfo: { hasNextPage: false, endCursor: null },
        },
      },
    },
  })}\n`;
const page = (text: string, next?: string): SettlementPageAnswer => ({
  kind: "page",
  body: new TextEncoder().encode(text),
  ...(next === undefined ? {} : { next }),
});

type Far = (request: SettlementPageRequest) => SettlementPageAnswer;
/** Nothing but what was asked for by its id. */
const byId = (request: SettlementPageRequest) => ("payout" in request ? request.payout : undefined);

function house() {
  const memory = memoryHouse();
  const asked: string[] = [];
  const state = {
    now: "2026-12-01T03:00:00.000Z",
    far: ((request) => (request.cursor === undefined ? page(rows("71", "75.95"), "payouts") : page(payouts("IN_TRANSIT")))) as Far,
    insert: undefined as undefined | ((item: LineageItem) => void),
  };
  let ticks = 0;
  const items: LineageItem[] = [];
  const counted: number[] = [];
  const lineage = {
    ...memory.lineage,
    insert: async (inserted: readonly LineageItem[]) => {
      for (const item of inserted) state.insert?.(item);
      const answers = await memory.lineage.insert(inserted);
      items.push(...inserted.filter((_, index) => answers[index] === "inserted"));
      return answers;
    },
  };
  const documents = {
    ...memory.documents,
    readRange: async (address: string, start: number, end: number) => (await memory.documents.get(address))?.subarray(start, end),
  };
  const fetch = createHandler({
    feeds: [
      {
        source: "shopify-payments",
        format: "shopify-payments-json",
        fetchPage: async (request) => {
          asked.push(`${request.shop} ${"since" in request ? request.since : `payout ${request.payout}`} ${request.cursor ?? "first"}`);
          return state.far(request);
        },
      },
    ],
    sources: [shopifyPaymentsJson],
    banks: [],
    mapped: { source: mappedCsvSource, bank: mappedBankCsv },
    documents,
    lineage,
    policies: { current: async () => policy } as never,
    clock: { now: () => new Date(Date.parse(state.now) + (ticks += 1)).toISOString() },
    metrics: { record: (name: string, value: number) => void (name === "MissingDocuments" && counted.push(value)) } as never,
  });
  const facts = (prefix: string) =>
    items.filter((item): item is DocumentItem => item.type === "document" && item.transaction.startsWith(prefix));
  const desk = () =>
    items.flatMap((item) =>
      item.type === "exception" ? [`open ${item.class} ${item.cause}`] : item.type === "closure" ? [`closed by ${item.by}`] : [],
    );
  const close = async (by: string) => {
    for (const item of items) {
      if (item.type !== "exception") continue;
      const { transaction, key } = item;
      await lineage.insert([{ type: "closure", transaction, key: closureKey(key), at: state.now, by, reason: "it will never come" }]);
    }
  };
  return { state, fetch, asked, facts, desk, close, counted };
}
const us = { shop: "us.myshopify.com" };

test("reads every account that policy reads by the API, page by page, and leaves those that come as files alone", async () => {
  const { fetch, state, asked, facts } = house();
  const own = { "us.myshopify.com": ["71", "104"], "ca.myshopify.com": ["81", "204"] } as Record<string, [string, string]>;
  state.far = ({ shop, cursor }) =>
    cursor === undefined
      ? page(rows(own[shop]![0], "75.95").replace("Payout/104", `Payout/${own[shop]![1]}`), "payouts")
      : page(payouts("PAID", own[shop]![1]));
  expect((await fetch({})).accounts).toEqual([
    { account: "us-shop", shop: "us.myshopify.com", outcome: "read", since: "2026-11-01", pages: 2, recorded: 2, revised: 0, missing: 0 },
    { account: "ca-shop", shop: "ca.myshopify.com", outcome: "read", since: "2026-11-01", pages: 2, recorded: 2, revised: 0, missing: 0 },
    { account: "by-files", shop: "files.myshopify.com", outcome: "by-files", pages: 0, recorded: 0, revised: 0, missing: 0 },
  ]);
  expect(asked).toEqual([
    "us.myshopify.com 2026-11-01 first",
    "us.myshopify.com 2026-11-01 payouts",
    "ca.myshopify.com 2026-11-01 first",
    "ca.myshopify.com 2026-11-01 payouts",
  ]);
  expect(facts("payout:").map(({ transaction }) => transaction)).toEqual([
    "payout:shopify-payments:us-shop:104",
    "payout:shopify-payments:ca-shop:204",
  ]);
});

test("the next sweep reads the last two weeks again: nothing new is no news, and a payout that has arrived is revised", async () => {
  const { fetch, state, asked, facts, desk } = house();
  await fetch(us);
  state.now = "2026-12-01T04:00:00.000Z";
  expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", since: "2026-11-17", pages: 2, recorded: 0, revised: 0 }]);
  state.now = "2026-12-02T04:00:00.000Z";
  state.far = (request) => (request.cursor === undefined ? page(rows("71", "75.95"), "payouts") : page(payouts("PAID")));
  expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", since: "2026-11-17", pages: 2, recorded: 0, revised: 1 }]);
  state.now = "2026-12-02T05:00:00.000Z";
  await fetch(us);
  expect(asked.at(-1)).toBe("us.myshopify.com 2026-11-18 payouts");
  expect(
    facts("payout:").flatMap(({ events }) => events.map((event) => (event as { payout?: { status: string } }).payout?.status)),
  ).toEqual(["in-transit", "paid"]);
  expect(desk()).toEqual([]);
});

test("how far an account was read is on record only after what it covers: a crash between reads the same days again", async () => {
  const { fetch, state, asked, facts } = house();
  state.insert = (item) => {
    if (item.type === "document" && item.kind === "payout") throw new Unavailable("the store is away");
  };
  expect((await fetch(us)).accounts).toMatchObject([{ outcome: "failed", reason: "the store is away" }]);
  expect(facts("source:shopify-payments:us-shop:settlement-sweeps:all")).toEqual([]);
  state.insert = undefined;
  state.now = "2026-12-09T04:00:00.000Z";
  expect((await fetch({ ...us, since: "2026-11-01" })).accounts).toMatchObject([{ outcome: "read", since: "2026-11-01", recorded: 1 }]);
  expect(asked.at(-1)).toBe("us.myshopify.com 2026-11-01 payouts");
  expect(facts("payout:").length).toBe(1);
});

test("after a throttle the next sweep goes on behind the last page", async () => {
  const { fetch, state, asked } = house();
  state.far = (request) => (request.cursor === undefined ? page(rows("71", "75.95"), "payouts") : { kind: "wait", seconds: 30 });
  expect((await fetch(us)).accounts).toMatchObject([
    { outcome: "continues", pages: 1, recorded: 1, reason: "the gateway asked for 30 s of patience" },
  ]);
  state.now = "2026-12-01T04:00:00.000Z";
  state.far = () => page(payouts("PAID"));
  expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", pages: 1, recorded: 1 }]);
  expect(asked).toEqual([
    "us.myshopify.com 2026-11-01 first",
    "us.myshopify.com 2026-11-01 payouts",
    "us.myshopify.com 2026-11-01 payouts",
  ]);
});

test("a sweep that took weeks advances from the day of its first page: the days between are read by the next one", async () => {
  const { fetch, state, asked } = house();
  const whole = state.far;
  state.far = (request) => (request.cursor === undefined ? whole(request) : { kind: "wait", seconds: 30 });
  await fetch(us);
  state.now = "2026-12-10T04:00:00.000Z";
  await fetch(us);
  state.now = "2026-12-21T04:00:00.000Z";
  state.far = whole;
  expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", since: "2026-11-01", pages: 1 }]);
  await fetch(us);
  expect(asked.slice(2)).toEqual([
    "us.myshopify.com 2026-11-01 payouts",
    "us.myshopify.com 2026-11-01 payouts",
    "us.myshopify.com 2026-11-17 first",
    "us.myshopify.com 2026-11-17 payouts",
  ]);
});

test("days that were asked for are read by the next sweep when the gateway asks for patience before their first page", async () => {
  const { fetch, state, asked } = house();
  await fetch(us);
  const whole = state.far;
  state.far = () => ({ kind: "wait", seconds: 30 });
  expect((await fetch({ ...us, since: "2026-01-01" })).accounts).toMatchObject([{ outcome: "continues", since: "2026-01-01", pages: 0 }]);
  state.now = "2026-12-02T04:00:00.000Z";
  state.far = whole;
  expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", since: "2026-01-01", pages: 2 }]);
  await fetch(us);
  expect(asked.at(-1)).toBe("us.myshopify.com 2026-11-18 payouts");
});

test.each<[string, Far]>([
  ["refused", () => ({ kind: "refused", reason: "the cursor is not taken" })],
  [
    "failed",
    () => {
      throw new Unavailable("Shopify answered with an error of GraphQL");
    },
  ],
])(
  "a cursor on record at which a sweep is %s is not tried again: the next one reads the same days from the first page",
  async (outcome, trouble) => {
    const { fetch, state, asked } = house();
    const whole = state.far;
    state.far = (request) => (request.cursor === undefined ? whole(request) : { kind: "wait", seconds: 30 });
    await fetch(us);
    state.now = "2026-12-02T04:00:00.000Z";
    state.far = trouble;
    expect((await fetch(us)).accounts).toMatchObject([{ outcome, since: "2026-11-01", pages: 0 }]);
    state.now = "2026-12-03T04:00:00.000Z";
    state.far = whole;
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", since: "2026-11-01", pages: 2 }]);
    await fetch(us);
    expect(asked.slice(2)).toEqual([
      "us.myshopify.com 2026-11-01 payouts",
      "us.myshopify.com 2026-11-01 first",
      "us.myshopify.com 2026-11-01 payouts",
      "us.myshopify.com 2026-11-19 first",
      "us.myshopify.com 2026-11-19 payouts",
    ]);
  },
);

test("trouble with one shop does not stop another, is told to the desk once, and closed by the next sweep that reads it", async () => {
  const { fetch, state, desk } = house();
  const whole = state.far;
  state.far = (request) => {
    if (request.shop === "us.myshopify.com") throw new Unavailable("Shopify answered 503");
    return whole(request);
  };
  expect((await fetch({})).accounts.map(({ account, outcome }) => `${account} ${outcome}`)).toEqual([
    "us-shop failed",
    "ca-shop read",
    "by-files by-files",
  ]);
  await fetch(us);
  expect(desk()).toEqual(["open transport.connection us-shop"]);
  state.far = (request) =>
    request.shop === "us.myshopify.com" ? { kind: "refused", reason: "no access token is configured" } : whole(request);
  expect((await fetch(us)).accounts).toMatchObject([{ outcome: "refused", reason: "no access token is configured" }]);
  state.far = whole;
  await fetch(us);
  expect(desk()).toEqual(["open transport.connection us-shop", "open transport.access us-shop", "closed by hub", "closed by hub"]);
});

test("a page that is held is named by its file, and the same days are read again", async () => {
  const { fetch, state, asked, facts } = house();
  const whole = state.far;
  state.far = (request) => (request.cursor === undefined ? page(`${rows("71", "75.95").slice(0, -40)}\n`, "payouts") : whole(request));
  expect((await fetch(us)).accounts).toMatchObject([{ outcome: "held", pages: 2 }]);
  expect(facts("file:").flatMap(({ issues }) => issues).length).toBeGreaterThan(0);
  state.now = "2026-12-09T04:00:00.000Z";
  state.far = whole;
  expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", recorded: 1 }]);
  // Nothing counts as read by the first sweep: the second goes back thirty days, as one that is the first.
  expect(asked.slice(2)).toEqual(["us.myshopify.com 2026-11-09 first", "us.myshopify.com 2026-11-09 payouts"]);
});

test("a since behind what was read leaves no gap", async () => {
  const { fetch, state, asked } = house();
  await fetch(us);
  state.now = "2026-12-30T04:00:00.000Z";
  await fetch({ ...us, since: "2026-12-29" });
  expect(asked.at(-1)).toBe("us.myshopify.com 2026-11-17 payouts");
});

test("days that were asked for and refused are read by the next sweep", async () => {
  const { fetch, state, asked } = house();
  await fetch(us);
  const far = state.far;
  state.now = "2026-12-02T04:00:00.000Z";
  state.far = () => ({ kind: "refused", reason: "403" });
  expect((await fetch({ ...us, since: "2026-09-01" })).accounts).toMatchObject([{ outcome: "refused", since: "2026-09-01" }]);
  state.far = far;
  state.now = "2026-12-02T05:00:00.000Z";
  expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", since: "2026-09-01" }]);
  await fetch(us);
  expect(asked.slice(-2)).toEqual(["us.myshopify.com 2026-11-18 first", "us.myshopify.com 2026-11-18 payouts"]);
});

test("a page that states what an earlier one did, after another one stated otherwise, is taken in again; the same twice is not", async () => {
  const { fetch, state, facts } = house();
  const sweep = async (status: string, now: string) => {
    state.now = now;
    state.far = (request) => (request.cursor === undefined ? page(rows("71", "75.95"), "payouts") : page(payouts(status)));
    const [{ recorded, revised } = { recorded: 0, revised: 0 }] = (await fetch(us)).accounts;
    return [recorded, revised];
  };
  expect([
    await sweep("IN_TRANSIT", "2026-12-01T03:00:00.000Z"),
    await sweep("PAID", "2026-12-01T04:00:00.000Z"),
    await sweep("IN_TRANSIT", "2026-12-01T05:00:00.000Z"),
    await sweep("IN_TRANSIT", "2026-12-01T06:00:00.000Z"),
  ]).toEqual([
    [2, 0],
    [0, 1],
    [0, 1],
    [0, 0],
  ]);
  const stated = facts("payout:").flatMap(({ events }) => events);
  expect(stated.map((event) => (event as { payout?: { status: string } }).payout?.status)).toEqual(["in-transit", "paid", "in-transit"]);
});

test("what is no day is refused", async () => {
  await expect(house().fetch({ since: "yesterday" })).rejects.toThrow(Invalid);
});

describe("a payout that rows name and the days do not show", () => {
  const elsewhere: Far = (request) => {
    if (byId(request) !== undefined) return request.cursor === undefined ? page(rows("71", "75.95"), "payouts") : page(payouts("PAID"));
    return request.cursor === undefined ? page(rows("71", "75.95"), "payouts") : page(payouts("PAID", "105"));
  };
  const askedByIds = (asked: readonly string[]) => asked.filter((each) => each.includes(" payout "));

  test("is asked for by its id, behind the days", async () => {
    const { fetch, state, asked, facts } = house();
    state.far = elsewhere;
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", pages: 2, recorded: 3, missing: 0 }]);
    expect(asked.slice(2)).toEqual(["us.myshopify.com payout 104 first", "us.myshopify.com payout 104 payouts"]);
    expect(facts("payout:").map(({ transaction }) => transaction)).toEqual([
      "payout:shopify-payments:us-shop:105",
      "payout:shopify-payments:us-shop:104",
    ]);
    await fetch(us);
    expect(askedByIds(asked)).toHaveLength(2);
  });

  test("is asked for again when the sweep ended before what came was on record", async () => {
    const { fetch, state, asked, facts } = house();
    state.far = elsewhere;
    state.insert = (item) => {
      if (item.transaction === "payout:shopify-payments:us-shop:104") throw new Unavailable("the store is away");
    };
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "failed", reason: "payout 104: the store is away" }]);
    state.insert = undefined;
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", recorded: 1 }]);
    expect(askedByIds(asked)).toHaveLength(4);
    expect(facts("payout:shopify-payments:us-shop:104")).toHaveLength(1);
  });

  test("waits where the gateway asks for patience, and the next sweep asks for it", async () => {
    const { fetch, state, asked } = house();
    state.far = (request) => (byId(request) === undefined ? elsewhere(request) : { kind: "wait", seconds: 30 });
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", missing: 0 }]);
    state.far = elsewhere;
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", recorded: 1 }]);
    expect(askedByIds(asked)).toEqual([
      "us.myshopify.com payout 104 first",
      "us.myshopify.com payout 104 first",
      "us.myshopify.com payout 104 payouts",
    ]);
  });

  test("that cannot be read holds no other, and is told to the desk", async () => {
    const { fetch, state, facts, desk } = house();
    const two = (first: string, second: string) =>
      page(
        `${rows("71", "75.95").trim().replaceAll("/104", `/${first}`)}\n${rows("72", "75.95").replaceAll("/104", `/${second}`)}`,
        "payouts",
      );
    state.far = (request) => {
      const id = byId(request);
      if (id === "103") throw new RangeError("no id of a payout");
      if (id !== undefined) return page(payouts("PAID", id));
      return request.cursor === undefined ? two("103", "104") : page(payouts("PAID", "105"));
    };
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "failed", reason: "payout 103: RangeError: no id of a payout" }]);
    expect(facts("payout:").map(({ transaction }) => transaction.split(":")[3])).toEqual(["105", "104"]);
    expect(desk()).toEqual(["open transport.connection us-shop"]);
  });

  const naming = (...ids: readonly string[]) =>
    page(ids.map((id, index) => rows(String(71 + index), "75.95").replaceAll("Payout/104", `Payout/${id}`)).join(""), "payouts");
  const stated = (facts: (prefix: string) => readonly DocumentItem[]) =>
    facts("payout:").map(({ transaction }) => transaction.split(":")[3]);

  test("that could not be read stays at the desk until a later day reads it: an hour in which it is not asked for closes nothing", async () => {
    const { fetch, state, asked, desk } = house();
    let isLarge = true;
    state.far = (request) => {
      if (byId(request) !== undefined) return isLarge ? { kind: "too-large", bytes: 8_000_001 } : page(payouts("PAID"));
      return request.cursor === undefined ? naming("104") : page(payouts("PAID", "105"));
    };
    expect((await fetch(us)).accounts).toMatchObject([
      { outcome: "failed", reason: "payout 104: RangeError: a page has 8000001 bytes, more than is read" },
    ]);
    state.now = "2026-12-01T04:00:00.000Z";
    expect((await fetch(us)).accounts).toMatchObject([
      { outcome: "failed", reason: "payout 104 could not be read when it was asked for on 2026-12-01" },
    ]);
    expect(askedByIds(asked)).toEqual(["us.myshopify.com payout 104 first"]);
    expect(desk()).toEqual(["open transport.connection us-shop"]);
    isLarge = false;
    state.now = "2026-12-02T02:00:00.000Z";
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", recorded: 1 }]);
    expect(desk()).toEqual(["open transport.connection us-shop", "closed by hub"]);
  });

  test("whose pages do not end is not taken for one that was read", async () => {
    const { fetch, state, asked } = house();
    state.far = (request) => {
      if (byId(request) !== undefined) return page(payouts("PAID", "105"), "more");
      return request.cursor === undefined ? naming("104") : page(payouts("PAID", "105"));
    };
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "failed", reason: "payout 104: RangeError: it has more than 500 pages" }]);
    expect(askedByIds(asked)).toHaveLength(500);
  });

  test("that is not answered holds no other, and is asked for again by the next sweep", async () => {
    const { fetch, state, asked, facts } = house();
    state.far = (request) => {
      const id = byId(request);
      if (id === "103") throw new Unavailable("Shopify answered with an error of GraphQL");
      if (id !== undefined) return page(payouts("PAID", id));
      return request.cursor === undefined ? naming("103", "104") : page(payouts("PAID", "105"));
    };
    // At two o'clock the first of two is asked for at first.
    state.now = "2026-12-01T02:00:00.000Z";
    expect((await fetch(us)).accounts).toMatchObject([
      { outcome: "failed", reason: "payout 103: Shopify answered with an error of GraphQL" },
    ]);
    expect(stated(facts)).toEqual(["105", "104"]);
    await fetch(us);
    expect(askedByIds(asked)).toEqual([
      "us.myshopify.com payout 103 first",
      "us.myshopify.com payout 104 first",
      "us.myshopify.com payout 103 first",
    ]);
  });

  test("is not asked for behind three in a row that are not answered; a later hour begins with it", async () => {
    const { fetch, state, asked, facts } = house();
    state.far = (request) => {
      const id = byId(request);
      if (id === "104") return page(payouts("PAID", id));
      if (id !== undefined) throw new Unavailable("Shopify answered with an error of GraphQL");
      return request.cursor === undefined ? naming("101", "102", "103", "104") : page(payouts("PAID", "105"));
    };
    state.now = "2026-12-01T00:00:00.000Z";
    await fetch(us);
    expect(askedByIds(asked).map((each) => each.split(" ")[2])).toEqual(["101", "102", "103"]);
    state.now = "2026-12-01T01:00:00.000Z";
    await fetch(us);
    expect(askedByIds(asked).map((each) => each.split(" ")[2])).toEqual(["101", "102", "103", "102", "103", "104", "101"]);
    expect(stated(facts)).toEqual(["105", "104"]);
  });

  test("is asked for by turns that go on from day to day, behind however many that are never answered", async () => {
    const { fetch, state, facts } = house();
    const ids = Array.from({ length: 32 }, (_, index) => String(201 + index));
    state.far = (request) => {
      const id = byId(request);
      if (id === "232") return page(payouts("PAID", id));
      if (id !== undefined) throw new Unavailable("Shopify answered with an error of GraphQL");
      return request.cursor === undefined ? naming(...ids) : page(payouts("PAID", "105"));
    };
    for (let hour = 0; hour < 32; hour += 1) {
      state.now = new Date(Date.UTC(2026, 11, 1, hour)).toISOString();
      await fetch(us);
    }
    expect(stated(facts)).toEqual(["105", "232"]);
  });

  test("with many pages ends with the time of its sweep, between two of them, and is asked for again by the next one", async () => {
    const { fetch, state, asked, facts } = house();
    state.far = (request) => {
      if (byId(request) === undefined) return request.cursor === undefined ? naming("104") : page(payouts("PAID", "105"));
      if (request.cursor !== undefined) return page(payouts("PAID"));
      state.now = "2026-12-01T03:08:01.000Z";
      return page(rows("81", "75.95"), "payouts");
    };
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", recorded: 3 }]);
    expect(askedByIds(asked)).toEqual(["us.myshopify.com payout 104 first"]);
    await fetch(us);
    expect(askedByIds(asked).slice(1)).toEqual(["us.myshopify.com payout 104 first", "us.myshopify.com payout 104 payouts"]);
    expect(stated(facts)).toEqual(["105", "104"]);
  });

  test("is at the desk once after a day, and what a person closed stays closed", async () => {
    const { fetch, state, desk, close, counted } = house();
    state.far = (request) => (byId(request) === undefined ? elsewhere(request) : page(payouts("PAID", "105")));
    await fetch(us);
    expect(desk()).toEqual([]);
    state.now = "2026-12-02T03:00:01.000Z";
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", missing: 1 }]);
    await fetch(us);
    expect(desk()).toEqual(["open source.payout-gap 104"]);
    await close("Ana Ruiz");
    state.now = "2026-12-03T03:00:01.000Z";
    // What a person closed is missing no longer, and counted on the day on which it was found.
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", missing: 0 }]);
    expect(desk()).toEqual(["open source.payout-gap 104", "closed by Ana Ruiz"]);
    expect(counted).toEqual([0, 1, 0, 0]);
  });

  test("is asked for while it is open at the desk, also when the months in which rows named it are read no longer", async () => {
    const { fetch, state, asked, facts, desk } = house();
    state.far = (request) => (byId(request) === undefined ? elsewhere(request) : page(payouts("PAID", "105")));
    await fetch(us);
    state.now = "2026-12-02T03:00:01.000Z";
    await fetch(us);
    state.now = "2027-09-01T03:00:00.000Z";
    state.far = (request) => page(payouts("PAID", byId(request) ?? "105"));
    expect((await fetch(us)).accounts).toMatchObject([{ outcome: "read", missing: 0 }]);
    expect(askedByIds(asked)).toEqual(Array(3).fill("us.myshopify.com payout 104 first"));
    expect(stated(facts)).toEqual(["105", "104"]);
    expect(desk()).toEqual(["open source.payout-gap 104", "closed by hub"]);
  });

  test("leaves the desk when it comes, also months after anybody named it", async () => {
    const { fetch, state, desk } = house();
    state.far = (request) => (byId(request) === undefined ? elsewhere(request) : page(payouts("PAID", "105")));
    await fetch(us);
    state.now = "2026-12-02T03:00:01.000Z";
    await fetch(us);
    state.now = "2027-09-01T03:00:00.000Z";
    await fetch(us);
    expect(desk()).toEqual(["open source.payout-gap 104"]);
    state.far = (request) => (request.cursor === undefined ? page(rows("71", "75.95"), "payouts") : page(payouts("PAID")));
    await fetch(us);
    expect(desk()).toEqual(["open source.payout-gap 104", "closed by hub"]);
  });
});
