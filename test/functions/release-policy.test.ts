import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { loadPolicy } from "#adapters/policy-files";
import type { PolicyContent } from "#domain/policy";
import { createHandler } from "#functions/release-policy";
import type { BusEntry } from "#ports/event-bus";
import type { InsertAnswer } from "#ports/lineage-store";
import type { PolicyRelease } from "#ports/policy-releases";
import { policy } from "./posting-house.ts";

const {
  release: _release,
  version: _version,
  ...content
} = { ...policy, entities: { E: { name: "E" } } as unknown as PolicyContent["entities"] };
const version = "1f".repeat(32);
const input = { policy: content, version, actor: "controller@maple.example", reason: "new tender" };

/** A record in memory; `answers` are given to the inserts first, with whether they took effect all the same. */
function house(...answers: readonly (readonly [InsertAnswer, "written" | "lost"])[]) {
  return houseThatAsksFor("one person", answers);
}

function houseThatAsksFor(mode: "one person" | "second person", answers: readonly (readonly [InsertAnswer, "written" | "lost"])[] = []) {
  const record: PolicyRelease[] = [];
  const documents = new Map<string, string>();
  const published: BusEntry[] = [];
  const calls: string[] = [];
  const planned = [...answers];
  const release = createHandler({
    releases: {
      last: async () => record.at(-1),
      latest: async (count: number) => record.toReversed().slice(0, count),
      get: async (number) => record.find(({ release }) => release === number),
      async insert(given) {
        calls.push(`insert ${given.release}`);
        const [answer, fate] = planned.shift() ?? ["inserted", "written"];
        if (record.some(({ release }) => release === given.release)) return "conflict";
        if (fate === "written") record.push(given);
        return answer;
      },
      insertAll: () => Promise.reject(new Error("one release at a time is made here")),
    },
    documents: {
      async put(address, bytes) {
        calls.push("put");
        documents.set(address, new TextDecoder().decode(bytes));
      },
      get: async (address) => {
        const text = documents.get(address);
        return text === undefined ? undefined : new TextEncoder().encode(text);
      },
      readRange: () => Promise.reject(new Error("not read here")),
      size: () => Promise.reject(new Error("not read here")),
    },
    policies: {
      current: () => Promise.reject(new Error("the policy in memory is the old one")),
      reload: async () => policy,
      lastRelease: () => Promise.reject(new Error("not asked here")),
    },
    workLists: {
      put: async () => {},
      remove: async () => {},
      read: async () => ({ entries: [{ id: "1", order: "1", body: { transaction: "t1" } }] }),
    },
    bus: {
      async publish(entries) {
        calls.push("wake");
        published.push(...entries);
        return entries.map(() => "accepted" as const);
      },
    },
    clock: { now: () => "2026-11-27T10:00:00.000Z" },
    secondPerson: mode === "second person",
  });
  return { release, record, documents, published, calls };
}

