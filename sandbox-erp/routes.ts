import { randomUUID } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import type { z } from "zod";
import type { Book } from "./book.ts";
import { inTransaction } from "./database.ts";
import { type FaultQueue, faultsMax } from "./faults.ts";
import { handEntry } from "./hand-entry.ts";
import { submitGroups } from "./ledger.ts";
import type { MasterData } from "./master-data.ts";
import type { PurchaseOrders } from "./purchase-orders.ts";
import { Refusal } from "./refusal.ts";
import type { Reports } from "./reports.ts";
import * as schemas from "./request-schemas.ts";
import { unreadable } from "./unreadable.ts";

export interface Services {
  readonly database: DatabaseSync;
  readonly masterData: MasterData;
  readonly book: Book;
  readonly orders: PurchaseOrders;
  readonly reports: Reports;
  readonly faults: FaultQueue;
}

export interface RouteRequest {
  /** The decoded variable part of the path, "" when the route has none. */
  readonly variable: string;
  readonly query: URLSearchParams;
  /** Parsed JSON, undefined without a body. */
  readonly body: unknown;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** As in openapi.json; at most one variable. */
  readonly path: string;
  /** JSON text of the response to a request that was granted. */
  readonly answer: (services: Services, request: RouteRequest) => string;
}

export const routes: readonly Route[] = [
  { method: "GET", path: "/health", answer: () => '{"status":"ok"}' },
  {
    method: "POST",
    path: "/v1/batches",
    answer: ({ database, masterData, book, orders }, { body }) =>
      submitGroups({ database, masterData, book, orders }, read(schemas.batch, body).groups),
  },
  {
    method: "GET",
    path: "/v1/documents/{key}",
    answer: ({ reports }, { variable }) => reports.document(read(schemas.documentKey, variable)),
  },
  { method: "POST", path: "/v1/documents/lookup", answer: ({ reports }, { body }) => reports.lookup(read(schemas.lookup, body).keys) },
  {
    method: "GET",
    path: "/v1/document-keys",
    answer: ({ reports }, { query }) => reports.documentKeys(readQuery(schemas.documentQuery, query)),
  },
  { method: "GET", path: "/v1/journals", answer: ({ reports }, { query }) => reports.journals(readQuery(schemas.documentQuery, query)) },
  {
    method: "GET",
    path: "/v1/companies",
    answer: ({ masterData }) => JSON.stringify({ companies: masterData.companies() }),
  },
  {
    method: "PUT",
    path: "/v1/companies/{company}",
    answer: ({ masterData }, { variable, body }) =>
      JSON.stringify(masterData.putCompany({ id: read(schemas.companyId, variable), ...read(schemas.company, body) })),
  },
  {
    method: "GET",
    path: "/v1/companies/{company}/accounts",
    answer: ({ masterData }, { variable }) => JSON.stringify({ accounts: masterData.accounts(variable) }),
  },
  {
    method: "PUT",
    path: "/v1/companies/{company}/accounts",
    answer: ({ masterData }, { variable, body }) =>
      JSON.stringify({ accounts: masterData.putAccounts(variable, read(schemas.accounts, body).accounts) }),
  },
  {
    method: "GET",
    path: "/v1/companies/{company}/master-data",
    answer: ({ masterData }, { variable }) => JSON.stringify(masterData.records(variable)),
  },
  {
    method: "PUT",
    path: "/v1/companies/{company}/master-data",
    answer: ({ masterData }, { variable, body }) => JSON.stringify(masterData.putRecords(variable, read(schemas.masterData, body))),
  },
  {
    method: "GET",
    path: "/v1/companies/{company}/periods",
    answer: ({ masterData }, { variable }) => JSON.stringify({ periods: masterData.periods(variable) }),
  },
  {
    method: "PUT",
    path: "/v1/companies/{company}/periods",
    answer: ({ masterData }, { variable, body }) =>
      JSON.stringify({ periods: masterData.putPeriods(variable, read(schemas.periods, body).periods) }),
  },
  {
    method: "POST",
    path: "/v1/companies/{company}/hand-journals",
    answer: ({ database, masterData, book }, { variable, body }) => {
      const given = read(schemas.handJournal, body);
      return inTransaction(database, () => book.record(handEntry(masterData, book, variable, given, randomUUID())));
    },
  },
  {
    method: "POST",
    path: "/v1/companies/{company}/purchase-orders",
    answer: ({ orders }, { variable, body }) => orders.place(read(schemas.companyId, variable), read(schemas.order, body)),
  },
  {
    method: "POST",
    path: "/v1/companies/{company}/purchase-orders/lookup",
    answer: ({ orders }, { variable, body }) => orders.lookup(variable, read(schemas.orderLookup, body).numbers),
  },
  {
    method: "GET",
    path: "/v1/companies/{company}/trial-balance",
    answer: ({ reports }, { variable, query }) => {
      const { from, to } = readQuery(schemas.trialBalanceQuery, query);
      return reports.trialBalance(variable, from, to);
    },
  },
  {
    method: "GET",
    path: "/v1/companies/{company}/stock",
    answer: ({ reports }, { variable, query }) => {
      const { after, limit } = readQuery(schemas.stockQuery, query);
      return reports.stock(variable, after, limit);
    },
  },
  { method: "GET", path: "/v1/faults", answer: ({ faults }) => JSON.stringify({ faults: faults.pending() }) },
  {
    method: "POST",
    path: "/v1/faults",
    answer: ({ faults }, { body }) => {
      if (faults.pending().length >= faultsMax) {
        throw new Refusal("invalid-request", `${faultsMax} faults wait already: clear them with DELETE /v1/faults`);
      }
      faults.inject(read(schemas.fault, body));
      return JSON.stringify({ faults: faults.pending() });
    },
  },
  {
    method: "DELETE",
    path: "/v1/faults",
    answer: ({ faults }) => {
      faults.clear();
      return '{"faults":[]}';
    },
  },
];

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw unreadable("invalid-request", parsed.error);
  return parsed.data;
}

function readQuery<T>(schema: z.ZodType<T>, query: URLSearchParams): T {
  return read(schema, Object.fromEntries(query));
}

/** The route of a method and a path, and the decoded variable part of the path. Throws the refusals not-found and method-not-allowed. */
export function findRoute(method: string, path: string): { route: Route; variable: string } {
  const allowed: string[] = [];
  for (const route of routes) {
    const variable = match(route.path, path);
    if (variable === undefined) continue;
    if (route.method === method) return { route, variable };
    allowed.push(route.method);
  }
  if (allowed.length > 0) throw new Refusal("method-not-allowed", `${path.slice(0, 200)} takes ${allowed.join(", ")}`);
  throw new Refusal("not-found", `there is nothing at ${path.slice(0, 200)}: openapi.json lists the paths`);
}

function match(template: string, path: string): string | undefined {
  const open = template.indexOf("{");
  if (open < 0) return template === path ? "" : undefined;
  const rest = template.slice(template.indexOf("}") + 1);
  if (!path.startsWith(template.slice(0, open)) || !path.endsWith(rest)) return undefined;
  const raw = path.slice(open, path.length - rest.length);
  if (raw === "" || raw.includes("/")) return undefined;
  try {
    return decodeURIComponent(raw);
  } catch {
    throw new Refusal("invalid-request", "the path is not valid percent-encoding: encode each part once");
  }
}
