import { describe, expect, test } from "vitest";
import type { Layer } from "../../../domain/policy/layer-file.ts";
import { checkOwnership, governedKey, governedKeys, type Ownership, parseOwnership } from "../../../domain/policy/ownership.ts";

const controller = { name: "Group controller", why: "Answers for the ledger." };
const owned = (lowest: string, owner = "controller") => ({ owner, lowest, why: "A test." });
const ownership = (keys: object = {}) =>
  ({
    roles: { controller },
    keys: { ...Object.fromEntries(governedKeys.map((key) => [key, owned("entity")])), ...keys },
  }) as Ownership;
const layer = (kind: string, id: string, data: object) => ({ kind, file: `${kind}/${id}.json`, id, data }) as unknown as Layer;
const faults = (layers: readonly Layer[], given: Ownership) =>
  checkOwnership(layers, given).map(({ file, path, value, message }) => [file, path, value, message].join(" | "));

test("every key that a layer may set, and every rule of lists whose rules are governed one by one", () => {
  expect(governedKeys).toEqual([
    "accounts",
    "approvals.concession",
    "approvals.estimate",
    "approvals.late-posting",
    "approvals.over-short",
    "approvals.policy-release",
    "approvals.reopened-period",
    "approvals.restatement",
    "approvals.write-off",
    "balanceTypes",
    "bankAccounts",
    "brand",
    "calendar",
    "connection",
    "connections",
    "consignments",
    "couriers",
    "cutOver",
    "dropShip",
    "elections.accrualRevision",
    "elections.cardDiscount",
    "elections.controlPasses",
    "elections.correctionStyle",
    "elections.drawerCount",
    "elections.postingGrain",
    "elections.returnedDuties",
    "elections.storedValueGiven",
    "elections.storedValueLapsed",
    "elections.taxPoint",
    "elections.tips",
    "elections.transferTitle",
    "elections.unsaleableReturns",
    "erpCompany",
    "escalations",
    "estimates.breakage",
    "estimates.returns",
    "freight",
    "functionalCurrency",
    "fxRates",
    "gatewayAccounts",
    "items",
    "jurisdictions",
    "locations",
    "loyalty",
    "name",
    "periods",
    "posTables",
    "poslogDialects",
    "promotions",
    "region",
    "replacements",
    "returns",
    "shops",
    "stockReasons",
    "stores",
    "taxFilings",
    "taxes",
    "tenders",
    "ticketRules",
    "tillReasons",
    "timeZone",
    "tolerances.foreignPayment",
    "tolerances.foreignReturn",
    "tolerances.settlementMatch",
    "tolerances.ticketTaxGroup",
    "transferPrices",
    "unclaimedProperty",
    "waits.bankDeposit",
    "waits.payoutAfterPeriodEnd",
    "waits.storeDayAudit",
    "waits.transferReceipt",
  ]);
});

test.each([
  ["elections", { election: "tips" }, "elections.tips"],
  ["tolerances", { tolerance: "settlementMatch" }, "tolerances.settlementMatch"],
  ["estimates", { estimate: "returns" }, "estimates.returns"],
  ["waits", { wait: "bankDeposit" }, "waits.bankDeposit"],
  ["approvals", { kind: "write-off" }, "approvals.write-off"],
  ["accounts", { role: "sales" }, "accounts"],
])("a rule of %s is governed by %j", (section, rule, key) => {
  expect(governedKey(section, rule)).toBe(key);
});

