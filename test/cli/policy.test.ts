import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as z from "zod";
import { loadPolicy, readPolicyFiles } from "#adapters/policy-files";
import { main } from "#cli";
import { openPolicies } from "#hub";
import { draftNote } from "../../cli/policy-source.ts";
import { createTerminal } from "../../cli/terminal.ts";
import { policiesFolder } from "../hub/temporary-hub.ts";

let folder = "";
let policies = "";

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-policy-"));
  policies = join(folder, "policies");
  cpSync(policiesFolder, policies, { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function policy(...words: string[]): Promise<{ status: number; out: string; err: string }> {
  let [out, err] = ["", ""];
  const stdout = { columns: 100, write: (part: string) => (out += part) };
  const stderr = { write: (part: string) => (err += part) };
  const status = await main(["policy", ...words, "--data", join(folder, "data"), "--policies", policies], createTerminal(stdout, stderr));
  return { status, out, err };
}

type Json = Record<string, unknown>;

/** Changes one policy file. */
function change(name: string, edit: (content: { accounts: Json[]; elections: Json[] }) => void): void {
  const file = join(policies, name);
  const content = JSON.parse(readFileSync(file, "utf8"));
  edit(content);
  writeFileSync(file, JSON.stringify(content, null, 2));
}

const author = ["--actor", "Ann", "--reason", "A test."];
const newAccount = () =>
  change("brands/fernwick-vale.json", ({ accounts }) =>
    accounts.push({ ...accounts[0], account: "4115", from: "2027-01-01", why: "Discounts of the web shop get a new number." }),
  );

// The shapes of the contract, written down here and not taken from the code.
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const layer = z.enum(["global", "region", "brand", "entity"]);
const fault = z.strictObject({ file: z.string(), path: z.string(), value: z.string(), message: z.string() });
const release = z.strictObject({
  release: z.int(),
  version: z.string().length(64),
  kind: z.enum(["followed", "released", "rolled-back"]),
  actor: z.string(),
  reason: z.string(),
  at: z.iso.datetime(),
});
const shown = z.strictObject({
  release: z.int().nullable(),
  version: z.string().length(64),
  date: day,
  statements: z.array(
    z.strictObject({
      key: z.string(),
      when: z.record(z.string(), z.string()),
      value: z.unknown(),
      from: day.nullable(),
      to: day.nullable(),
      why: z.string().nullable(),
      owner: z.string(),
      layer,
      file: z.string(),
      path: z.string(),
      entities: z.array(z.string()),
      overrides: z.array(z.string()),
    }),
  ),
});
const compared = z.strictObject({
  before: z.int().nullable(),
  seen: z.string().regex(/^[0-9a-f]{20}\.\.[0-9a-f]{20}$/),
  after: z.int().nullable(),
  changes: z.array(
    z.strictObject({
      change: z.enum(["added", "changed", "removed"]),
      key: z.string(),
      when: z.record(z.string(), z.string()),
      before: z.unknown(),
      after: z.unknown(),
      from: day.nullable(),
      to: day.nullable(),
      why: z.string().nullable(),
      owner: z.string(),
      layer,
      file: z.string(),
    }),
  ),
});

async function json<Schema extends z.ZodType>(schema: Schema, ...words: string[]): Promise<z.infer<Schema>> {
  const { status, out, err } = await policy(...words, "--json");
  expect([status, err]).toEqual([0, ""]);
  return schema.parse(JSON.parse(out));
}

describe("policy validate", () => {
  const verdict = z.strictObject({ ok: z.boolean(), faults: z.array(fault), version: z.string().length(64).optional() });

  test("says that the folder is sound, and what is in force", async () => {
    expect(await json(verdict, "validate")).toMatchObject({ ok: true, faults: [] });
    expect((await policy("validate")).out).toMatch(
      /^The policies are sound: 8 files, 3 entities, version [0-9a-f]{12}\.\nThe hub takes them up by itself: nobody has released by name yet\.\n$/,
    );
    await policy("release", ...author);
    expect((await policy("validate")).out).toContain("They are in force as release 1, by Ann: A test.");
    newAccount();
    expect((await policy("validate")).out).toContain("In force is release 1. See policy diff, then policy release.");
  });

  test("names file, path, value and what is allowed of every fault, and exits with 1", async () => {
    change("global.json", ({ elections }) => Object.assign(elections[0]!, { value: "shiped" }));
    change(
      "entities/US1.json",
      (entity) => (entity.elections = [{ election: "taxPoint", value: "capture", from: "2026-01-01", why: "Ours." }]),
    );
    const { status, out, err } = await policy("validate");
    expect(status).toBe(1);
    expect(out.trim().split("\n")).toEqual([
      expect.stringMatching(
        /^entities\/US1\.json elections\[0\]: elections\.taxPoint may not be set in an entity file: ask Tax manager; allowed layers: global, region \(found /,
      ),
      'global.json elections[0].value: controlPasses has no such value; allowed: shipped, delivered (found "shiped")',
    ]);
    expect(err).toBe("the policies have 2 faults\n");
    const answered = await policy("validate", "--json");
    expect(answered.status).toBe(1);
    expect(verdict.parse(JSON.parse(answered.out)).faults).toHaveLength(2);
  });

  test("counts what lies in no layer's place as a fault", async () => {
    cpSync(join(policies, "regions"), join(policies, "countries"), { recursive: true });
    expect(await policy("validate")).toMatchObject({
      status: 1,
      out: "policies: countries/ is no layer; allowed: regions, brands, entities\n",
    });
  });
});

describe("policy show", () => {
  test("explains which file each value comes from, with owner, dates and reason", async () => {
    const { release: number, statements } = await json(shown, "show", "accounts.discounts", "--date", "2026-11-27");
    expect(number).toBeNull();
    expect(statements).toEqual([
      {
        key: "accounts.discounts",
        when: { channel: "web" },
        value: { account: "4110", name: "Discounts, web shop" },
        from: "2026-01-01",
        to: null,
        why: "The brand follows promotions of the web shop apart from those of the stores.",
        owner: "Group controller",
        layer: "brand",
        file: "brands/fernwick-vale.json",
        path: "accounts[0]",
        entities: ["CA1", "US1", "US2"],
        overrides: [],
      },
      expect.objectContaining({ key: "accounts.discounts", when: {}, file: "global.json" }),
    ]);
  });

  test("shows of one thing what counts on the day for the entity, and what that stands before", async () => {
    change("entities/CA1.json", (entity) => {
      entity.elections = [
        { election: "correctionStyle", value: "credit-note", from: "2026-07-01", why: "Canadian invoices are corrected by credit notes." },
      ];
    });
    const style = async (...words: string[]) =>
      (await json(shown, "show", "elections.correctionStyle", ...words)).statements.map(({ value, entities, overrides }) => [
        value,
        entities,
        overrides,
      ]);
    expect(await style("--date", "2026-06-30")).toEqual([["reversal", ["CA1", "US1", "US2"], []]]);
    expect(await style("--date", "2026-07-01")).toEqual([
      ["reversal", ["US1", "US2"], []],
      ["credit-note", ["CA1"], ["global.json"]],
    ]);
    expect(await style("--date", "2026-07-01", "--entity", "CA1")).toEqual([["credit-note", ["CA1"], ["global.json"]]]);
    expect((await policy("show", "elections.correctionStyle", "--entity", "CA1", "--date", "2026-07-01")).out).toBe(
      [
        "elections.correctionStyle: credit-note",
        "    entities/CA1.json elections[0]; from 2026-07-01 on; Group controller; for CA1",
        "    stands before global.json",
        "    Canadian invoices are corrected by credit notes.",
        "",
        "1 statement holds on 2026-07-01 in the policies folder.",
        "",
      ].join("\n"),
    );
  });

  test("covers whatever the files say: every section has statements, each owned", async () => {
    const { statements } = await json(shown, "show", "--date", "2026-11-27");
    const sections = new Set(statements.map(({ key }) => key.split(".")[0]));
    for (const section of [
      "accounts",
      "approvals",
      "calendar",
      "connections",
      "elections",
      "items",
      "jurisdictions",
      "locations",
      "ownership",
      "periods",
      "returns",
      "shops",
      "stores",
      "taxes",
      "tenders",
      "tolerances",
      "functionalCurrency",
    ]) {
      expect(sections).toContain(section);
    }
    expect(statements.filter(({ owner }) => owner === "")).toEqual([]);
  });

  test("looks at what is in force unless it is told otherwise", async () => {
    await policy("release", ...author);
    newAccount();
    const accounts = async (...words: string[]) =>
      (await json(shown, "show", "accounts.discounts", "--date", "2027-01-01", ...words)).statements.map(
        ({ value }) => (value as Json).account,
      );
    expect(await accounts()).toEqual(["4110", "4100"]);
    expect(await accounts("--draft")).toEqual(["4115", "4100"]);
    expect(await accounts("--release", "1")).toEqual(["4110", "4100"]);
  });
});

describe("policy diff", () => {
  test("tells what the folder would change, from which day, and whose it is", async () => {
    await policy("release", ...author);
    newAccount();
    change("global.json", ({ elections }) => Object.assign(elections[1]!, { value: "income" }));
    expect(await json(compared, "diff")).toEqual({
      before: 1,
      after: null,
      seen: expect.stringMatching(/^[0-9a-f]{20}\.\.[0-9a-f]{20}$/),
      changes: [
        {
          change: "added",
          key: "accounts.discounts",
          when: { channel: "web" },
          before: { account: "4110", name: "Discounts, web shop" },
          after: { account: "4115", name: "Discounts, web shop" },
          from: "2027-01-01",
          to: null,
          why: "Discounts of the web shop get a new number.",
          owner: "Group controller",
          layer: "brand",
          file: "brands/fernwick-vale.json",
        },
        expect.objectContaining({ change: "changed", key: "elections.tips", before: "liability", after: "income", from: "2026-01-01" }),
      ],
    });
    expect((await policy("diff")).out.split("\n").slice(0, 3)).toEqual([
      'added    accounts.discounts {channel web}: 4110 "Discounts, web shop" → 4115 "Discounts, web shop"',
      "    from 2027-01-01 on; Group controller; brand layer, brands/fernwick-vale.json",
      "    Discounts of the web shop get a new number.",
    ]);
  });

  test("compares two releases, either way round", async () => {
    await policy("release", ...author);
    newAccount();
    await policy("release", ...author);
    const [there] = (await json(compared, "diff", "1", "2")).changes;
    const [back] = (await json(compared, "diff", "2", "1")).changes;
    expect([there?.change, back?.change]).toEqual(["added", "removed"]);
    expect([back?.before, back?.after]).toEqual([there?.after, there?.before]);
    expect((await json(compared, "diff", "2")).changes).toEqual([]);
    expect((await policy("diff")).out).toMatch(
      /^Nothing differs between release 2 and the policies folder\.\nWhoever approves this change, and no other, says so with: seen ([0-9a-f]{20})\.\.\1\n$/,
    );
  });

  test("tells a change of owner or of the lowest layer", async () => {
    await policy("release", ...author);
    change("ownership.json", (content) => {
      const { keys } = content as unknown as { keys: Record<string, { owner: string; lowest: string }> };
      Object.assign(keys["elections.tips"]!, { owner: "tax-manager" });
    });
    expect((await json(compared, "diff")).changes.map(({ key, owner }) => `${key} ${owner}`)).toEqual([
      "elections.tips Tax manager",
      "ownership.elections.tips Tax manager",
    ]);
  });
});

describe("policy release and rollback", () => {
  test("keep who and why, and number upwards", async () => {
    expect(await json(release, "release", ...author)).toMatchObject({ release: 1, kind: "released", actor: "Ann", reason: "A test." });
    newAccount();
    expect(await json(release, "release", "--actor", "Bob", "--reason", "New account.")).toMatchObject({ release: 2 });
    expect(await json(release, "rollback", "--actor", "Cy", "--reason", "Too early.")).toMatchObject({ release: 3, kind: "rolled-back" });
    expect((await json(z.array(release), "releases")).map(({ release: number, actor, reason }) => `${number} ${actor}: ${reason}`)).toEqual(
      ["3 Cy: Too early.", "2 Bob: New account.", "1 Ann: A test."],
    );
  });

  test("refuse a folder with faults, and what is in force already, with 1", async () => {
    await policy("release", ...author);
    expect(await policy("release", ...author)).toMatchObject({
      status: 1,
      out: "",
      err: "nothing to release: the folder is in force as release 1, by Ann: A test.\n",
    });
    change("global.json", ({ elections }) => Object.assign(elections[0]!, { value: "shiped" }));
    expect(await policy("release", ...author)).toMatchObject({
      status: 1,
      err: expect.stringContaining("the policies have 1 fault:\nglobal.json elections[0].value"),
    });
    expect(await policy("rollback", ...author)).toMatchObject({
      status: 1,
      err: "no earlier content to go back to; earlier releases: none\n",
    });
  });
});

describe("bad usage", () => {
  test.each([
    [["release"], "policy release needs --actor NAME and --reason TEXT: who does it and why is kept"],
    [["release", "--actor", "Ann"], "policy release needs --actor NAME and --reason TEXT"],
    [["rollback", "--actor", "Ann", "--reason", "  "], "policy rollback needs --actor NAME and --reason TEXT"],
    [["release", "--actor", "a".repeat(101), "--reason", "r"], "--actor takes at most 100 characters"],
    [["rollback", "last", ...author], 'policy rollback takes the number of a release, not "last"'],
    [["loosen"], 'policy has validate, show, diff, simulate, releases, release, withdraw, rollback, not "loosen"'],
    [["validate", "global.json"], 'policy validate does not take "global.json"'],
    [["diff", "--entity", "US1"], "policy diff does not take --entity: it takes --against"],
    [["diff", "--against", "nowhere.json"], "--against takes a file with what release-policy shows, not nowhere.json: "],
    [["withdraw", ...author], 'policy withdraw takes the number of a pending release, not ""'],
    [["diff", "7"], 'no release "7" with its content: there are none yet'],
    [["show", "--entity", "US9"], "no entity US9: known are CA1, US1, US2"],
    [["show", "--release", "1", "--draft"], "--release is one content and --draft another: give one of them"],
    [["show", "--date", "27.11.2026"], "--date takes a day such as 2026-11-27"],
  ])("%j exits with 2 and says what is allowed", async (words, says) => {
    const { status, out, err } = await policy(...words);
    expect([status, out]).toEqual([2, ""]);
    expect(err).toContain(says);
  });
});

test("the folder is compared with what a stage on AWS shows to be in force", async () => {
  const file = join(folder, "in-force.json");
  writeFileSync(file, JSON.stringify({ release: 7, version: "1f".repeat(32), files: readPolicyFiles(policies), pending: [] }));
  expect((await policy("diff", "--against", file)).out).toContain("Nothing differs between release 7 and the policies folder.");
  newAccount();
  expect((await policy("diff", "--against", file)).out).toContain("1 change from release 7 to the policies folder.");
  writeFileSync(file, JSON.stringify({ release: 7, pending: [] }));
  const { status, err } = await policy("diff", "--against", file);
  expect([status, err]).toEqual([2, expect.stringContaining("has no release with its files: it is the answer of release-policy")]);
});

test("a release of the folder is pending until its instant, and withdrawn by name", async () => {
  await policy("release", ...author);
  newAccount();
  const { status, out } = await policy("release", "--active-from", "2098-01-01T05:00:00Z", ...author);
  expect([status, out]).toEqual([1, ""]);
  const soon = new Date(Date.now() + 86_400_000).toISOString();
  expect((await policy("release", "--active-from", soon, "--approved-by", "Bo Li", ...author)).out).toContain(
    `It is in force from ${soon} on.`,
  );
  expect((await policy("diff")).out).toContain("Nothing differs between release 2 and the policies folder.");
  expect((await policy("diff", "2")).out).toContain("1 change from release 2 to release 1.");
  expect(JSON.parse((await policy("releases", "--json")).out)[0]).toMatchObject({ release: 2, approvedBy: "Bo Li", activeFrom: soon });
  expect((await policy("withdraw", "2", ...author)).out).toContain("Release 2 is withdrawn, by ");
  expect(JSON.parse((await policy("releases", "--json")).out)[0]).toMatchObject({ release: 3, kind: "withdrawn", withdraws: 2 });
});

test("an approval is of the change that policy diff showed: another one is refused, with what it would follow now", async () => {
  await policy("release", ...author);
  newAccount();
  const [, seen = ""] = /with: seen (\S+)$/m.exec((await policy("diff")).out) ?? [];
  change("global.json", ({ elections }) => Object.assign(elections[1]!, { value: "income" }));
  const approved = ["--approved-by", "Bo Li", "--seen", seen];
  const { status, err } = await policy("release", ...author, ...approved);
  expect([status, err]).toEqual([1, expect.stringContaining("this is not what was approved: its content is ")]);
  const again = (await json(compared, "diff")).seen;
  // As a stage on AWS knows the same files.
  expect(again.endsWith(`..${loadPolicy(policies).version.slice(0, 20)}`)).toBe(true);
  expect((await policy("release", ...author, "--approved-by", "Bo Li", "--seen", again)).out).toContain("Release 2 is in force");
  expect((await policy("rollback", ...author, "--approved-by", "Bo Li", "--seen", again)).err).toContain("it would follow release 2 of ");
  const back = (await json(compared, "diff", "2", "1")).seen;
  expect((await policy("rollback", ...author, "--approved-by", "Bo Li", "--seen", back)).out).toContain("Release 3 is in force");
});

test("looking at the policies puts nothing in force", async () => {
  await policy("show");
  await policy("diff");
  await policy("validate");
  expect(await json(z.array(release), "releases")).toEqual([]);
});

test("start says when the folder is a draft that differs from what is in force, also one that cannot be read", async () => {
  const noted = () => {
    const opened = openPolicies({ dataFolder: join(folder, "data"), policiesFolder: policies });
    try {
      return draftNote(opened);
    } finally {
      opened.close();
    }
  };
  expect(noted()).toBeUndefined();
  await policy("release", ...author);
  expect(noted()).toBeUndefined();
  newAccount();
  const differs = "the policies folder differs from release 1, which is in force: see policy diff, then policy release";
  expect(noted()).toBe(differs);
  cpSync(join(policies, "regions"), join(policies, "countries"), { recursive: true });
  expect(noted()).toBe(differs);
});
