import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import { main } from "#cli";
import { createTerminal } from "../../cli/terminal.ts";
import { policiesFolder } from "../hub/temporary-hub.ts";

const folder = mkdtempSync(join(tmpdir(), "throughline-simulate-"));
const policies = join(folder, "policies");
const draftFolder = join(folder, "draft");
const author = ["--actor", "Ann", "--reason", "A test."];

async function run(words: readonly string[], data = join(folder, "data"), by = draftFolder) {
  let [out, err] = ["", ""];
  const stdout = { columns: 120, write: (part: string) => (out += part) };
  const stderr = { write: (part: string) => (err += part) };
  const status = await main([...words, "--data", data, "--policies", by], createTerminal(stdout, stderr));
  return { status, out, err };
}

type Json = Record<string, unknown>;

/** Makes the draft again out of the policies in force, with these changes. */
function draftOf(changes: Readonly<Record<string, (content: Json) => void>>): void {
  rmSync(draftFolder, { recursive: true, force: true });
  cpSync(policies, draftFolder, { recursive: true });
  for (const [name, edit] of Object.entries(changes)) {
    const file = join(draftFolder, name);
    const content = JSON.parse(readFileSync(file, "utf8")) as Json;
    edit(content);
    writeFileSync(file, JSON.stringify(content));
  }
}

/** The taxes of Massachusetts become due with the payment. */
const taxWithPayment = (content: Json) => {
  for (const rule of content.elections as { election: string; when?: { jurisdiction?: string }; value: string }[]) {
    if (rule.election === "taxPoint" && rule.when?.jurisdiction === "US-MA") rule.value = "capture";
  }
};
const acceptItems = (content: Json) => Object.assign(content.items as Json, { unknown: "accept" });
const newAccount = (content: Json) => Object.assign((content.accounts as Json[])[0]!, { account: "4115" });

// The shape of the contract, written down here and not taken from the code.
const decimal = z.string().regex(/^-?\d+(\.\d{1,3})?$/);
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const kinds = z.array(
  z.strictObject({ class: z.string(), code: z.string(), count: z.int(), transactions: z.array(z.string()).min(1), message: z.string() }),
);
const simulated = z.strictObject({
  before: z.int().nullable(),
  after: z.int().nullable(),
  transactions: z.int(),
  affected: z.int(),
  books: z.array(
    z.strictObject({
      entity: z.string(),
      currency: z.string(),
      period: z.string(),
      account: z.string(),
      posted: decimal,
      draft: decimal,
      difference: decimal,
    }),
  ),
  documents: z.strictObject({ posts: z.int(), restatement: z.int(), stays: z.int(), held: z.int(), unpriced: z.int() }),
  restatements: z.array(
    z.strictObject({
      transaction: z.string(),
      document: z.string(),
      entity: z.string(),
      currency: z.string(),
      kind: z.enum(["post", "replace", "reverse", "account"]),
      day,
      period: z.string(),
      priced: z.boolean(),
      accounts: z.array(z.strictObject({ account: z.string(), posted: decimal, draft: decimal })),
    }),
  ),
  opened: kinds,
  closed: kinds,
  undecided: z.array(z.string()),
  failed: z.array(z.strictObject({ transaction: z.string(), message: z.string() })),
});

async function simulate(...words: string[]) {
  const { status, out, err } = await run(["policy", "simulate", ...words, "--json"]);
  expect([status, err]).toEqual([0, ""]);
  return simulated.parse(JSON.parse(out));
}

/** Account → balance of US1, as a data folder's ERP holds it. */
async function balances(data: string): Promise<Record<string, string>> {
  const { out } = await run(["report", "trial-balance", "--entity", "US1", "--json"], data);
  const [{ accounts }] = JSON.parse(out) as [{ accounts: { account: string; balance: string }[] }];
  return Object.fromEntries(accounts.map(({ account, balance }) => [account, balance]));
}