describe("releasing a policy", () => {
  test("stores the content, then puts it in force as the next number, then wakes what is held", async () => {
    const { release, record, documents, published, calls } = house();
    expect(await release(input)).toEqual({ release: 1, version, released: true, woken: 1 });
    expect(calls).toEqual(["put", "insert 1", "wake"]);
    const [address] = [...documents.keys()];
    expect(address).toMatch(/^sha256\/[0-9a-f]{64}$/);
    expect(JSON.parse(documents.get(address!)!)).toEqual(content);
    expect(record).toEqual([
      { release: 1, version, address, form: 1, actor: "controller@maple.example", reason: "new tender", at: "2026-11-27T10:00:00.000Z" },
    ]);
    expect(published.map(({ name, transactions }) => [name, transactions.map(({ id }) => id)])).toEqual([["policy.released", ["t1"]]]);
  });

  test("the content in force is no new release, but wakes again: the first time may have been cut off before that", async () => {
    const { release, record, calls } = house();
    await release(input);
    expect(await release({ ...input, reason: "once more" })).toEqual({ release: 1, version, released: false, woken: 1 });
    expect(record).toHaveLength(1);
    expect(calls.filter((call) => call === "wake")).toHaveLength(2);
  });

  test("old content is a new release, and so is another content of the same files", async () => {
    const { release, record } = house();
    await release(input);
    await release({ ...input, version: "2e".repeat(32) });
    expect(await release(input)).toMatchObject({ release: 3, released: true });
    expect(await release({ ...input, policy: { ...content, stores: { "resolved by other code": {} as never } } })).toMatchObject({
      release: 4,
      released: true,
    });
    expect(record.map((each) => each.release)).toEqual([1, 2, 3, 4]);
  });

  test("a period that somebody closed by hand stays closed when files are released that do not know of it", async () => {
    const { release, record, documents } = house();
    const closed = { period: "2026-10", state: "closed", from: "2026-11-06", why: "October is closed.", by: "Dana Reyes" } as const;
    const named = { period: "2026-09", state: "closed", from: "2026-10-06", why: "September is closed." } as const;
    const books = { name: "E" } as unknown as PolicyContent["entities"][string];
    await release({ ...input, policy: { ...content, entities: { E: { ...books, periods: [named, closed] } } } });
    const files = { ...input, policy: { ...content, entities: { E: { ...books, periods: [named] }, F: books } }, version: "2e".repeat(32) };
    await release(files);
    const inForce = () => JSON.parse(documents.get(record.at(-1)!.address)!).entities;
    expect(inForce()).toEqual({ E: { name: "E", periods: [named, closed] }, F: { name: "E" } });
    // The same files once more change nothing; what a file takes out that a file had said is out.
    expect(await release(files)).toMatchObject({ release: 2, released: false });
    await release({ ...files, policy: { ...content, entities: { E: books } }, version: "3d".repeat(32) });
    expect(inForce()).toEqual({ E: { name: "E", periods: [closed] } });
  });

  test("a rollback puts the content of an earlier release in force, as a new release by name, and wakes what is held", async () => {
    const { release, record } = house();
    await release(input);
    await release({ ...input, version: "2e".repeat(32), policy: { ...content, stores: {} } });
    const back = { rollback: 1, actor: "Ana Ruiz", reason: "the account was not open yet" };
    expect(await release(back)).toEqual({ release: 3, version, released: true, woken: 1 });
    expect(record[2]).toEqual({ ...record[0], release: 3, actor: "Ana Ruiz", reason: "the account was not open yet" });
    expect(await release(back)).toMatchObject({ release: 3, released: false });
    await expect(release({ ...back, rollback: 9 })).rejects.toThrow("no release 9 to go back to: the last one is 3");
    await expect(release({ ...back, rollback: 0 })).rejects.toThrow("rollback takes the number of a release, 1 or higher");
    await expect(release({ ...back, actor: " " })).rejects.toThrow("a release needs an actor of 1 to 200 characters");
    record[1] = { ...record[1]!, form: 9 };
    await expect(release({ ...back, rollback: 2 })).rejects.toThrow("release 2 is written in form 9 and this code reads form 1");
    expect(record).toHaveLength(3);
  });

  test("where a second person is asked for, nobody releases or goes back alone, and both names stay on record", async () => {
    const { release, record, documents } = houseThatAsksFor("second person");
    const alone = "a second person is asked for: name in approvedBy who approved the release";
    await expect(release(input)).rejects.toThrow(alone);
    await expect(release({ ...input, actor: "Ana Ruiz", approvedBy: " ana  RUIZ" })).rejects.toThrow(
      "Ana Ruiz makes this release, so somebody else approves it",
    );
    expect([record, [...documents]]).toEqual([[], []]);
    await release({ ...input, actor: "Ana Ruiz", approvedBy: "Bo Li" });
    expect(record).toMatchObject([{ release: 1, actor: "Ana Ruiz", approvedBy: "Bo Li" }]);
    await expect(release({ rollback: 1, actor: "Ana Ruiz", reason: "back" })).rejects.toThrow(alone);
  });

  test("from an instant on it is pending, wakes nobody, and is found pending when it is asked for again", async () => {
    const { release, record, calls } = house();
    await release(input);
    calls.length = 0;
    const later = { ...input, version: "2e".repeat(32), policy: { ...content, stores: {} }, activeFrom: "2027-01-01T05:00:00Z" };
    const pending = { release: 2, version: later.version, woken: 0, activeFrom: "2027-01-01T05:00:00.000Z" };
    expect(await release(later)).toEqual({ ...pending, released: true });
    expect(await release(later)).toEqual({ ...pending, released: false });
    expect(record[1]).toMatchObject({ release: 2, activeFrom: "2027-01-01T05:00:00.000Z", at: "2026-11-27T10:00:00.000Z" });
    expect(calls).not.toContain("wake");
    await expect(release({ ...input, version: "3d".repeat(32), policy: { ...content, shops: {} } })).rejects.toThrow(
      "release 2 is pending until 2027-01-01T05:00:00.000Z and would undo this one then: withdraw it first",
    );
    await expect(release({ rollback: 1, actor: "Ana Ruiz", reason: "back" })).rejects.toThrow("release 2 is pending");
  });

  test("a pending release is withdrawn by name, once, and then others can be made", async () => {
    const { release, record } = house();
    await release(input);
    const later = { ...input, version: "2e".repeat(32), policy: { ...content, stores: {} } };
    await release({ ...later, activeFrom: "2027-01-01T05:00:00Z" });
    const back = { withdraw: 2, actor: "Ana Ruiz", reason: "the rate is not agreed yet" };
    expect(await release(back)).toEqual({ release: 3, version, released: true, woken: 0, withdrawn: 2 });
    expect(await release({ ...back, reason: "again" })).toEqual({ release: 3, version, released: false, woken: 0, withdrawn: 2 });
    expect(record[2]).toMatchObject({ withdraws: 2, version, actor: "Ana Ruiz", reason: "the rate is not agreed yet" });
    expect(await release(later)).toMatchObject({ release: 4, released: true, woken: 1 });
    await expect(release({ ...back, withdraw: 4 })).rejects.toThrow("release 4 is not pending; pending: none");
  });

  test("what is in force asks for the second person, so that nobody begins by no longer asking", async () => {
    const { release, record } = house();
    const rule = { kind: "policy-release", role: "group-controller", from: "2026-01-01", why: "four eyes", layer: 0, expiresAfterHours: 1 };
    await release({ ...input, policy: { ...content, approvals: [rule] } as unknown as PolicyContent });
    const without = { ...input, version: "2e".repeat(32), policy: content };
    await expect(release(without)).rejects.toThrow("a second person is asked for: name in approvedBy who approved the release");
    await expect(release({ ...without, approvedBy: "controller@MAPLE.example" })).rejects.toThrow("so somebody else approves it");
    await expect(release({ ...without, approvedBy: "Bo Li" })).rejects.toThrow("Bo Li approves what policy diff showed, and nothing else");
    const seen = "1f1f1f1f1f1f1f1f1f1f..2e2e2e2e2e2e2e2e2e2e";
    await release({ ...without, approvedBy: "Bo Li", seen });
    expect(record).toHaveLength(2);
    // What stands is found again by whoever was cut off, though it would follow itself now.
    expect(await release({ ...without, approvedBy: "Bo Li", seen })).toMatchObject({ release: 2, released: false });
    expect(record[1]?.approvedBy).toBe("Bo Li");
    await release({ ...input, version: "3d".repeat(32), policy: { ...content, stores: {} } });
  });

  test("an approval is of what was compared: a release, a rollback and a withdrawal are refused when something else stands meanwhile", async () => {
    const { release, record } = houseThatAsksFor("second person");
    const two = { actor: "Ana Ruiz", reason: "rates of 2027", approvedBy: "Bo Li" };
    const next = (digits: string) => ({ ...two, policy: { ...content, stores: { [digits]: {} as never } }, version: digits.repeat(32) });
    await release({ ...input, ...two });
    await release({ ...next("2e"), seen: "1f1f1f1f1f1f1f1f1f1f..2e2e2e2e2e2e2e2e2e2e" });
    await expect(release({ ...next("3d"), seen: "1f1f1f1f1f1f1f1f1f1f..3d3d3d3d3d3d3d3d3d3d" })).rejects.toThrow(
      "this is not what was approved: it would follow release 2 of Ana Ruiz (rates of 2027) now, 2e2e2e2e2e2e2e2e2e2e, and Bo Li compared with 1f1f1f1f1f1f1f1f1f1f. Look at policy diff again, and approve that",
    );
    const back = { ...two, rollback: 1 };
    await expect(release({ ...back, seen: "2e2e2e2e2e2e2e2e2e2e..4c4c4c4c4c4c4c4c4c4c" })).rejects.toThrow(
      "its content is 1f1f1f1f1f1f1f1f1f1f",
    );
    expect(await release({ ...back, seen: "2e2e2e2e2e2e2e2e2e2e..1f1f1f1f1f1f1f1f1f1f" })).toMatchObject({ release: 3, released: true });
    await release({ ...next("5b"), activeFrom: "2027-01-01T05:00:00Z", seen: "1f1f1f1f1f1f1f1f1f1f..5b5b5b5b5b5b5b5b5b5b" });
    // A further one follows the one that is pending, and not what is in force.
    const further = { ...next("6a"), activeFrom: "2027-02-01T05:00:00Z" };
    await expect(release({ ...further, seen: "1f1f1f1f1f1f1f1f1f1f..6a6a6a6a6a6a6a6a6a6a" })).rejects.toThrow("it would follow release 4");
    await expect(release({ ...two, withdraw: 4 })).rejects.toThrow("Bo Li approves what policy diff showed");
    expect(await release({ ...two, withdraw: 4, seen: "5b5b5b5b5b5b5b5b5b5b..1f1f1f1f1f1f1f1f1f1f" })).toMatchObject({ withdrawn: 4 });
    expect(record).toHaveLength(5);
  });

  test("shows what the next release would follow: the last one that is pending, or what is in force", async () => {
    const { release } = house();
    const files = [{ path: "global.json", content: "{}" }];
    await release({ ...input, files });
    expect(await release({ show: "last" })).toMatchObject({ release: 1, version, files, pending: [] });
    const later = [{ path: "global.json", content: "{ }" }];
    await release({
      ...input,
      version: "2e".repeat(32),
      policy: { ...content, stores: {} },
      files: later,
      activeFrom: "2027-01-01T05:00:00Z",
    });
    expect(await release({ show: "last" })).toMatchObject({ release: 2, version: "2e".repeat(32), files: later });
    await expect(release({ show: "next" as "last" })).rejects.toThrow('show takes "in-force" or "last"');
  });

  test("shows what is in force with its files, to compare a draft with, and what is pending", async () => {
    const { release } = house();
    const files = [{ path: "global.json", content: "{}" }];
    await release({ ...input, files });
    await release({ ...input, version: "2e".repeat(32), policy: { ...content, stores: {} }, activeFrom: "2027-01-01T05:00:00Z" });
    const by = { actor: "controller@maple.example", reason: "new tender" };
    expect(await release({ show: "in-force" })).toEqual({
      ...{ release: 1, version, activeFrom: "2026-11-27T10:00:00.000Z", ...by, files },
      pending: [{ release: 2, version: "2e".repeat(32), activeFrom: "2027-01-01T05:00:00.000Z", ...by }],
    });
  });

  describe("a closing that was made before closings kept files", () => {
    const closed = { period: "2026-10", state: "closed", from: "2026-11-06", why: "October is closed.", by: "Dana Reyes" } as const;
    const files = [{ path: "global.json", content: "{}" }];
    const later = [{ path: "global.json", content: "{ }" }];

    function close({ record, documents }: ReturnType<typeof house>, of: string): void {
      const books = { ...content.entities.E, periods: [closed] } as unknown as PolicyContent["entities"][string];
      const address = `sha256/${record.length.toString().repeat(64)}`;
      documents.set(address, JSON.stringify({ ...JSON.parse(documents.get(of)!), entities: { E: books } }));
      const by = { actor: "Dana Reyes", reason: closed.why, at: "2026-11-06T10:00:00.000Z" };
      record.push({ release: record.length + 1, version: "4c".repeat(32), address, form: 1, ...by });
    }

    test("is shown with the files of the release that it was made of, so that the next draft has something to be compared with", async () => {
      const stage = house();
      await stage.release({ ...input, files });
      close(stage, stage.record[0]!.address);
      for (const show of ["last", "in-force"] as const)
        expect(await stage.release({ show })).toMatchObject({ release: 2, version: "4c".repeat(32), files });
    });

    test("and not with those of one that was withdrawn, or is of other policies", async () => {
      const stage = house();
      await stage.release({ ...input, files });
      const pending = { ...input, version: "2e".repeat(32), files: later, activeFrom: "2027-01-01T05:00:00Z" };
      await stage.release(pending);
      await stage.release({ withdraw: 2, actor: "Ana Ruiz", reason: "not agreed yet" });
      close(stage, stage.record[0]!.address);
      // Once its time would have come, too.
      stage.record[1] = { ...stage.record[1]!, activeFrom: "2026-11-01T00:00:00.000Z" };
      expect(await stage.release({ show: "last" })).toMatchObject({ release: 4, files });

      const back = house();
      await back.release({ ...input, files });
      close(back, back.record[0]!.address);
      await back.release({ ...input, version: "2e".repeat(32), policy: { ...content, stores: { s: {} as never } }, files: later });
      await back.release({ rollback: 2, actor: "Ana Ruiz", reason: "the store is not open yet" });
      expect(await back.release({ show: "last" })).toMatchObject({ release: 4, version: "4c".repeat(32), files });
    });

    test("has none where nobody kept any, or its content is gone", async () => {
      const stage = house();
      await stage.release(input);
      close(stage, stage.record[0]!.address);
      expect(await stage.release({ show: "last" })).not.toHaveProperty("files");
      await stage.release({ ...input, files, version: "2e".repeat(32) });
      close(stage, stage.record[2]!.address);
      stage.documents.delete(stage.record[3]!.address);
      expect(await stage.release({ show: "last" })).not.toHaveProperty("files");
    });
  });

  describe("a stack that goes back after a failed deploy", () => {
    const two = { actor: "Ana Ruiz", approvedBy: "Bo Li" };
    const first = { ...input, ...two };
    const second = {
      ...{ ...input, ...two, version: "2e".repeat(32), policy: { ...content, stores: { s: {} as never } } },
      seen: "1f1f1f1f1f1f1f1f1f1f..2e2e2e2e2e2e2e2e2e2e",
    };
    const third = {
      ...{ ...input, ...two, version: "3d".repeat(32), policy: { ...content, stores: { t: {} as never } } },
      seen: "2e2e2e2e2e2e2e2e2e2e..3d3d3d3d3d3d3d3d3d3d",
    };
    const byStack = { byStack: true };

    async function deployed() {
      const stage = houseThatAsksFor("second person");
      for (const each of [first, second, third]) await stage.release(each, byStack);
      expect(stage.record).toHaveLength(3);
      return stage;
    }

    test("releases what was approved before as the same two people had it, with the approval of then", async () => {
      const { release, record } = await deployed();
      expect(await release(second, byStack)).toMatchObject({ release: 4, version: second.version, released: true });
      expect(record[3]).toMatchObject({ version: second.version, ...two });
      // The first one named nothing that was seen: there was nothing to compare it with.
      expect(await release(first, byStack)).toMatchObject({ release: 5, version, released: true });
    });

    test("has no approval of what was never in force, of another person, or of what other code makes of the same files", async () => {
      const { release, record } = await deployed();
      const stale = "this is not what was approved: it would follow release 3";
      await expect(release({ ...second, version: "5b".repeat(32) }, byStack)).rejects.toThrow(stale);
      await expect(release({ ...second, approvedBy: "Cy Ortiz" }, byStack)).rejects.toThrow(stale);
      await expect(release({ ...second, actor: "Cy Ortiz" }, byStack)).rejects.toThrow(stale);
      await expect(release({ ...second, policy: third.policy }, byStack)).rejects.toThrow(stale);
      const { approvedBy: _nobody, ...alone } = first;
      await expect(release(alone, byStack)).rejects.toThrow("a second person is asked for");
      const pending = { ...first, version: "6a".repeat(32), policy: { ...content, shops: {} }, activeFrom: "2027-01-01T05:00:00Z" };
      await release({ ...pending, seen: "3d3d3d3d3d3d3d3d3d3d..6a6a6a6a6a6a6a6a6a6a" }, byStack);
      await release({ withdraw: 4, ...two, reason: "not agreed", seen: "6a6a6a6a6a6a6a6a6a6a..3d3d3d3d3d3d3d3d3d3d" });
      await expect(release(pending, byStack)).rejects.toThrow("Bo Li approves what policy diff showed, and nothing else");
      expect(record).toHaveLength(5);
    });

    test("is not what a call by name is, which needs a look at what stands now", async () => {
      const { release, record } = await deployed();
      await expect(release(second)).rejects.toThrow("this is not what was approved: it would follow release 3");
      await expect(release({ ...second, byStack: true } as typeof second)).rejects.toThrow("this is not what was approved");
      expect(record).toHaveLength(3);
    });

    test("keeps a period that was closed meanwhile", async () => {
      const { release, record, documents } = await deployed();
      const closed = { period: "2026-10", state: "closed", from: "2026-11-06", why: "October is closed.", by: "Dana Reyes" };
      const inForce = record[2]!;
      documents.set("sha256/closed", JSON.stringify({ ...third.policy, entities: { E: { name: "E", periods: [closed] } } }));
      record.push({ ...inForce, release: 4, version: "7e".repeat(32), address: "sha256/closed" });
      expect(await release(second, byStack)).toMatchObject({ release: 5, released: true });
      expect(JSON.parse(documents.get(record[4]!.address)!)).toEqual({
        ...second.policy,
        entities: { E: { name: "E", periods: [closed] } },
      });
    });
  });

  test("of two releases at once the second takes the next number", async () => {
    const { release, record } = house();
    await Promise.all([release(input), release({ ...input, version: "2e".repeat(32) })]);
    expect(record.map(({ release: number, version: each }) => [number, each.slice(0, 2)])).toEqual([
      [1, "1f"],
      [2, "2e"],
    ]);
  });

  test.each([
    ["unavailable", "lost", "Unavailable", 0],
    ["unknown", "lost", "UnknownOutcome", 0],
    ["unknown", "written", "UnknownOutcome", 1],
  ] as const)("an insert that is %s and %s is told, and done right by the next try", async (answer, fate, name, recorded) => {
    const { release, record, calls } = house([answer, fate]);
    await expect(release(input)).rejects.toMatchObject({ name });
    expect(calls).not.toContain("wake");
    expect(record).toHaveLength(recorded);
    expect(await release(input)).toMatchObject({ release: 1, released: recorded === 0, woken: 1 });
    expect(record).toHaveLength(1);
  });

  test("gives up after five lost races, and says so", async () => {
    const { release, calls } = house(...Array.from({ length: 5 }, () => ["conflict", "lost"] as const));
    await expect(release(input)).rejects.toMatchObject({
      name: "Unavailable",
      message: expect.stringContaining("others were 5 times quicker"),
    });
    expect(calls).toEqual(["put", "insert 1", "insert 1", "insert 1", "insert 1", "insert 1"]);
  });

  test.each([
    [{ version: "v2" }, "needs the version of its policy files"],
    [{ policy: undefined as unknown as PolicyContent }, "needs a resolved policy with at least one entity"],
    [{ policy: {} as PolicyContent }, "needs a resolved policy with at least one entity"],
    [{ actor: " " }, "needs an actor of 1 to 200 characters"],
    [{ reason: "" }, "needs a reason of 1 to 1000 characters"],
    [{ reason: "x".repeat(1_001) }, "needs a reason of 1 to 1000 characters"],
  ])("refuses %j before it does anything", async (wrong, message) => {
    const { release, calls } = house();
    await expect(release({ ...input, ...wrong })).rejects.toThrow(message);
    expect(calls).toEqual([]);
  });

  test("takes the policies of the sample retailer as they are resolved", async () => {
    const folder = resolve(import.meta.dirname, "../../policies");
    expect(readdirSync(folder)).toContain("global.json");
    const loaded = loadPolicy(join(folder));
    const { release: _, version: loadedVersion, ...resolved } = loaded.build(1);
    const { release, documents } = house();
    expect(await release({ ...input, policy: resolved, version: loadedVersion })).toMatchObject({ release: 1, released: true });
    expect(JSON.parse([...documents.values()][0]!)).toEqual(resolved);
  });
});
