import type { Played } from "./play.ts";
import type { SimulatedErp } from "./simulated-erp.ts";
import { Violation } from "./violation.ts";

/** After faults the ERPs hold what they hold without any: the same documents with the same content, and the same balances. */
export function compareErps(played: Played, wanted: Played): void {
  for (const [name, erp] of played.town.erps) {
    const oracle = wanted.town.erps.get(name) as SimulatedErp;
    for (const [key, document] of erp.live) {
      const other = oracle.live.get(key);
      if (other === undefined) throw new Violation("the ERP holds what the events ask for", `${name}: ${key} stands, and no event asks for it`);
      if (other.hash !== document.hash) throw new Violation("the ERP holds what the events ask for", `${name}: ${key} has another content`);
    }
    for (const key of oracle.live.keys())
      if (!erp.live.has(key)) throw new Violation("the ERP holds what the events ask for", `${name}: ${key} is missing`);
  }
}
