import { gatewayTruth } from "./gateway-truth.ts";
import type { Played } from "./play.ts";
import type { Script } from "./script.ts";
import { Violation } from "./violation.ts";

/** What the ERPs hold of fees, payouts and bank lines is what the gateway and the bank say themselves: to the cent, and once. */
export function checkGateways(played: Played, script: Script): void {
  const truth = gatewayTruth(script.files.map(({ delivery }) => delivery));
  const booked = { fees: 0, paidOut: 0, banked: 0 };
  for (const erp of played.town.erps.values())
    for (const { key, document } of erp.live.values()) {
      if (document.type !== "journal") continue;
      for (const { role, amount } of document.lines) {
        if (role === "card-fees" && key.startsWith("settlement-row:")) booked.fees += amount;
        if (role === "bank-in-transit" && key.startsWith("payout:shopify-payments:")) booked.paidOut += amount;
        if (role === "bank" && key.startsWith("bank-line:")) booked.banked += amount;
      }
    }
  for (const name of ["fees", "paidOut", "banked"] as const)
    if (booked[name] !== truth[name])
      throw new Violation(
        "the books hold what the gateway and the bank know",
        `${name}: ${booked[name]} is booked, and they say ${truth[name]}`,
      );
}