describe("the file that says who owns what", () => {
  const read = (content: unknown) => {
    const parsed = parseOwnership({ path: "ownership.json", content: JSON.stringify(content) });
    return "errors" in parsed ? parsed.errors.map(({ path, message }) => `${path}: ${message}`) : parsed.ownership;
  };
  const sound = { roles: { controller }, keys: { accounts: owned("global"), "approvals.write-off": owned("brand") } };

  test("is read as it is written", () => {
    expect(read(sound)).toEqual(sound);
    for (const lowest of ["global", "region", "brand", "entity"])
      expect(read({ ...sound, keys: { accounts: owned(lowest) } })).toMatchObject({ keys: { accounts: { lowest } } });
  });

  test.each<[string, object, string]>([
    ["another layer", { keys: { accounts: owned("store") } }, "keys.accounts.lowest: not allowed; allowed: global, region, brand, entity"],
    [
      "a key that is none",
      { keys: { "a b": owned("global") } },
      'keys["a b"]: not allowed as a key; allowed: a key such as accounts or elections.taxPoint',
    ],
    [
      "a key of three parts",
      { keys: { "a.b.c": owned("global") } },
      'keys["a.b.c"]: not allowed as a key; allowed: a key such as accounts or elections.taxPoint',
    ],
    [
      "a key that begins with a digit",
      { keys: { "1a": owned("global") } },
      'keys["1a"]: not allowed as a key; allowed: a key such as accounts or elections.taxPoint',
    ],
    [
      "a key without its second part",
      { keys: { "a.": owned("global") } },
      'keys["a."]: not allowed as a key; allowed: a key such as accounts or elections.taxPoint',
    ],
    [
      "a role with something beside it",
      { roles: { controller: { ...controller, mail: "x" } } },
      "roles.controller.mail: unknown key; allowed here: name, why",
    ],
    [
      "a key with something beside it",
      { keys: { accounts: { ...owned("global"), since: "x" } } },
      "keys.accounts.since: unknown key; allowed here: owner, lowest, why",
    ],
    ["a part that nobody reads", { people: {} }, "people: unknown key; allowed here: roles, keys"],
  ])("is refused with %s", (_, more, fault) => {
    expect(read({ ...sound, ...more })).toEqual([fault]);
  });
});

describe("who owns a key", () => {
  test("is said of each, and of no other one, by a role that there is", () => {
    expect(faults([], ownership())).toEqual([]);
    const { accounts: _accounts, ...keys } = ownership().keys;
    expect(faults([], { ...ownership(), keys })).toEqual([
      "ownership.json | keys.accounts | nothing | accounts has no owner: say its owner, lowest layer and why",
    ]);
    const [other] = faults([], ownership({ moons: owned("entity") }));
    expect(other).toContain('ownership.json | keys.moons | "controller" | unknown key; allowed: accounts, approvals.concession, ');
    expect(faults([], ownership({ accounts: owned("entity", "nobody") }))).toEqual([
      'ownership.json | keys.accounts.owner | "nobody" | unknown role; allowed: controller',
    ]);
    const two = { ...ownership({ accounts: owned("entity", "x") }), roles: { treasurer: controller, controller } };
    expect(faults([], two)).toEqual(['ownership.json | keys.accounts.owner | "x" | unknown role; allowed: controller, treasurer']);
    expect(faults([], { ...ownership({ accounts: owned("entity") }), roles: {} })).toContain(
      'ownership.json | keys.accounts.owner | "controller" | unknown role; allowed: none',
    );
  });

  test("a file sets it down to the lowest layer that may, and no lower", () => {
    const set = (kind: string) => faults([layer(kind, "x", { accounts: [] })], ownership({ accounts: owned("region") }));
    expect([set("global"), set("region")]).toEqual([[], []]);
    expect(set("brand")).toEqual([
      "brand/x.json | accounts | [] | accounts may not be set in a brand file: ask Group controller; allowed layers: global, region",
    ]);
    expect(set("entity")).toEqual([
      "entity/x.json | accounts | [] | accounts may not be set in an entity file: ask Group controller; allowed layers: global, region",
    ]);
  });

  test("of rules that are governed one by one the one that may not is named", () => {
    const tips = { election: "tips", value: "income" };
    const given = ownership({ "elections.tips": owned("global", "nobody") });
    expect(faults([layer("region", "us", { elections: [{ election: "taxPoint" }, tips] })], given)).toEqual([
      'ownership.json | keys["elections.tips"].owner | "nobody" | unknown role; allowed: controller',
      'region/us.json | elections[1] | {"election":"tips","value":"income"} | elections.tips may not be set in a region file: ask its owner; allowed layers: global',
    ]);
  });
});
