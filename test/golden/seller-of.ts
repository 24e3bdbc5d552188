import { goldenPolicy } from "./golden-policy.ts";
import type { Scenario } from "./scenario.ts";

/** Whose sale a scenario tells, as its accountant knows: written without the rules that find it. */
export function sellerOf(scenario: Scenario): string {
  for (const fact of scenario.events) {
    if ("ticket" in fact) return goldenPolicy.stores[fact.ticket.store]?.entity ?? "";
    if ("order" in fact && fact.order.businessEntity === "gid-three") return "three";
    if ("order" in fact && fact.order.takenAt === "200") return "two";
  }
  return goldenPolicy.shops[scenario.shop]?.entity ?? "";
}
