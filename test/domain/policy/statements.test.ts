import { describe, expect, test } from "vitest";
import { comparePolicies, explainPolicy, type PolicyFile } from "#domain/policy";
import type { Layer } from "../../../domain/policy/layer-file.ts";
import { statementsOf } from "../../../domain/policy/statements.ts";
import { files, sales } from "./small-policy.ts";

const layer = (kind: Layer["kind"], id: string, data: Record<string, unknown>) =>
  ({ kind, id, data, file: kind === "global" ? "global.json" : `${kind}/${id}.json` }) as unknown as Layer;
const ownership = {
  roles: { controller: { name: "Group controller", why: "Answers for the ledger." }, tax: { name: "Tax manager", why: "Files taxes." } },
  keys: {
    accounts: { owner: "controller", lowest: "entity" as const, why: "The chart is one." },
    "elections.taxPoint": { owner: "tax", lowest: "region" as const, why: "The law of a place." },
    periods: { owner: "gone", lowest: "entity" as const, why: "Nobody has this role." },
  },
};
const house = [
  layer("entity", "US1", { region: "us", brand: "fern" }),
  layer("entity", "US2", { region: "us", brand: "moss" }),
  layer("entity", "CA1", { region: "ca", brand: "fern" }),
];
/** What a section of the global file says. */
const told = (section: string, content: unknown) =>
  statementsOf([layer("global", "global", { [section]: content }), layer("entity", "US1", {})], { ...ownership, keys: {} });

describe("a rule of a list says under its own name what it narrows and what it says", () => {
  test.each<[string, object, string, object, unknown]>([
    ["accounts", { role: "sales", when: { channel: "web" }, account: "4110" }, "accounts.sales", { channel: "web" }, { account: "4110" }],
    [
      "elections",
      { election: "taxPoint", when: { jurisdiction: "X" }, value: "capture" },
      "elections.taxPoint",
      { jurisdiction: "X" },
      "capture",
    ],
    ["tolerances", { tolerance: "drawer", minorUnits: 100 }, "tolerances.drawer", {}, 100],
    ["tolerances", { tolerance: "foreignReturn", rate: "0.02" }, "tolerances.foreignReturn", {}, { rate: "0.02" }],
    ["ticketRules", { rule: "not-empty", severity: "off" }, "ticketRules.not-empty", {}, "off"],
    ["waits", { wait: "settlement", days: 3 }, "waits.settlement", {}, 3],
    [
      "approvals",
      { kind: "concession", role: "controller", expiresAfterHours: 48 },
      "approvals.concession",
      { role: "controller" },
      { expiresAfterHours: 48 },
    ],
    ["escalations", { class: "data.value", afterHours: 4 }, "escalations", { class: "data.value" }, { afterHours: 4 }],
    ["returns", { windowDays: 30 }, "returns", {}, { windowDays: 30 }],
    ["promotions", { code: "TEN", rateMax: "0.1" }, "promotions.TEN", {}, { rateMax: "0.1" }],
    ["freight", { carrier: "ups" }, "freight", {}, { carrier: "ups" }],
    ["estimates", { estimate: "breakage", rate: "0.1" }, "estimates.breakage", {}, "0.1"],
    ["unclaimedProperty", { jurisdiction: "US-MA", dormancyMonths: 36 }, "unclaimedProperty.US-MA", {}, 36],
    ["loyalty", { program: "rewards", points: 100 }, "loyalty.rewards", {}, { points: 100 }],
    ["replacements", { code: "W", reason: "warranty" }, "replacements.W", {}, "warranty"],
    ["tillReasons", { kind: "fee", role: "other-revenue" }, "tillReasons.fee", {}, { role: "other-revenue" }],
    ["stockReasons", { reason: "theft" }, "stockReasons", {}, { reason: "theft" }],
    ["consignments", { consignor: "Mill", commission: "0.3" }, "consignments.Mill", {}, "0.3"],
    ["dropShip", { vendor: "Mill", unitCost: 5 }, "dropShip.Mill", {}, { unitCost: 5 }],
    ["couriers", { carrier: "ups" }, "couriers", {}, { carrier: "ups" }],
    [
      "taxes",
      { channel: "pos", store: "0101", match: "*", jurisdiction: "US-MA" },
      "taxes",
      { channel: "pos", store: "0101", match: "*" },
      "US-MA",
    ],
    [
      "taxes",
      { channel: "shopify", shop: "a.example", match: "VAT", jurisdiction: "FR" },
      "taxes",
      { channel: "shopify", shop: "a.example", match: "VAT" },
      "FR",
    ],
    [
      "tenders",
      { channel: "pos", match: "card", cardBrand: "VISA", role: "acquirer-clearing" },
      "tenders.pos",
      { match: "card", cardBrand: "VISA" },
      { role: "acquirer-clearing" },
    ],
    ["periods", { period: "2026-10", state: "closed" }, "periods.2026-10", {}, "closed"],
    ["taxFilings", { jurisdiction: "US-MA", filedThrough: "2026-10-31" }, "taxFilings.US-MA", {}, "2026-10-31"],
    ["fxRates", { of: "EUR", in: "USD", rate: "1.1" }, "fxRates.EUR.USD", {}, "1.1"],
    ["balanceTypes", { source: "paypal", type: "T0006", class: "sale" }, "balanceTypes", { source: "paypal", type: "T0006" }, "sale"],
    [
      "transferPrices",
      { buyer: "CA1", itemClass: "apparel", markup: "0.05" },
      "transferPrices",
      { buyer: "CA1", itemClass: "apparel" },
      { markup: "0.05" },
    ],
    ["others", { name: "a" }, "others", {}, { name: "a" }],
  ])("%s %j", (section, rule, key, when, value) => {
    expect(told(section, [{}, rule])[1]).toMatchObject({ key, when, value, path: `${section}[1]`, from: null, to: null, why: null });
  });

  test("with its dates and its reason apart", () => {
    expect(told("waits", [{ wait: "settlement", days: 3, from: "2026-01-01", to: "2026-06-30", why: "They are slow." }])).toEqual([
      {
        key: "waits.settlement",
        when: {},
        value: 3,
        from: "2026-01-01",
        to: "2026-06-30",
        why: "They are slow.",
        owner: "",
        layer: "global",
        file: "global.json",
        path: "waits[0]",
        speaksFor: ["US1"],
      },
    ]);
  });
});

