import { createBusinessCentralErp } from "#adapters/erps/business-central";
import { createErpNextErp } from "#adapters/erps/erpnext";
import { createNetSuiteErp, readNetSuiteCredentials } from "#adapters/erps/netsuite";
import { createOdooErp } from "#adapters/erps/odoo";
import { createSandboxErp } from "#adapters/erps/sandbox";
import { createTrytonErp } from "#adapters/erps/tryton";
import { Invalid, Unavailable } from "#domain/failures";
import { erpCompanies, type Policy } from "#domain/policy";
import type { Clock } from "#ports/clock";
import type { Erp } from "#ports/erp";
import type { Http } from "#ports/http";

export interface ErpSettings {
  readonly http: Http;
  readonly clock: Clock;
  readonly policy: Policy;
  /** Name of the connection in the policies. */
  readonly connection: string;
  /** Stands for a url that the policies leave out. */
  readonly ownUrl?: string | undefined;
  /** What the connection signs in with, from the secrets; undefined when none is stored. Read when it is needed. */
  readonly credentials: (connection: string) => Promise<Readonly<Record<string, string>> | undefined>;
}

/** The ERP behind a connection of the policies, by its kind. Throws Invalid for an unknown connection, and for settings its ERP cannot serve. */
export function createErp({ http, clock, policy, connection, ownUrl, credentials }: ErpSettings): Erp {
  const settings = Object.hasOwn(policy.connections, connection) ? policy.connections[connection] : undefined;
  if (settings === undefined) {
    throw new Invalid(`no ERP connection ${connection} in the policies: known are ${Object.keys(policy.connections).join(", ")}`);
  }
  const url = (settings.url ?? ownUrl)?.replace(/\/+$/, "");
  if (url === undefined)
    throw new Invalid(`the ERP connection ${connection} has no URL: set connections.${connection}.url in the policies`);
  const companies = erpCompanies(policy, connection);
  switch (settings.adapter) {
    case "sandbox":
      return createSandboxErp({ http, url, clock, connection: settings, companies });
    case "tryton": {
      const database = named("database");
      return createTrytonErp({
        http,
        clock,
        url,
        database,
        connection: settings,
        companies,
        revaluationAccounts: revaluationAccounts(policy, Object.keys(companies)),
        async credentials() {
          const stored = await credentials(connection);
          if (stored === undefined) return undefined;
          const { user, password } = stored;
          if (user === undefined || password === undefined) {
            throw new Unavailable(`the credentials of the ERP connection ${connection} lack "user" or "password": write both`);
          }
          return { user, password };
        },
      });
    }
    case "erpnext":
      return createErpNextErp({
        http,
        clock,
        url,
        connection: settings,
        companies,
        revaluationAccounts: revaluationAccounts(policy, Object.keys(companies)),
        async credentials() {
          const stored = await credentials(connection);
          if (stored === undefined) return undefined;
          const { apiKey, apiSecret } = stored;
          if (apiKey !== undefined && apiSecret !== undefined) return { apiKey, apiSecret };
          throw new Unavailable(`the credentials of the ERP connection ${connection} lack "apiKey" or "apiSecret": write both`);
        },
      });
    case "odoo":
      return createOdooErp({
        http,
        clock,
        url,
        database: named("database"),
        connection: settings,
        companies,
        revaluationAccounts: revaluationAccounts(policy, Object.keys(companies)),
        async credentials() {
          const stored = await credentials(connection);
          if (stored === undefined) return undefined;
          const { apiKey, user } = stored;
          if (apiKey === undefined) throw new Unavailable(`the credentials of the ERP connection ${connection} lack "apiKey": write it`);
          return { apiKey, ...(user === undefined ? {} : { user }) };
        },
      });
    case "netsuite":
      return createNetSuiteErp({
        http,
        clock,
        url,
        account: named("database"),
        connection: settings,
        companies,
        revaluationAccounts: revaluationAccounts(policy, Object.keys(companies)),
        async credentials() {
          const stored = await credentials(connection);
          if (stored === undefined) return undefined;
          const read = readNetSuiteCredentials(stored);
          if (read !== undefined) return read;
          throw new Unavailable(
            `the credentials of the ERP connection ${connection} are not whole: write "clientId", "certificateId" and "privateKey", or "consumerKey", "consumerSecret", "tokenId" and "tokenSecret"`,
          );
        },
      });
    case "business-central":
      return createBusinessCentralErp({
        http,
        clock,
        url,
        connection: settings,
        companies,
        revaluationAccounts: revaluationAccounts(policy, Object.keys(companies)),
        async credentials() {
          const stored = await credentials(connection);
          if (stored === undefined) return undefined;
          const { tenantId, clientId, clientSecret, loginUrl } = stored;
          if (tenantId === undefined || clientId === undefined || clientSecret === undefined) {
            throw new Unavailable(
              `the credentials of the ERP connection ${connection} lack "tenantId", "clientId" or "clientSecret": write all three`,
            );
          }
          return { tenantId, clientId, clientSecret, ...(loginUrl === undefined ? {} : { loginUrl }) };
        },
      });
  }

  function named(setting: "database"): string {
    const value = settings?.[setting];
    if (value !== undefined) return value;
    throw new Invalid(`the ERP connection ${connection} names no ${setting}: set connections.${connection}.${setting} in the policies`);
  }
}

function revaluationAccounts(policy: Policy, entities: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entities.flatMap((entity) => {
      const rule = policy.accounts.find((each) => each.role === "inventory-revaluation" && (each.entity ?? entity) === entity);
      return rule === undefined ? [] : [[entity, rule.account]];
    }),
  );
}
