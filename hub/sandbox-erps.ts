import { join } from "node:path";
import { createErp } from "#adapters/erp-kinds";
import { createSandboxErpAdministration } from "#adapters/erps/sandbox";
import { businessDateIn } from "#domain/calendar";
import { Invalid } from "#domain/failures";
import type { Policy } from "#domain/policy";
import type { Clock } from "#ports/clock";
import type { Erp } from "#ports/erp";
import type { Http } from "#ports/http";
import { type SandboxErp, startSandboxErp } from "#sandbox-erp";
import { erpPeriods } from "./erp-periods.ts";

/** The ERPs of the policy's connections. */
export interface HubErps {
  /** The ERP behind a connection; throws Invalid for an unknown one. */
  erp(connection: string): Erp;
  /** The embedded sandbox ERP, when some connection uses it. */
  readonly sandbox: SandboxErp | undefined;
  /** Brings the sandbox's companies, accounts and periods up to a policy; an ERP of one's own is kept by its own people. */
  follow(policy: Policy): Promise<void>;
  close(): Promise<void>;
}

const requestTimeoutSeconds = 10;

/**
 * Connects to every ERP that the policy names. A connection without a URL is served by the hub's own sandbox ERP, in this process, with
 * its database in the data folder; its companies and accounts are set from the policy.
 */
export async function connectErps(options: {
  readonly policy: Policy;
  readonly dataFolder: string;
  readonly http: Http;
  readonly clock: Clock;
  /** What a connection signs in with. */
  readonly credentials: (connection: string) => Promise<Readonly<Record<string, string>> | undefined>;
}): Promise<HubErps> {
  const { policy, dataFolder, http, clock, credentials } = options;
  const own = Object.values(policy.connections).some((connection) => connection.url === undefined);
  const sandbox = own ? await startSandboxErp({ databasePath: join(dataFolder, "sandbox-erp.sqlite") }) : undefined;
  const lastSet = new Map<string, string>();
  const follow = async (released: Policy) => {
    if (sandbox !== undefined) await setMasterData(released, http, sandbox.url, clock.now(), lastSet);
  };
  await follow(policy);
  const erps = new Map<string, Erp>();
  for (const connection of Object.keys(policy.connections)) {
    erps.set(connection, createErp({ http, clock, policy, connection, ownUrl: sandbox?.url, credentials }));
  }
  return {
    sandbox,
    follow,
    erp(connection) {
      const erp = erps.get(connection);
      if (erp === undefined) throw new Invalid(`no ERP connection ${connection}: known are ${[...erps.keys()].join(", ")}`);
      return erp;
    },
    close: async () => sandbox?.close(),
  };
}

/** Sets what differs from what was set last: what people change in the sandbox meanwhile stays until the policies say something else. */
async function setMasterData(policy: Policy, http: Http, url: string, now: string, lastSet: Map<string, string>): Promise<void> {
  const administration = createSandboxErpAdministration({ http, url, requestTimeoutSeconds });
  for (const [entity, data] of Object.entries(policy.entities)) {
    if (policy.connections[data.connection]?.url !== undefined) continue;
    const rules = policy.accounts.filter((rule) => rule.entity === undefined || rule.entity === entity);
    const revaluation = rules.find((rule) => rule.role === "inventory-revaluation");
    if (revaluation === undefined) throw new Invalid(`${entity} has no account for inventory-revaluation: add it to the policies`);
    const { erpCompany, name, functionalCurrency, timeZone } = data;
    const company = { name, functionalCurrency, inventoryRevaluationAccount: revaluation.account };
    const accounts = [...new Map(rules.map((rule) => [rule.account, rule.name]))].map(([number, name]) => ({ number, name }));
    const today = businessDateIn(timeZone, now);
    const wanted = JSON.stringify([erpCompany, company, accounts, erpPeriods(data, today, [])]);
    if (lastSet.get(entity) === wanted) continue;
    await administration.putCompany(erpCompany, company);
    await administration.putAccounts(erpCompany, accounts);
    const known = (await administration.periods(erpCompany)).map(({ id }) => id);
    await administration.putPeriods(erpCompany, erpPeriods(data, today, known));
    lastSet.set(entity, wanted);
  }
}
