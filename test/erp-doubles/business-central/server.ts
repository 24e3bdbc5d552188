import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";
import { type DoubleCompany, type OpenCompany, openCompany, Refusal } from "./books.ts";
import { answerTo, BadQuestion } from "./odata.ts";

export interface BusinessCentralSignIn {
  readonly tenantId: string;
  readonly environment: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const bodyBytesMax = 10_000_000;
const batch = z.object({
  requests: z.array(
    z.object({
      id: z.string().optional(),
      method: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()).optional(),
      body: z.unknown().optional(),
    }),
  ),
});
interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

/**
 * Business Central's API v2.0 and Microsoft's sign-in over loopback, with books of their own. Rules, from MicrosoftDocs/dynamics365smb-devitpro-pb (dev-itpro/):
 * - "Service-to-service authentication" (administration/automation-apis-using-s2s-authentication.md): client credentials, scope
 *   https://api.businesscentral.dynamics.com/.default, at /<tenant>/oauth2/v2.0/token; the token is good for an hour.
 * - "Endpoints for the APIs" (api-reference/v2.0/endpoints-apis-for-dynamics.md): /v2.0/<tenant>/<environment>/api/v2.0, all below companies(<id>).
 * - "Error codes" (api-reference/v2.0/dynamics_error_codes.md): error with code and message; 401 Authentication_InvalidCredentials.
 * - "Using OData transactional $batch requests" (webservices/use-odata-batch.md): with "Isolation: snapshot" all inner requests are done or none; the first failure
 *   ends the batch.
 * - "Operational limits for Business Central online" (administration/operational-limits-online.md): 100 requests in a batch, 6,000 requests in five minutes,
 *   20,000 entities a page; HTTP 429 beyond that.
 * - "Tips for working with the APIs" (developer/devenv-connect-apps-tips.md): a change or a deletion needs If-Match.
 */