describe("what is no list says each of its names", () => {
  const text = (section: string, content: unknown) => told(section, content).map(({ key, value, why, path }) => [key, value, why, path]);
  test("items one by one, beside what holds for all of them", () => {
    expect(text("items", { unknown: "hold", list: { MUG: { class: "table" }, "A 1": { class: "toys" } } })).toEqual([
      ["items.unknown", "hold", null, "items.unknown"],
      ["items.MUG", { class: "table" }, null, "items.list.MUG"],
      ["items.A 1", { class: "toys" }, null, 'items.list["A 1"]'],
    ]);
    expect(text("items", { unknown: "hold" })).toEqual([["items.unknown", "hold", null, "items.unknown"]]);
  });

  test("a calendar as one, and each place by its name, with a reason where there is one", () => {
    expect(text("calendar", { kind: "months", why: "As the group." })).toEqual([
      ["calendar", { kind: "months" }, "As the group.", "calendar"],
    ]);
    expect(text("stores", { "0101": { name: "Boston" }, "0102": { name: "Salem", why: "New." } })).toEqual([
      ["stores.0101", { name: "Boston" }, null, 'stores["0101"]'],
      ["stores.0102", { name: "Salem" }, "New.", 'stores["0102"]'],
    ]);
  });

  test("and a plain value as itself", () => {
    expect(text("name", "Fern")).toEqual([["name", "Fern", null, "name"]]);
    expect(text("parent", null)).toEqual([["parent", null, null, "parent"]]);
  });
});

