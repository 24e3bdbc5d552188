import type { Problem } from "#domain/exceptions";
import { locationByChannelId, type Policy } from "#domain/policy";

/** Our location for the channel's, and whose goods lie there. */
export type Place =
  | { readonly kind: "known"; readonly location: string; readonly entity: string }
  | { readonly kind: "held"; readonly problem: Problem };

export function placeOf(policy: Policy, channel: string, id: string | undefined, fallback: string | undefined): Place {
  const location = id === undefined ? fallback : locationByChannelId(policy, channel, id);
  const entity = location === undefined ? undefined : policy.locations[location]?.entity;
  if (location !== undefined && entity !== undefined) return { kind: "known", location, entity };
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
