import type { Policy } from "#domain/policy";
import { goldenPolicy } from "../../golden/golden-policy.ts";

const why = "A test.";

export const day = "2026-11-27";

/** Store 0001, where drawers have to be counted and cards are told from cash. */
export const policy: Policy = {
  ...goldenPolicy,
  tenders: [
    { channel: "pos", match: "cash", role: "cash-drawer", dimensions: {}, cash: true, why },
    { channel: "pos", match: "creditdebit", role: "acquirer-clearing", dimensions: { acquirer: "a" }, why },
  ],
  elections: [
    ...goldenPolicy.elections.filter(({ election }) => election !== "drawerCount"),
    { election: "drawerCount", value: "required", when: {}, from: "2020-01-01", why, layer: 0 },
  ],
};
