import { createErp } from "#adapters/erp-kinds";
import type { Erp } from "#ports/erp";
import { clock } from "./clock.ts";
import { http } from "./http.ts";
import { policies } from "./policy-store.ts";
import { secrets } from "./secrets.ts";

/** Of the policy release in force; another release may know other companies. */
const bound = new Map<string, { readonly release: number; readonly erp: Erp }>();

/** The ERP behind a connection of the policies; throws Invalid for one that they do not know, or that cannot be reached from here. */
export async function erp(connection: string): Promise<Erp> {
  const policy = await policies.current();
  const known = bound.get(connection);
  if (known?.release === policy.release) return known.erp;
  const made = createErp({ http, clock, policy, connection, credentials: secrets.connectionCredentials });
  bound.set(connection, { release: policy.release, erp: made });
  return made;
}
