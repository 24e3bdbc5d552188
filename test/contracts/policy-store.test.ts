import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createPolicyStore, type EmbeddedPolicyStore, openDatabase, type PolicyLoader } from "#adapters/embedded";
import { Invalid } from "#domain/failures";
import type { Policy } from "#domain/policy";
import { policyStoreContract } from "./policy-store-contract.ts";
import { settableClock } from "./settable-clock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function openPolicies(file: string, content: { version: string }, between: () => void = () => {}) {
  const database = openDatabase(file);
  onTestFinished(() => database.close());
  const clock = settableClock();
  const read: string[] = [];
  const load: PolicyLoader = {
    read(directory) {
      read.push(directory);
      return [{ path: "global.json", content: content.version }];
    },
    build(files) {
      between();
      const version = files[0]?.content ?? "";
      if (version.startsWith("faulty")) throw new Invalid(`the policies have 1 fault: ${version}`);
      const rule = { kind: "policy-release", role: "group-controller", from: "2026-01-01" };
      const approvals = version === "asks for two" ? [rule] : [];
      return { version, build: (release) => ({ release, version, approvals }) as unknown as Policy };
    },
  };
  return { policies: createPolicyStore({ database, clock, directory: "policies", load }), clock, read, database };
}

const inForce = (policy: Policy) => [policy.release, policy.version];

policyStoreContract("files and SQLite", async () => {
  const content = { version: "a" };
  const { policies, clock } = openPolicies(":memory:", content);
  return {
    policies,
    clock,
    async release(version) {
      content.version = version;
    },
  };
});

describe("policy store over files", () => {
  it("tells the first release also to whoever asks before the first look at the files", async () => {
    const { policies } = openPolicies(":memory:", { version: "a" });
    const at = "2026-03-02T10:00:00.000Z";
    expect(await policies.lastRelease()).toEqual({ release: 1, at, everywhereAt: at });
  });

  it("does not look at the files while it answers from memory", async () => {
    const { policies, read } = openPolicies(":memory:", { version: "a" });
    await policies.current();
    await policies.current();
    expect(read).toEqual(["policies"]);
  });

  it("gives two processes that meet new content at once one number, and keeps it over a restart", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const one = openPolicies(file, { version: "a" });
    const two = openPolicies(file, { version: "a" });
    expect((await Promise.all([one.policies.current(), two.policies.current(), one.policies.reload()])).map(inForce)).toEqual([
      [1, "a"],
      [1, "a"],
      [1, "a"],
    ]);
    one.database.close();
    expect(inForce(await openPolicies(file, { version: "a" }).policies.current())).toEqual([1, "a"]);
    expect(inForce(await openPolicies(file, { version: "b" }).policies.current())).toEqual([2, "b"]);
  });

  it("passes on what is wrong with the files, and records no release", async () => {
    const database = openDatabase(":memory:");
    onTestFinished(() => database.close());
    const load: PolicyLoader = {
      read: () => [],
      build: () => {
        throw new Error("brand.json names the unknown entity north-2");
      },
    };
    const policies = createPolicyStore({ database, clock: settableClock(), directory: "policies", load });
    await expect(policies.current()).rejects.toThrow("brand.json names the unknown entity north-2");
    expect(database.connection.prepare("SELECT count(*) AS n FROM policy_release").get()?.n).toBe(0);
  });
});

const ann = { actor: "Ann", reason: "New accounts for 2027." };
const storyOf = ({ releases }: Pick<EmbeddedPolicyStore, "releases">) =>
  releases().map(({ release, version, kind, actor, reason }) => `${release} ${version} ${kind} by ${actor}: ${reason}`);

