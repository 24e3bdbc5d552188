import type { Chance } from "./chance.ts";
import type { Scene } from "./script.ts";
import type { ErpKind } from "./simulated-erp.ts";
import type { FaultKind } from "./weather.ts";

/**
 * Faults that are dangerous together, in a world where they meet often: what each of them alone seldom brings about is looked for in three of
 * five seeds. The others are left to chance.
 */
export interface Plot {
  readonly name: string;
  /** How often these happen, whatever else the weather brings. */
  readonly faults: Partial<Readonly<Record<FaultKind, number>>>;
  readonly erpKind?: ErpKind;
  readonly hosts?: number;
  readonly visibilityLagSeconds?: number;
  /** The pace that the hub keeps; drawn where absent. */
  readonly documentsPerSecond?: number;
  /** Everything happens within seconds. */
  readonly isRush?: true;
  /** What the shop has certainly sold, by what the orders are called. */
  readonly orders?: readonly string[];
  /** What is sent: one of these; web orders alone where absent. */
  readonly scenes?: readonly Scene[];
  /** Two stores take back goods that the shop has refunded, or will refund, and one takes goods back and undoes that. */
  readonly tillsTakeBack?: true;
}

const plots: readonly Plot[] = [
  {
    name: "two workers take over at once",
    faults: { "work handed out twice": 0.7, "ERP out of reach": 0.4 },
    erpKind: "asked-afterwards",
    documentsPerSecond: 50,
  },
  {
    name: "a worker wakes up when another has done its work",
    faults: { "worker stalled": 0.06, "ERP out of reach": 0.2, "page ends early": 0.5 },
    isRush: true,
    erpKind: "asked-afterwards",
    hosts: 2,
    visibilityLagSeconds: 0,
    documentsPerSecond: 50,
  },
  {
    name: "what a stream tells another is refused",
    faults: { "effect refused": 0.03, "batch taken in part": 0.5 },
    documentsPerSecond: 50,
    scenes: ["both", "payouts"],
  },
  {
    name: "the desk loses what it is told",
    faults: { "effect refused": 0.1, "batch taken in part": 0.4 },
    orders: ["2001", "2002", "2006", "2007"],
  },
  {
    name: "releases and deploys in the midst of the rush",
    faults: { "policy release": 1, "policies read late": 0.5, deploy: 1, "work handed out twice": 0.3 },
    orders: ["2003"],
    documentsPerSecond: 50,
    isRush: true,
  },
  {
    name: "approvals that are left lying",
    faults: { "approval after expiry": 0.8, "double approval": 0.5 },
    orders: ["1013", "2003"],
  },
  {
    name: "the same goods come back everywhere",
    faults: { "effect refused": 0.03, "answer lost": 0.03 },
    orders: ["2001", "2004", "2005", "2008", "2009", "2010"],
    scenes: ["both"],
    tillsTakeBack: true,
  },
];

/** In three of five seeds one of them. */
export function drawPlot(chance: Chance): Plot | undefined {
  return chance.happens(0.6) ? chance.from(plots) : undefined;
}
