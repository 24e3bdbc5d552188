import { createSandboxErp } from "#adapters/erps/sandbox";
import { Invalid } from "#domain/failures";
import { erpCompanies, type Policy } from "#domain/policy";
import type { Erp } from "#ports/erp";
import { clock } from "./clock.ts";
import { http } from "./http.ts";
import { policies } from "./policy-store.ts";

/** Of the policy release in force; another release may know other companies. */
const bound = new Map<string, { readonly release: number; readonly erp: Erp }>();

/** The ERP behind a connection of the policies; throws Invalid for one that they do not know, or that cannot be reached from here. */
export async function erp(connection: string): Promise<Erp> {
  const policy = await policies.current();
  const known = bound.get(connection);
  if (known?.release === policy.release) return known.erp;
  const made = erpOf(connection, policy);
  bound.set(connection, { release: policy.release, erp: made });
  return made;
}

function erpOf(connection: string, policy: Policy): Erp {
  const settings = Object.hasOwn(policy.connections, connection) ? policy.connections[connection] : undefined;
  if (settings === undefined) {
    throw new Invalid(`no ERP connection ${connection} in the policies: known are ${Object.keys(policy.connections).join(", ")}`);
  }
  const { url } = settings;
  if (url === undefined)
    throw new Invalid(`the ERP connection ${connection} has no URL: set connections.${connection}.url in the policies`);
  return createSandboxErp({ http, url, clock, connection: settings, companies: erpCompanies(policy, connection) });
}
