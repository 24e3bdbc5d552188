import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const projectPolicies = resolve(import.meta.dirname, "../../policies");

interface GlobalLayer {
  readonly approvals: readonly { readonly kind: string; aboveMinorUnits?: Record<string, number> }[];
}

interface RegionLayer {
  readonly connections?: Readonly<Record<string, { url?: string }>>;
}

/** The sample retailer's policies, with one rule that is stricter than its own: every concession above one dollar is asked for. */
export function policiesThatAsk(folder: string): string {
  cpSync(projectPolicies, folder, { recursive: true });
  edit<GlobalLayer>(join(folder, "global.json"), ({ approvals }) => {
    for (const rule of approvals) if (rule.kind === "concession") rule.aboveMinorUnits = { USD: 1_00, CAD: 1_00 };
  });
  return folder;
}

/** The same policies for a host that has no sandbox ERP of its own: every connection leads to this one. */
export function policiesWithErpAt(policies: string, url: string, folder: string): string {
  cpSync(policies, folder, { recursive: true });
  for (const name of readdirSync(join(folder, "regions")))
    edit<RegionLayer>(join(folder, "regions", name), ({ connections = {} }) => {
      for (const connection of Object.values(connections)) connection.url = url;
    });
  return folder;
}

function edit<Layer>(file: string, change: (layer: Layer) => void): void {
  const layer = JSON.parse(readFileSync(file, "utf8")) as Layer;
  change(layer);
  writeFileSync(file, JSON.stringify(layer));
}