beforeAll(async () => {
  cpSync(policiesFolder, policies, { recursive: true });
  expect((await run(["demo", "--json"], undefined, policies)).status).toBe(0);
  expect((await run(["policy", "release", ...author], undefined, policies)).status).toBe(0);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("policy simulate", () => {
  test("has nothing to say of what is in force", async () => {
    draftOf({});
    expect(await simulate()).toMatchObject({ before: 2, after: null, affected: 0, books: [], opened: [], closed: [], undecided: [] });
    expect((await run(["policy", "simulate"])).out).toMatch(
      /^Nothing would differ\. \d+ transactions tried, 0 affected: release 2 → the policies folder\.\n$/,
    );
    expect(await simulate("1")).toMatchObject({ before: 2, after: 1, affected: 0 });
  });

  test("tells what a release then does: what posts by itself, what waits as a restatement, what opens and closes, to the cent", async () => {
    draftOf({ "regions/us.json": taxWithPayment, "global.json": acceptItems });
    const told = await simulate();
    expect(told.documents).toMatchObject({ posts: 2, stays: 0, held: 0 });
    expect(told.closed.map((kind) => `${kind.class}/${kind.code} ${kind.count}`)).toEqual(["data.unmapped/item 1"]);
    expect(told.opened.map((kind) => [kind.class, kind.count])).toEqual([["policy.restatement", told.documents.restatement]]);
    expect(told.books.filter(({ entity }) => entity !== "US1")).toEqual([]);

    const released = join(folder, "released");
    cpSync(join(folder, "data"), released, { recursive: true });
    const before = await balances(released);
    expect((await run(["policy", "release", ...author], released)).status).toBe(0);
    // Nothing but the release woke what it no longer holds: everything else is looked at when it is announced again.
    expect((await run(["replay"], released)).status).toBe(0);
    const asked = JSON.parse((await run(["exceptions", "--class", "policy.restatement", "--json"], released)).out) as {
      id: string;
      document: string;
    }[];
    expect(asked.map(({ document }) => document).sort()).toEqual(told.restatements.map(({ document }) => document).sort());

    for (const { id } of asked) {
      const approval = ["exceptions", "approve", id, "--actor", "Ben", "--reason", "As simulated."];
      expect((await run(approval, released)).status).toBe(0);
    }
    const after = await balances(released);
    const moved = Object.keys({ ...before, ...after }).filter((account) => before[account] !== after[account]);
    // What the bird bath cost, only the ERP could tell.
    const ofGoods = ["1310", "5010"];
    expect(told.documents.unpriced).toBe(1);
    expect(told.books.map(({ account }) => account).sort()).toEqual(moved.filter((account) => !ofGoods.includes(account)).sort());
    for (const { account, draft } of told.books) expect([account, draft]).toEqual([account, after[account]]);
  }, 120_000);

  test("shows a new account as the books would be, and that posted documents stay", async () => {
    draftOf({ "brands/fernwick-vale.json": newAccount });
    expect(await simulate()).toMatchObject({
      books: [
        { entity: "US1", account: "4110", draft: "0.00" },
        { entity: "US1", account: "4115", posted: "0.00" },
      ],
      documents: { posts: 0, restatement: 0, held: 0, unpriced: 0 },
      restatements: [],
      opened: [],
    });
    const { out } = await run(["policy", "simulate"]);
    expect(out).toContain("would stay in the accounts in which they were posted");
    expect(out).toContain("Nothing was written.");
  });

  test("writes nothing, not even that it looked", async () => {
    draftOf({ "regions/us.json": taxWithPayment });
    const file = join(folder, "data", "hub.sqlite");
    await simulate();
    const before = readFileSync(file);
    await simulate();
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(JSON.parse((await run(["policy", "releases", "--json"])).out)).toHaveLength(2);
  });

  test("refuses a folder with faults as validate does, and names the releases there are", async () => {
    draftOf({ "global.json": (content) => Object.assign((content.elections as Json[])[0]!, { value: "shiped" }) });
    const { status, out, err } = await run(["policy", "simulate"]);
    expect([status, err]).toEqual([1, "the policies have 1 fault\n"]);
    expect(out).toContain("global.json elections[0].value: controlPasses has no such value");
    expect(await run(["policy", "simulate", "9"])).toMatchObject({
      status: 2,
      err: expect.stringContaining('no release "9" with its content: there are 1, 2'),
    });
    expect(await run(["policy", "simulate", "--entity", "US1"])).toMatchObject({
      status: 2,
      err: expect.stringContaining("policy simulate does not take --entity: it takes none"),
    });
  });
});