describe("releases by name", () => {
  it("keeps for every release who made it, why, when and its files", async () => {
    const content = { version: "a" };
    const { policies, clock } = openPolicies(":memory:", content);
    await policies.current();
    content.version = "b";
    clock.advance(60);
    const released = await policies.release(ann);
    expect(released).toEqual({ release: 2, version: "b", kind: "released", ...ann, at: clock.now() });
    expect(storyOf(policies)).toEqual(["2 b released by Ann: New accounts for 2027.", "1 a followed by hub: the policy files changed"]);
    expect(policies.content(1)).toEqual([{ path: "global.json", content: "a" }]);
    expect(policies.content(3)).toBeUndefined();
    expect(inForce(await policies.reload())).toEqual([2, "b"]);
  });

  it("makes the folder a draft: what changes there is in force once it is released", async () => {
    const content = { version: "a" };
    const { policies } = openPolicies(":memory:", content);
    await policies.release(ann);
    content.version = "faulty draft";
    expect(inForce(await policies.reload())).toEqual([1, "a"]);
    await expect(policies.release(ann)).rejects.toThrow("the policies have 1 fault: faulty draft");
    content.version = "b";
    expect(inForce(await policies.reload())).toEqual([1, "a"]);
    await policies.release(ann);
    expect(inForce(await policies.reload())).toEqual([2, "b"]);
  });

  it("is in force from its instant on when it says so, also in memory, and is taken back until two minutes before", async () => {
    const content = { version: "a" };
    const { policies, clock } = openPolicies(":memory:", content);
    await policies.release(ann);
    content.version = "b";
    expect(await policies.release(ann, "2026-03-02T10:05:00Z")).toMatchObject({ release: 2, activeFrom: "2026-03-02T10:05:00.000Z" });
    await expect(policies.release(ann, "2026-03-02T10:05:00Z")).rejects.toThrow(
      "nothing to release: the folder is pending until 2026-03-02T10:05:00.000Z as release 2, by Ann: New accounts for 2027.",
    );
    content.version = "c";
    await expect(policies.release(ann)).rejects.toThrow("release 2 is pending until 2026-03-02T10:05:00.000Z and would undo this one then");
    await policies.release(ann, "2026-03-02T10:06:00Z");
    await expect(policies.withdraw(ann, 2)).rejects.toThrow("release 3 comes after 2 and builds on it: withdraw that one first");
    expect(await policies.withdraw({ actor: "Bob", reason: "Too early." }, 3)).toMatchObject({
      release: 4,
      kind: "withdrawn",
      withdraws: 3,
    });
    clock.advance(297);
    expect(inForce(await policies.current())).toEqual([1, "a"]);
    clock.advance(2.999);
    expect(inForce(await policies.current())).toEqual([1, "a"]);
    await expect(policies.withdraw(ann, 2)).rejects.toThrow("too soon to be withdrawn");
    clock.advance(0.001);
    expect(inForce(await policies.current())).toEqual([2, "b"]);
    const at = "2026-03-02T10:05:00.000Z";
    expect(await policies.lastRelease()).toEqual({ release: 2, at, everywhereAt: at });
    clock.advance(600);
    expect(inForce(await policies.reload())).toEqual([2, "b"]);
    await policies.rollback(ann, 1);
    expect(inForce(await policies.reload())).toEqual([5, "a"]);
  });

  it("asks for the second person whom the policies in force ask for, who is never the first one, and keeps both", async () => {
    const content = { version: "a" };
    const { policies } = openPolicies(":memory:", content);
    await policies.release(ann);
    content.version = "asks for two";
    await policies.release(ann);
    const alone = "a second person is asked for: name in approvedBy who approved the release";
    content.version = "b";
    await expect(policies.release(ann)).rejects.toThrow(alone);
    await expect(policies.rollback(ann)).rejects.toThrow(alone);
    await expect(
      policies.amend(
        ann,
        () => [{ path: "global.json", content: "c" }],
        (pending) => pending,
      ),
    ).rejects.toThrow(alone);
    await expect(policies.release({ ...ann, approvedBy: "Bob" })).rejects.toThrow("Bob approves what policy diff showed, and nothing else");
    content.version = "2e".repeat(32);
    const other = "1f1f1f1f1f1f1f1f1f1f..2e2e2e2e2e2e2e2e2e2e";
    await expect(policies.release({ ...ann, approvedBy: "Bob", seen: other })).rejects.toThrow(
      "it would follow release 2 of Ann (New accounts for 2027.) now, asks for two, and Bob compared with 1f1f1f1f1f1f1f1f1f1f",
    );
    expect(policies.releases()).toHaveLength(2);
  });

  it("takes an approval for the change that was looked at, and for no other", async () => {
    const [first, second, third] = ["1f", "2e", "3d"].map((digits) => digits.repeat(32)) as [string, string, string];
    const content = { version: first };
    const { policies } = openPolicies(":memory:", content);
    await policies.release(ann);
    content.version = second;
    const approved = { ...ann, approvedBy: "Bob", seen: "1f1f1f1f1f1f1f1f1f1f..2e2e2e2e2e2e2e2e2e2e" };
    expect(await policies.release(approved)).toMatchObject({ release: 2, actor: "Ann", approvedBy: "Bob" });
    expect(policies.releases()[0]).toMatchObject({ release: 2, approvedBy: "Bob" });
    content.version = third;
    await expect(policies.release({ ...approved, seen: "1f1f1f1f1f1f1f1f1f1f..3d3d3d3d3d3d3d3d3d3d" })).rejects.toThrow(
      "it would follow release 2 of Ann",
    );
    await expect(policies.release(approved)).rejects.toThrow("its content is 3d3d3d3d3d3d3d3d3d3d, and Bob looked at 2e2e2e2e2e2e2e2e2e2e");
    await expect(policies.rollback(approved, 1)).rejects.toThrow("its content is 1f1f1f1f1f1f1f1f1f1f");
    expect(policies.releases()).toHaveLength(2);
  });

  it("takes nobody for the second person who is the first one", async () => {
    const { policies } = openPolicies(":memory:", { version: "a" });
    await expect(policies.release({ ...ann, approvedBy: " ANN " })).rejects.toThrow("Ann makes this release, so somebody else approves it");
    expect(await policies.release({ ...ann, approvedBy: "Bob" })).toMatchObject({ release: 1, approvedBy: "Bob" });
  });

  it("puts a name to what the hub followed, once: the same content is not released twice", async () => {
    const { policies } = openPolicies(":memory:", { version: "a" });
    await policies.current();
    await policies.release(ann);
    await expect(policies.release({ ...ann, actor: "Bob" })).rejects.toThrow(
      "nothing to release: the folder is in force as release 2, by Ann: New accounts for 2027.",
    );
    expect(storyOf(policies)).toHaveLength(2);
  });

  it("rolls back to the last other content as a new release, and leaves the folder alone", async () => {
    const content = { version: "a" };
    const { policies } = openPolicies(":memory:", content);
    await policies.release(ann);
    content.version = "b";
    await policies.release(ann);
    await policies.rollback({ actor: "Bob", reason: "Wrong accounts." });
    expect(storyOf(policies)[0]).toBe("3 a rolled-back by Bob: Wrong accounts.");
    expect(inForce(await policies.reload())).toEqual([3, "a"]);
    expect(policies.folder()).toEqual([{ path: "global.json", content: "b" }]);
  });

  it("rolls back what the hub followed, and follows no longer", async () => {
    const content = { version: "a" };
    const { policies } = openPolicies(":memory:", content);
    await policies.current();
    content.version = "b";
    await policies.reload();
    await policies.rollback(ann, 1);
    expect(inForce(await policies.reload())).toEqual([3, "a"]);
  });

  it("names what there is to go back to, and refuses what is in force", async () => {
    const content = { version: "a" };
    const { policies } = openPolicies(":memory:", content);
    await expect(policies.rollback(ann)).rejects.toThrow("no earlier content to go back to; earlier releases: none");
    await policies.release(ann);
    content.version = "b";
    await policies.release(ann);
    await expect(policies.rollback(ann, 7)).rejects.toThrow("no release 7 to go back to; earlier releases: 1");
    await policies.rollback(ann);
    await expect(policies.rollback(ann, 1)).rejects.toThrow("release 1 has the content that is in force as release 3");
    expect(storyOf(policies)).toHaveLength(3);
  });

  it("does not go back to a content that was never kept, or that the rules of today refuse", async () => {
    const content = { version: "faulty by today's rules" };
    const { policies, database } = openPolicies(":memory:", content);
    const old = database.connection.prepare("INSERT INTO policy_release (release, version, recorded_at) VALUES (?, ?, 0)");
    old.run(1, "unkept");
    old.run(2, content.version);
    database.connection.prepare("INSERT INTO policy_content VALUES (?, ?)").run(content.version, JSON.stringify(policies.folder()));
    content.version = "c";
    await policies.release(ann);
    await expect(policies.rollback(ann, 1)).rejects.toThrow(
      "the content of release 1 was not kept: put its files into the folder and release them",
    );
    await expect(policies.rollback(ann, 2)).rejects.toThrow("the policies have 1 fault: faulty by today's rules");
    expect(inForce(await policies.reload())).toEqual([3, "c"]);
  });

  it("is in force in another process that has the data folder open, when its memory is out", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const one = openPolicies(file, { version: "a" });
    const two = openPolicies(file, { version: "b" });
    await one.policies.release(ann);
    expect(inForce(await two.policies.current())).toEqual([1, "a"]);
    await two.policies.release({ actor: "Bob", reason: "Other files." });
    expect(inForce(await one.policies.reload())).toEqual([2, "b"]);
  });

  it("does not follow the folder over a release by name that came between reading and recording", async () => {
    const file = join(temporaryFolder(), "hub.db");
    const one = openPolicies(file, { version: "a" });
    const insert = "INSERT INTO policy_release (release, version, recorded_at, kind) VALUES (1, 'a', 0, 'released')";
    let once = true;
    const two = openPolicies(file, { version: "b" }, () => {
      if (!once) return;
      once = false;
      one.database.connection.exec(`INSERT INTO policy_content VALUES ('a', '[{"path":"global.json","content":"a"}]'); ${insert}`);
    });
    expect(inForce(await two.policies.current())).toEqual([1, "a"]);
    expect(storyOf(two.policies)).toHaveLength(1);
  });
});
