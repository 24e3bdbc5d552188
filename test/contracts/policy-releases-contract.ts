import { describe, expect, it } from "vitest";
import type { PolicyRelease, PolicyReleases } from "#ports/policy-releases";

export function policyRelease(release: number, version: string): PolicyRelease {
  return {
    release,
    version,
    address: `sha256/${"0".repeat(64)}`,
    actor: "controller@maple.example",
    reason: "new tender",
    at: "2026-03-02T10:00:00.000Z",
  };
}

/** What every adapter of ports/policy-releases keeps. `open` gives an empty record. */
export function policyReleasesContract(name: string, open: () => Promise<PolicyReleases>): void {
  describe(`policy releases contract: ${name}`, () => {
    it("has no last release before the first", async () => {
      expect(await (await open()).last()).toBeUndefined();
    });

    it("gives back the release with the highest number, whole", async () => {
      const releases = await open();
      for (const number of [1, 2, 9, 10, 11, 100, 1_000_000]) {
        expect(await releases.insert(policyRelease(number, `v${number}`))).toBe("inserted");
        expect(await releases.last()).toEqual(policyRelease(number, `v${number}`));
      }
    });

    it("gives back any release by its number, and nothing for one that there is not", async () => {
      const releases = await open();
      for (const number of [1, 2, 12]) await releases.insert(policyRelease(number, `v${number}`));
      expect([await releases.get(1), await releases.get(12), await releases.get(3)]).toEqual([
        policyRelease(1, "v1"),
        policyRelease(12, "v12"),
        undefined,
      ]);
    });

    it("gives back the latest, the highest first", async () => {
      const releases = await open();
      for (const number of [1, 2, 9, 10]) await releases.insert(policyRelease(number, `v${number}`));
      expect((await releases.latest(3)).map(({ release }) => release)).toEqual([10, 9, 2]);
      expect((await releases.latest(9)).map(({ release }) => release)).toEqual([10, 9, 2, 1]);
    });

    it("inserts several at once, all of them or none", async () => {
      const releases = await open();
      await releases.insert(policyRelease(1, "a"));
      expect(await releases.insertAll([policyRelease(2, "b"), policyRelease(3, "c")])).toBe("inserted");
      expect(await releases.insertAll([policyRelease(4, "d"), policyRelease(3, "e")])).toBe("conflict");
      expect((await releases.latest(9)).map(({ release, version }) => [release, version])).toEqual([
        [3, "c"],
        [2, "b"],
        [1, "a"],
      ]);
    });

    it("gives a number once, and keeps what has it", async () => {
      const releases = await open();
      const answers = await Promise.all([releases.insert(policyRelease(1, "a")), releases.insert(policyRelease(1, "b"))]);
      expect([...answers].sort()).toEqual(["conflict", "inserted"]);
      const winner = answers[0] === "inserted" ? "a" : "b";
      expect(await releases.insert(policyRelease(1, "c"))).toBe("conflict");
      expect((await releases.last())?.version).toBe(winner);
    });
  });
}
