import { goldenPolicy } from "./golden-policy.ts";
import type { Scenario } from "./scenario.ts";

/** Whose sale a scenario tells, as its accountant knows: written without the rules that find it. */
export function sellerOf(scenario: Scenario): string {
  for (const fact of scenario.events) {
    if ("ticket" in fact) return goldenPolicy.stores[fact.ticket.store]?.entity ?? "";
    if ("send" in fact) return goldenPolicy.stores[fact.from]?.entity ?? ownerOf(fact.from);
    if ("tookBack" in fact && fact.of !== undefined) return fact.of;
    if ("store" in fact && fact.store !== undefined) return goldenPolicy.stores[fact.store]?.entity ?? "";
    if ("order" in fact && typeof fact.order === "object" && fact.order.businessEntity === "gid-three") return "three";
    if ("order" in fact && typeof fact.order === "object" && fact.order.takenAt === "200") return "two";
  }
  return goldenPolicy.shops[scenario.shop]?.entity ?? "";
}

/** A transfer is told from the side of whoever sends. */
function ownerOf(location: string): string {
  return Object.values(goldenPolicy.locations).find(({ ids }) => ids.shopify?.includes(location))?.entity ?? "";
}
