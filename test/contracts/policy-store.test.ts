import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createPolicyStore, openDatabase, type PolicyLoader } from "#adapters/embedded";
import type { Policy } from "#domain/policy";
import { policyStoreContract } from "./policy-store-contract.ts";
import { settableClock } from "./settable-clock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

function openPolicies(file: string, content: { version: string }) {
  const database = openDatabase(file);
  onTestFinished(() => database.close());
  const clock = settableClock();
  const read: string[] = [];
  const load: PolicyLoader = (directory) => {
    read.push(directory);
    const { version } = content;
    return { version, build: (release) => ({ release, version }) as Policy };
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
    expect(await policies.lastRelease()).toEqual({ number: 1, at: "2026-03-02T10:00:00.000Z" });
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
    const load: PolicyLoader = () => {
      throw new Error("brand.json names the unknown entity north-2");
    };
    const policies = createPolicyStore({ database, clock: settableClock(), directory: "policies", load });
    await expect(policies.current()).rejects.toThrow("brand.json names the unknown entity north-2");
    expect(database.connection.prepare("SELECT count(*) AS n FROM policy_release").get()?.n).toBe(0);
  });
});
