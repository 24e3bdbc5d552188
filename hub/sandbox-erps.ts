import { join } from "node:path";
import { createSandboxErp, createSandboxErpAdministration } from "#adapters/erps/sandbox";
import { Invalid } from "#domain/failures";
import { erpCompanies, type Policy } from "#domain/policy";
import type { Clock } from "#ports/clock";
import type { Erp } from "#ports/erp";
import type { Http } from "#ports/http";
import { type SandboxErp, startSandboxErp } from "#sandbox-erp";

/** The ERPs of the policy's connections. */
export interface HubErps {
  /** The ERP behind a connection; throws Invalid for an unknown one. */
  erp(connection: string): Erp;
  /** The embedded sandbox ERP, when some connection uses it. */
  readonly sandbox: SandboxErp | undefined;
  close(): Promise<void>;
}

/** The sandbox books from this day on; a company of your own sets its periods in its ERP. */
const firstOpenDay = "2000-01-01";
const lastOpenDay = "2099-12-31";
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
}): Promise<HubErps> {
  const { policy, dataFolder, http, clock } = options;
  const own = Object.values(policy.connections).some((connection) => connection.url === undefined);
  const sandbox = own ? await startSandboxErp({ databasePath: join(dataFolder, "sandbox-erp.sqlite") }) : undefined;
  if (sandbox !== undefined) await setMasterData(policy, http, sandbox.url);
  const erps = new Map<string, Erp>();
  for (const [name, connection] of Object.entries(policy.connections)) {
    const url = connection.url ?? sandbox?.url;
    if (url === undefined) throw new Invalid(`the ERP connection ${name} has no URL`);
    erps.set(name, createSandboxErp({ http, url, clock, connection, companies: erpCompanies(policy, name) }));
  }
  return {
    sandbox,
    erp(connection) {
      const erp = erps.get(connection);
      if (erp === undefined) throw new Invalid(`no ERP connection ${connection}: known are ${[...erps.keys()].join(", ")}`);
      return erp;
    },
    close: async () => sandbox?.close(),
  };
}

async function setMasterData(policy: Policy, http: Http, url: string): Promise<void> {
  const administration = createSandboxErpAdministration({ http, url, requestTimeoutSeconds });
  for (const [entity, data] of Object.entries(policy.entities)) {
    if (policy.connections[data.connection]?.url !== undefined) continue;
    const rules = policy.accounts.filter((rule) => rule.entity === undefined || rule.entity === entity);
    const revaluation = rules.find((rule) => rule.role === "inventory-revaluation");
    if (revaluation === undefined) throw new Invalid(`${entity} has no account for inventory-revaluation: add it to the policies`);
    const accounts = new Map(rules.map(({ account, name }) => [account, name]));
    await administration.putCompany(data.erpCompany, {
      name: data.name,
      functionalCurrency: data.functionalCurrency,
      inventoryRevaluationAccount: revaluation.account,
    });
    await administration.putAccounts(
      data.erpCompany,
      [...accounts].map(([number, name]) => ({ number, name })),
    );
    await administration.putPeriods(data.erpCompany, [{ id: "open", from: firstOpenDay, to: lastOpenDay, state: "open" }]);
  }
}