export async function startBusinessCentralDouble(
  setups: readonly DoubleCompany[],
  known: BusinessCentralSignIn,
  { pageSize = 400, requestsMax = 6_000 }: { readonly pageSize?: number; readonly requestsMax?: number } = {},
) {
  const companies = setups.map(openCompany);
  const tokens = new Set<string>();
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    if (requests > requestsMax) {
      request.resume();
      response.setHeader("retry-after", "7");
      return send(response, { status: 429, body: problem("Application_TooManyRequests", "Too many requests reached.") });
    }
    answer(request)
      .catch((error: unknown) => failure(error))
      .then((given) => send(response, given));
  });
  const base = `/v2.0/${known.tenantId}/${known.environment}/api/v2.0/`;

  async function answer(request: IncomingMessage): Promise<Answer> {
    const address = new URL(request.url ?? "/", `http://${request.headers.host}`);
    const body = await text(request);
    const path = decodeURIComponent(address.pathname);
    if (path.endsWith("/oauth2/v2.0/token")) return signIn(path, new URLSearchParams(body));
    if (!tokens.has(request.headers.authorization?.replace(/^Bearer /, "") ?? "")) {
      return { status: 401, body: problem("Authentication_InvalidCredentials", "The server has rejected the client credentials.") };
    }
    if (!path.startsWith(base)) return { status: 404, body: problem("NoEnvironment", `Environment does not exist.`) };
    const inner = path.slice(base.length);
    if (inner === "$batch") return batched(request, body);
    if (request.method === "GET") return { status: 200, body: collection(inner, address) };
    return changed(request.method ?? "", inner, { "if-match": request.headers["if-match"] }, body === "" ? undefined : JSON.parse(body));
  }

  function signIn(path: string, form: URLSearchParams): Answer {
    if (!path.startsWith(`/${known.tenantId}/`))
      return { status: 400, body: { error: "invalid_request", error_description: "AADSTS90002: Tenant not found." } };
    const scope = "https://api.businesscentral.dynamics.com/.default";
    if (form.get("grant_type") !== "client_credentials" || form.get("scope") !== scope)
      return { status: 400, body: { error: "invalid_scope" } };
    if (form.get("client_id") !== known.clientId || form.get("client_secret") !== known.clientSecret)
      return { status: 401, body: { error: "invalid_client" } };
    const token = randomBytes(24).toString("base64url");
    tokens.add(token);
    return { status: 200, body: { token_type: "Bearer", expires_in: 3_599, access_token: token } };
  }

  function companyOf(path: string): [OpenCompany, string] {
    const [, id, below = ""] = /^companies\(([^)]*)\)\/(.*)$/.exec(path) ?? [];
    const company = companies.find((each) => each.id === id);
    if (company === undefined) throw new Refusal("Internal_CompanyNotFound", "Cannot find a company with this id.", 404);
    return [company, below];
  }

  function collection(path: string, address: URL) {
    if (path === "companies")
      return answerTo(
        companies.map(({ id, name }) => ({ id, name, displayName: name })),
        address,
        pageSize,
      );
    const [company, below] = companyOf(path);
    const collections = company.collections();
    const rows = Object.hasOwn(collections, below) ? collections[below] : undefined;
    if (rows === undefined) throw new Refusal("BadRequest_NotFound", `Resource not found for the segment '${below}'.`, 404);
    return answerTo(rows, address, pageSize, ["dimensionSetLines", "purchaseOrderLines"]);
  }

  function changed(method: string, path: string, headers: Readonly<Record<string, string | undefined>>, body: unknown): Answer {
    const [company, below] = companyOf(path);
    const [, order] = /^purchaseOrders\(([^)]*)\)$/.exec(below) ?? [];
    if (method === "POST" && below === "purchaseOrders") return { status: 201, body: company.addOrder(body) };
    if (method === "DELETE" && order !== undefined) {
      if (headers["if-match"] === undefined) throw new Refusal("BadRequest_RequiredHeaderMissing", "The If-Match header is required.");
      company.removeOrder(order);
      return { status: 204 };
    }
    const journal = `journals(${company.journalId})/`;
    if (!below.startsWith(journal)) throw new Refusal("BadRequest_MethodNotAllowed", `'${method}' is not allowed on '${below}'.`, 405);
    const rest = below.slice(journal.length);
    if (method === "POST" && rest === "journalLines") return { status: 201, body: company.addLine(body) };
    if (method === "POST" && rest === "Microsoft.NAV.post") {
      company.post();
      return { status: 204 };
    }
    const [, line] = /^journalLines\(([^)]*)\)$/.exec(rest) ?? [];
    if (method !== "DELETE" || line === undefined)
      throw new Refusal("BadRequest_NotFound", `Resource not found for the segment '${rest}'.`, 404);
    if (headers["if-match"] === undefined) throw new Refusal("BadRequest_RequiredHeaderMissing", "The If-Match header is required.");
    company.removeLine(line);
    return { status: 204 };
  }

  function batched(request: IncomingMessage, body: string): Answer {
    const parsed = batch.safeParse(JSON.parse(body));
    if (request.method !== "POST" || !parsed.success)
      return { status: 400, body: problem("BadRequest", "The batch request is not valid.") };
    const { requests: inner } = parsed.data;
    if (inner.length > 100)
      return { status: 400, body: problem("BadRequest", "The current batch message contains more than 100 operations.") };
    const restore = companies.map((company) => company.snapshot());
    const responses: object[] = [];
    for (const { id = null, method, url, headers = {}, body: content } of inner) {
      const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
      let given: Answer;
      try {
        given = changed(method, url, lower, content);
      } catch (error) {
        given = failure(error);
      }
      responses.push({ id, headers: {}, ...given });
      if (given.status < 300) continue;
      if (request.headers.isolation === "snapshot") for (const back of restore) back();
      break;
    }
    return { status: 200, body: { responses } };
  }

  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  return {
    url: `${origin}/v2.0/${known.tenantId}/${known.environment}`,
    loginUrl: origin,
    /** By name; what a person does in Business Central. */
    company: (name: string) => companies.find((each) => each.name === name)!,
    endTokens: () => tokens.clear(),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function problem(code: string, message: string) {
  return { error: { code, message: `${message}  CorrelationId:  ${randomBytes(8).toString("hex")}.` } };
}

function failure(error: unknown): Answer {
  if (error instanceof Refusal) return { status: error.status, body: problem(error.code, error.message) };
  if (error instanceof BadQuestion) return { status: 400, body: problem("BadRequest", error.message) };
  return { status: 500, body: problem("Internal_ServerError", String(error)) };
}

async function text(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bodyBytesMax) throw new Error("the request is too large");
    parts.push(part);
  }
  return Buffer.concat(parts).toString("utf8");
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "content-type": "application/json; odata.metadata=minimal" });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
