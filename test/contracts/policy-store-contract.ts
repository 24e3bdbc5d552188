import { describe, expect, it } from "vitest";
import type { Policy } from "#domain/policy";
import type { PolicyStore } from "#ports/policy-store";
import type { SettableClock } from "./settable-clock.ts";

export interface OpenPolicies {
  readonly policies: PolicyStore;
  readonly clock: SettableClock;
  /** Puts other content in force, from outside of this store. */
  release(version: string): Promise<void>;
}

const inForce = (policy: Policy) => [policy.release, policy.version];

/** What every adapter of ports/policy-store keeps. `open` gives a store in which version "a" is in force. */
export function policyStoreContract(name: string, open: () => Promise<OpenPolicies>): void {
  describe(`policy store contract: ${name}`, () => {
    it("numbers a release for every change of content, also back to an earlier one", async () => {
      const { policies, release } = await open();
      expect(inForce(await policies.reload())).toEqual([1, "a"]);
      expect(inForce(await policies.reload())).toEqual([1, "a"]);
      await release("b");
      expect(inForce(await policies.reload())).toEqual([2, "b"]);
      await release("a");
      expect(inForce(await policies.reload())).toEqual([3, "a"]);
    });

    it("answers from memory for five seconds, and reads anew when asked", async () => {
      const { policies, clock, release } = await open();
      await policies.current();
      await release("b");
      clock.advance(4);
      expect(inForce(await policies.current())).toEqual([1, "a"]);
      clock.advance(1);
      expect(inForce(await policies.current())).toEqual([2, "b"]);
      await release("c");
      expect(inForce(await policies.reload())).toEqual([3, "c"]);
      expect(inForce(await policies.current())).toEqual([3, "c"]);
    });

    it("tells number and instant of the last release on record", async () => {
      const { policies, clock, release } = await open();
      await policies.current();
      expect(await policies.lastRelease()).toMatchObject({ release: 1, at: "2026-03-02T10:00:00.000Z" });
      clock.advance(60);
      await release("b");
      await policies.reload();
      expect(await policies.lastRelease()).toMatchObject({ release: 2, at: "2026-03-02T10:01:00.000Z" });
    });
  });
}