describe("a file speaks", () => {
  const speaksFor = (kind: Layer["kind"], id: string, section: string, content: unknown) =>
    statementsOf([layer(kind, id, { [section]: content }), ...house], ownership)[0]?.speaksFor;
  test.each<[string, Layer["kind"], string, string, unknown, string[]]>([
    ["for everybody, where it is the global one", "global", "global", "accounts", [{ role: "sales" }], ["US1", "US2", "CA1"]],
    ["for the entities of its region", "region", "us", "accounts", [{ role: "sales" }], ["US1", "US2"]],
    ["for the entities of its brand", "brand", "fern", "accounts", [{ role: "sales" }], ["US1", "CA1"]],
    ["for itself, where it is an entity's", "entity", "US9", "accounts", [{ role: "sales" }], ["US9"]],
    [
      "for everybody of its region's jurisdictions",
      "region",
      "us",
      "elections",
      [{ election: "taxPoint", when: { jurisdiction: "US-MA" } }],
      ["US1", "US2", "CA1"],
    ],
    [
      "for its region of other elections",
      "region",
      "us",
      "elections",
      [{ election: "taxPoint", when: { channel: "pos" } }],
      ["US1", "US2"],
    ],
    ["for its region of elections without a case", "region", "us", "elections", [{ election: "taxPoint" }], ["US1", "US2"]],
    [
      "for its brand of elections in a jurisdiction",
      "brand",
      "fern",
      "elections",
      [{ election: "taxPoint", when: { jurisdiction: "US-MA" } }],
      ["US1", "CA1"],
    ],
    [
      "for its region of tolerances in a jurisdiction",
      "region",
      "us",
      "tolerances",
      [{ tolerance: "drawer", when: { jurisdiction: "US-MA" } }],
      ["US1", "US2"],
    ],
  ])("%s", (_, kind, id, section, content, entities) => {
    // An entity file that speaks is one of the house itself.
    expect(speaksFor(kind, id, section, content)).toEqual(entities);
  });

  test("for everybody of what is one for all, whichever file says it", () => {
    for (const section of ["shops", "jurisdictions", "connections", "posTables"])
      expect(speaksFor("brand", "fern", section, { a: {} })).toEqual(["US1", "US2", "CA1"]);
    for (const section of ["taxes", "balanceTypes", "escalations"])
      expect(speaksFor("brand", "fern", section, [{}])).toEqual(["US1", "US2", "CA1"]);
    expect(speaksFor("brand", "fern", "items", { list: { MUG: {} } })).toEqual(["US1", "US2", "CA1"]);
    expect(speaksFor("brand", "fern", "stores", { a: {} })).toEqual(["US1", "CA1"]);
  });
});

test("each key has its owner's name, and what the owners are is told too", () => {
  const found = statementsOf(
    [layer("entity", "US1", { accounts: [{ role: "sales" }], elections: [{ election: "taxPoint" }], periods: [{}], waits: [{}] })],
    ownership,
  );
  expect(found.map(({ key, owner }) => [key, owner])).toEqual([
    ["accounts.sales", "Group controller"],
    ["elections.taxPoint", "Tax manager"],
    ["periods.undefined", "gone"],
    ["waits.undefined", ""],
    ["ownership.accounts", "Group controller"],
    ["ownership.elections.taxPoint", "Tax manager"],
    ["ownership.periods", "gone"],
  ]);
  expect(found.slice(-2).map(({ value, why, layer: kind, file, path, speaksFor }) => [value, why, kind, file, path, speaksFor])).toEqual([
    [{ owner: "Tax manager", lowest: "region" }, "The law of a place.", "global", "ownership.json", 'keys["elections.taxPoint"]', ["US1"]],
    [{ owner: "gone", lowest: "entity" }, "Nobody has this role.", "global", "ownership.json", "keys.periods", ["US1"]],
  ]);
});

