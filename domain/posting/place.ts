import type { Problem } from "#domain/exceptions";
import { locationByChannelId, type Policy } from "#domain/policy";

export type Place = { readonly kind: "known"; readonly location: string } | { readonly kind: "held"; readonly problem: Problem };

/** Our location for the channel's, if the selling entity's own goods lie there. Another entity's goods are an intercompany matter (c30). */
export function placeOf(policy: Policy, channel: string, id: string | undefined, fallback: string | undefined, entity: string): Place {
  const location = id === undefined ? fallback : locationByChannelId(policy, channel, id);
  const owner = location === undefined ? undefined : policy.locations[location]?.entity;
  if (location === undefined || owner === undefined) {
    return {
      kind: "held",
      problem: {
        class: "data.unmapped",
        code: "location",
        cause: `location:${id ?? "none"}`,
        message: `${channel} location ${id ?? "(none stated, and the shop has no default)"} is not mapped. Add it to the locations; the stock document posts by itself.`,
      },
    };
  }
  if (owner !== entity) {
    return {
      kind: "held",
      problem: {
        class: "data.unmapped",
        code: "intercompany",
        cause: `intercompany:${location}`,
        message: `location ${location} belongs to entity ${owner}, the sale to ${entity}, and no posting rule covers intercompany stock yet. The stock document is held; book it by hand or wait for the rule.`,
      },
    };
  }
  return { kind: "known", location };
}
