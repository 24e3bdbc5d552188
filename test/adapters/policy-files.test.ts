import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { loadPolicy, readPolicyFiles } from "#adapters/policy-files";
import { Invalid } from "#domain/failures";

const samplePolicies = fileURLToPath(new URL("../../policies", import.meta.url));
let dir = "";

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "policies-"));
  cpSync(samplePolicies, dir, { recursive: true });
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

test("a folder is read layer by layer, in the order of paths", () => {
  expect(readPolicyFiles(dir).map(({ path }) => path)).toEqual([
    "brands/fernwick-vale.json",
    "entities/CA1.json",
    "entities/US1.json",
    "entities/US2.json",
    "global.json",
    "ownership.json",
    "regions/ca.json",
    "regions/us.json",
  ]);
});

test("a loaded policy carries the release that it is built for, and the version of its files", () => {
  const loaded = loadPolicy(dir);
  expect([loaded.build(3).release, loaded.build(4).release]).toEqual([3, 4]);
  expect(loaded.build(3).version).toBe(loaded.version);
  expect(loaded.build(3).connections["erp-us"]).toEqual({
    adapter: "sandbox",
    inventoryJournal: "erp",
    leaseSeconds: 9,
    requestTimeoutSeconds: 2,
    serverRunSeconds: 1,
    clockSkewSeconds: 5,
    visibilityLagSeconds: 0,
  });
});

test("another content is another version", () => {
  const before = loadPolicy(dir).version;
  writeFileSync(join(dir, "regions/uk.json"), '{ "name": "United Kingdom" }');
  expect(loadPolicy(dir).version).not.toBe(before);
});

test("every fault is listed in one message", () => {
  writeFileSync(join(dir, "regions/uk.json"), '{ "name": "United Kingdom", "vat": true }');
  writeFileSync(join(dir, "regions/fr.json"), "{");
  expect(() => loadPolicy(dir)).toThrow(Invalid);
  expect(() => loadPolicy(dir)).toThrow(
    /^the policies have 2 faults:\nregions\/fr\.json: is not JSON: .*\nregions\/uk\.json vat: unknown key; allowed here: name, connections, jurisdictions, taxes, accounts, elections, tolerances, waits, ticketRules, returns, promotions, freight, estimates, unclaimedProperty, loyalty, replacements, approvals, calendar, tillReasons, stockReasons, consignments, dropShip, couriers \(found true\)$/,
  );
});

test("a folder that no layer has is refused, because its rules would be read by nobody", () => {
  mkdirSync(join(dir, "stores"));
  expect(() => loadPolicy(dir)).toThrow("policies: stores/ is no layer; allowed: regions, brands, entities");
});

test("a JSON file in a place that no layer has is refused, a note beside it is not", () => {
  writeFileSync(join(dir, "README.md"), "notes");
  expect(() => loadPolicy(dir)).not.toThrow();
  writeFileSync(join(dir, "globals.json"), "{}");
  expect(() => loadPolicy(dir)).toThrow(/globals\.json: no layer has this path/);
});

test("a folder that is not there is named as such", () => {
  expect(() => loadPolicy(join(dir, "nowhere"))).toThrow(/^policies: the folder cannot be read: ENOENT/);
});

test("a file that is too large is refused before it is read", () => {
  writeFileSync(join(dir, "regions/big.json"), `"${"x".repeat(2_000_000)}"`);
  expect(() => loadPolicy(dir)).toThrow("policies: regions/big.json has 2000002 bytes; at most 2000000 are read");
});

test("too many files are refused", () => {
  for (let index = 0; index < 500; index++) writeFileSync(join(dir, `regions/r${index}.json`), "{}");
  expect(() => loadPolicy(dir)).toThrow("policies: 508 files; at most 500 are read");
});