describe("what counts on a day", () => {
  const dated = (account: string, from: string, to?: string) => ({ ...sales(account), from, ...(to === undefined ? {} : { to }) });
  const policies = files((content) => {
    content["global.json"]!.accounts = [
      dated("4000", "2026-01-01"),
      dated("4005", "2026-06-01", "2026-06-30"),
      { ...dated("4110", "2026-01-01"), role: "discounts" },
      { ...dated("4120", "2026-01-01"), role: "discounts", when: { channel: "web" } },
    ];
    content["brands/fern.json"]!.accounts = [dated("4002", "2026-07-01", "2026-07-31")];
    content["entities/US2.json"]!.accounts = [dated("4003", "2026-07-15")];
  });
  const shown = (
    day: string,
    filter: { key?: string; entity?: string } = { key: "accounts.sales" },
    given: readonly PolicyFile[] = policies,
  ) => {
    const found = explainPolicy(given, day, filter);
    if ("errors" in found) return found.errors.map(({ message }) => message);
    return found.statements.map(({ key, value, entities, overrides }) =>
      [key, (value as { account?: string }).account ?? "", entities.join(" "), overrides.join(" ")].join(" | "),
    );
  };
  test.each([
    ["2025-12-31", []],
    ["2026-01-01", ["accounts.sales | 4000 | US1 US2 | "]],
    ["2026-06-01", ["accounts.sales | 4005 | US1 US2 | global.json"]],
    ["2026-06-30", ["accounts.sales | 4005 | US1 US2 | global.json"]],
    ["2026-07-14", ["accounts.sales | 4002 | US1 US2 | global.json"]],
    ["2026-07-15", ["accounts.sales | 4002 | US1 | global.json", "accounts.sales | 4003 | US2 | brands/fern.json global.json"]],
    ["2026-08-01", ["accounts.sales | 4000 | US1 | ", "accounts.sales | 4003 | US2 | global.json"]],
  ])("%s: the nearest file, and of one file the rule that began last", (day, statements) => {
    expect(shown(day)).toEqual(statements);
  });

  test("for one entity alone, of one key, or of all keys that begin with it", () => {
    expect(shown("2026-07-15", { key: "accounts.sales", entity: "US2" })).toEqual([
      "accounts.sales | 4003 | US2 | brands/fern.json global.json",
    ]);
    expect(shown("2026-08-01", { key: "accounts.sales", entity: "US7" })).toEqual([]);
    expect(shown("2026-01-01", { key: "accounts" })).toEqual([
      "accounts.discounts | 4120 | US1 US2 | ",
      "accounts.discounts | 4110 | US1 US2 | ",
      "accounts.sales | 4000 | US1 US2 | ",
    ]);
    expect(shown("2026-01-01", { key: "accounts.sale" })).toEqual([]);
    expect(shown("2026-01-01", {}).length).toBeGreaterThan(20);
  });

  test("of files that cannot be read are their faults", () => {
    expect(
      shown(
        "2026-01-01",
        {},
        policies.filter(({ path }) => path !== "global.json"),
      ),
    ).toEqual(["is missing: it holds items and tenders"]);
  });

  describe("what differs between two contents", () => {
    const differences = (change: Parameters<typeof files>[0], before: Parameters<typeof files>[0] = () => {}) => {
      const found = comparePolicies(files(before), files(change));
      if ("errors" in found) return found.errors.map(({ message }) => message);
      return found.changes.map(({ change: kind, key, before: was, after: is, from, to, why, owner, layer: where, file }) =>
        [kind, key, JSON.stringify(was), JSON.stringify(is), `${from}..${to}`, why, owner, where, file].join(" | "),
      );
    };
    const one = (account: string) => JSON.stringify({ account, name: `Sales ${account}` });
    const accounts =
      (...rules: object[]) =>
      (content: Record<string, Record<string, unknown>>) =>
        (content["global.json"]!.accounts = rules);
    const tail = "A test of the layers. | Controller | global | global.json";

    test("nothing of the same, also told in another order", () => {
      expect(differences(() => {})).toEqual([]);
      expect(
        differences(accounts(dated("4001", "2026-02-01"), sales("4000")), accounts(sales("4000"), dated("4001", "2026-02-01"))),
      ).toEqual([]);
    });

    test("what is new, beside what its file said of that day before", () => {
      expect(differences(accounts(sales("4000"), dated("4001", "2026-07-01", "2026-07-31")))).toEqual([
        `added | accounts.sales | ${one("4000")} | ${one("4001")} | 2026-07-01..2026-07-31 | ${tail}`,
      ]);
      const ended = accounts(dated("3999", "2025-01-01", "2025-12-31"), dated("4000", "2026-01-01", "2026-06-30"));
      const begun = (day: string) =>
        accounts(dated("3999", "2025-01-01", "2025-12-31"), dated("4000", "2026-01-01", "2026-06-30"), dated("4001", day));
      expect(differences(begun("2026-07-01"), ended)).toEqual([
        `added | accounts.sales | null | ${one("4001")} | 2026-07-01..null | ${tail}`,
      ]);
      expect(differences(begun("2026-06-30"), ended)).toEqual([
        `added | accounts.sales | ${one("4000")} | ${one("4001")} | 2026-06-30..null | ${tail}`,
      ]);
      expect(differences(begun("2024-06-30"), ended)).toEqual([
        `added | accounts.sales | null | ${one("4001")} | 2024-06-30..null | ${tail}`,
      ]);
    });

    test("what is gone, beside what stands in its place", () => {
      expect(differences(accounts(sales("4000")), accounts(sales("4000"), dated("4001", "2026-07-01")))).toEqual([
        `removed | accounts.sales | ${one("4001")} | ${one("4000")} | 2026-07-01..null | ${tail}`,
      ]);
    });

    test("what is said otherwise: the value, the end, the reason or the owner", () => {
      expect(differences(accounts(sales("4009")))).toEqual([
        `changed | accounts.sales | ${one("4000")} | ${one("4009")} | 2026-01-01..null | ${tail}`,
      ]);
      expect(differences(accounts(dated("4000", "2026-01-01", "2026-12-31")))).toEqual([
        `changed | accounts.sales | ${one("4000")} | ${one("4000")} | 2026-01-01..2026-12-31 | ${tail}`,
      ]);
      expect(differences(accounts({ ...sales("4000"), why: "Renumbered, for good." }))).toEqual([
        `changed | accounts.sales | ${one("4000")} | ${one("4000")} | 2026-01-01..null | Renumbered, for good. | Controller | global | global.json`,
      ]);
      expect(
        differences((content) =>
          Object.assign(content["ownership.json"]!.keys as object, { loyalty: { owner: "controller", lowest: "global", why: "A test." } }),
        ),
      ).toEqual([
        'changed | ownership.loyalty | {"owner":"Controller","lowest":"entity"} | {"owner":"Controller","lowest":"global"} | null..null | A test. | Controller | global | ownership.json',
      ]);
    });

    test("in the order of keys, files and days", () => {
      const found = differences((content) => {
        content["entities/US1.json"]!.accounts = [sales("5001")];
        content["brands/fern.json"]!.accounts = [
          dated("4002", "2026-07-01"),
          dated("4003", "2026-06-01"),
          { ...sales("4100"), role: "discounts" },
        ];
      });
      expect(found.map((text) => text.replace(/^(\w+) \| (\S+) \| null \| \{"account":"(\d+)".* \| (\S+)$/, "$1 $2 $3 $4"))).toEqual([
        "added accounts.discounts 4100 brands/fern.json",
        "added accounts.sales 4003 brands/fern.json",
        "added accounts.sales 4002 brands/fern.json",
        "added accounts.sales 5001 entities/US1.json",
      ]);
    });

    test("and the faults of whichever cannot be read", () => {
      const broken = (content: Record<string, Record<string, unknown>>) => delete content["global.json"]!.tenders;
      expect(differences(broken)).toEqual(["is missing: array expected"]);
      expect(differences(() => {}, broken)).toEqual(["is missing: array expected"]);
    });
  });
});
