import { afterAll, describe, expect, it } from "vitest";
import { createDynamoLineageStore, createDynamoPolicyReleases, createReleasedPolicyStore } from "#adapters/aws";
import { createDocumentStore } from "#adapters/embedded";
import { sha256Hex } from "#domain/canonical";
import { skipReason } from "../skip.ts";
import { startLocalTables } from "./dynamo-local-table.ts";
import { policyRelease, policyReleasesContract } from "./policy-releases-contract.ts";
import { policyStoreContract } from "./policy-store-contract.ts";
import { settableClock } from "./settable-clock.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const local = await startLocalTables();

if ("skipped" in local) {
  skipReason("DynamoDB Local", local.skipped);
  describe.skip(`policy contracts: DynamoDB Local (${local.skipped})`, () => {
    it("needs Java and the packaged emulator", () => {});
  });
} else {
  const { api, create } = local;
  afterAll(() => local.stop());

  policyReleasesContract("DynamoDB Local", async () => createDynamoPolicyReleases({ api, table: await create() }));

  /** Releases, and a store over them that counts what it reads of the documents. */
  async function openReleased() {
    const releases = createDynamoPolicyReleases({ api, table: await create() });
    const folder = createDocumentStore(temporaryFolder());
    const reads: string[] = [];
    /** What somebody put into the place of a content. */
    const changedContents = new Map<string, string>();
    const documents = {
      ...folder,
      get(address: string) {
        reads.push(address);
        const changed = changedContents.get(address);
        return changed === undefined ? folder.get(address) : Promise.resolve(new TextEncoder().encode(changed));
      },
    };
    const clock = settableClock();
    const policies = createReleasedPolicyStore({ releases, documents, clock });
    async function release(version: string): Promise<void> {
      const bytes = new TextEncoder().encode(JSON.stringify({ connections: { [version]: {} } }));
      const address = `sha256/${sha256Hex(bytes)}`;
      await folder.put(address, bytes);
      const number = ((await releases.last())?.release ?? 0) + 1;
      await releases.insert({ ...policyRelease(number, version), address, at: clock.now() });
    }
    return { releases, policies, clock, release, reads, changedContents };
  }

  policyStoreContract("releases in DynamoDB Local", async () => {
    const opened = await openReleased();
    await opened.release("a");
    return opened;
  });

  describe("policy store over releases", () => {
    it("has a pending release in force from its instant on, also for whoever has the one before in memory", async () => {
      const { policies, clock, release, releases } = await openReleased();
      await release("a");
      await release("b");
      const [b] = await releases.latest(1);
      await releases.insert({ ...b!, release: 3, version: "c", activeFrom: "2026-03-02T10:00:02.000Z" });
      await releases.insert({ ...b!, release: 4, version: "d", activeFrom: "2026-03-02T10:00:03.000Z" });
      await releases.insert({ ...b!, release: 5, withdraws: 4 });
      expect([(await policies.current()).version, (await policies.lastRelease()).release]).toEqual(["b", 2]);
      clock.advance(1.999);
      expect((await policies.current()).version).toBe("b");
      clock.advance(0.001);
      expect([(await policies.current()).version, (await policies.current()).release]).toEqual(["c", 3]);
      expect(await policies.lastRelease()).toEqual({
        release: 3,
        at: "2026-03-02T10:00:02.000Z",
        everywhereAt: "2026-03-02T10:01:32.000Z",
        wasPending: true,
      });
      clock.advance(60);
      expect((await policies.current()).version).toBe("c");
    });

    it("takes an older release for possible until nobody can decide with it any more: not before the first one", async () => {
      const { policies, release } = await openReleased();
      await release("a");
      expect((await policies.lastRelease()).everywhereAt).toBe("2026-03-02T10:00:00.000Z");
      await release("b");
      expect((await policies.lastRelease()).everywhereAt).toBe("2026-03-02T10:01:30.000Z");
    });

    it("reads a content once, however often its release is read", async () => {
      const { policies, release, reads, clock } = await openReleased();
      await release("a");
      for (let round = 0; round < 3; round++) {
        expect(Object.keys((await policies.current()).connections)).toEqual(["a"]);
        clock.advance(10);
      }
      expect(reads).toHaveLength(1);
    });

    it("refuses a content that is not what was released, and one in a form that it does not know, instead of guessing", async () => {
      const { policies, releases, changedContents } = await openReleased();
      await releases.insert(policyRelease(1, "a"));
      changedContents.set(policyRelease(1, "a").address, '{"connections":{"b":{}}}');
      const changed = { name: "Unavailable", release: 1, message: expect.stringContaining("is not what was released: release it again") };
      await expect(policies.current()).rejects.toMatchObject(changed);
      await releases.insert({ ...policyRelease(2, "b"), form: 2 });
      await expect(policies.current()).rejects.toThrow(
        /^policy release 2 is written in form 2 and this code reads form 1: deploy the code/,
      );
    });

    it("says what to do when nothing was released, and when a content is gone", async () => {
      const { policies, releases } = await openReleased();
      await expect(policies.current()).rejects.toThrow("no policy was released yet: release one with release-policy");
      await releases.insert(policyRelease(1, "a"));
      await expect(policies.current()).rejects.toMatchObject({ name: "Unavailable", message: expect.stringContaining("release it again") });
    });

    it("is no transaction of the lineage in the same table", async () => {
      const table = await create();
      await createDynamoPolicyReleases({ api, table }).insert(policyRelease(1, "a"));
      expect(await createDynamoLineageStore({ api, table }).transactions(undefined, 10)).toEqual({ transactions: [] });
    });
  });
}
