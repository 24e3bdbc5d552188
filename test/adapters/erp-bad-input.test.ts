import { expect, test } from "vitest";
import { createErp } from "#adapters/erp-kinds";
import { Unavailable } from "#domain/failures";
import type { ConnectionPolicy } from "#domain/policy";
import type { HttpRequest, HttpResponse } from "#ports/http";
import { journalStep } from "../contracts/erp-steps.ts";
import { goldenPolicy } from "../golden/golden-policy.ts";

type Kind = Exclude<ConnectionPolicy["adapter"], "sandbox">;
type Reply = HttpResponse | Error;
const json = (status: number, body: unknown): HttpResponse => ({ status, headers: {}, body: JSON.stringify(body) });
const html = (status: number): HttpResponse => ({
  status,
  headers: { "content-type": "text/html" },
  body: "<!doctype html><title>Sign in</title>",
});
const nobody = new Unavailable(
  "POST https://erp.example: connect ECONNREFUSED: look whether the address is right and something runs there",
);

/** How the ERP signs in where that is a request of its own. */
const signIn: Partial<Record<Kind, { readonly is: (request: HttpRequest) => boolean; readonly welcome: HttpResponse }>> = {
  tryton: { is: ({ body }) => String(body).includes("common.db.login"), welcome: json(200, { id: 1, result: [7, "token", null] }) },
  "business-central": { is: ({ url }) => url.endsWith("/token"), welcome: json(200, { access_token: "token", expires_in: 3_599 }) },
};
const connections: Record<Kind, { readonly change: Partial<ConnectionPolicy>; readonly credentials: Readonly<Record<string, string>> }> = {
  tryton: { change: { inventoryJournal: "hub", database: "books" }, credentials: { user: "hub", password: "hunter2" } },
  odoo: { change: { inventoryJournal: "hub", database: "books" }, credentials: { apiKey: "hunter2" } },
  erpnext: { change: { inventoryJournal: "hub" }, credentials: { apiKey: "key", apiSecret: "hunter2" } },
  netsuite: {
    change: { inventoryJournal: "erp", database: "1234567" },
    credentials: { consumerKey: "c", consumerSecret: "hunter2", tokenId: "t", tokenSecret: "hunter2" },
  },
  "business-central": {
    change: { inventoryJournal: "hub" },
    credentials: { tenantId: "tenant", clientId: "hub", clientSecret: "hunter2" },
  },
};
const netSuiteError = (status: number, code: string) =>
  json(status, { title: "Bad", status, "o:errorDetails": [{ detail: "no", "o:errorCode": code }] });
const frappeError = (status: number, exc_type: string) => json(status, { exc_type, exception: `frappe.exceptions.${exc_type}: no` });
const centralError = (status: number, code: string) => json(status, { error: { code, message: "no" } });
const odooError = (status: number, name: string) => json(status, { name, message: "no" });
const notAllowed = json(200, { id: 1, error: ["UserError", ["You are not allowed to access Company", "", null]] });

/** Bad input, what the ERP answers the sign-in and every other request, what is told, and how many requests that took. */
const table: readonly (readonly [Kind, string, Reply | undefined, Reply | undefined, RegExp, number])[] = [
  ["tryton", "wrong credentials", html(401), undefined, /refused user hub .*: mend user and password/, 1],
  ["tryton", "a wrong tenant", html(404), undefined, /no database books at .*: mend url and database/, 1],
  ["tryton", "a missing permission", undefined, notAllowed, /not allowed to access Company.*which groups its user needs/, 2],
  ["tryton", "an unreachable host", nobody, nobody, /ECONNREFUSED: look whether the address is right/, 1],
  ["tryton", "an expired session that is not renewed", undefined, html(401), /ended the session at once: look at the session settings/, 2],
  ["tryton", "HTML instead of JSON", undefined, html(200), /is a page, not as Tryton's API answers: check the url/, 2],
  ["odoo", "wrong credentials", undefined, odooError(401, "werkzeug.exceptions.Unauthorized"), /refused the API key .*make a new key/, 1],
  ["odoo", "a wrong tenant", undefined, html(404), /no API for database books: mend url and database/, 1],
  ["odoo", "a missing permission", undefined, odooError(403, "odoo.exceptions.AccessError"), /may not call .* Give it the groups/, 1],
  ["odoo", "an unreachable host", undefined, nobody, /ECONNREFUSED: look whether the address is right/, 1],
  ["odoo", "an expired key", undefined, odooError(401, "werkzeug.exceptions.Unauthorized"), /has expired; make a new key/, 1],
  ["odoo", "HTML instead of JSON", undefined, html(200), /is a page, not as Odoo's API answers: check the url/, 1],
  ["erpnext", "wrong credentials", undefined, frappeError(401, "AuthenticationError"), /refused the token: it is wrong.*generate keys/, 1],
  ["erpnext", "a wrong tenant", undefined, html(404), /no site of ERPNext, or another one .*: mend the url/, 1],
  ["erpnext", "a missing permission", undefined, frappeError(403, "PermissionError"), /may not do .* Give it the roles/, 1],
  ["erpnext", "an unreachable host", undefined, nobody, /ECONNREFUSED: look whether the address is right/, 1],
  ["erpnext", "a token that was renewed", undefined, frappeError(401, "AuthenticationError"), /was renewed.*generate keys/, 1],
  ["erpnext", "HTML instead of JSON", undefined, html(200), /is a page, not as Frappe's API answers: check the url/, 1],
  ["netsuite", "wrong credentials", undefined, netSuiteError(401, "INVALID_LOGIN"), /refused the sign-in .*mend the credentials/, 1],
  ["netsuite", "a wrong tenant", undefined, html(404), /knows no such address.*mend the url/, 1],
  ["netsuite", "a missing permission", undefined, netSuiteError(403, "INSUFFICIENT_PERMISSION"), /forbids this call .*give the role/, 1],
  ["netsuite", "an unreachable host", undefined, nobody, /ECONNREFUSED: look whether the address is right/, 1],
  ["netsuite", "a token that was revoked", undefined, netSuiteError(401, "TOKEN_REJECTED"), /TOKEN_REJECTED.*mend the credentials/, 1],
  ["netsuite", "HTML instead of JSON", undefined, html(200), /not as NetSuite gives it: check the url/, 1],
  [
    "business-central",
    "wrong credentials",
    json(401, { error: "invalid_client" }),
    undefined,
    /mend tenantId, clientId and clientSecret/,
    1,
  ],
  ["business-central", "a wrong tenant", json(400, { error: "invalid_request" }), undefined, /of tenant tenant.*mend tenantId/, 1],
  ["business-central", "a missing permission", undefined, centralError(403, "Authorization_PermissionDenied"), /permission sets/, 2],
  ["business-central", "an unreachable host", nobody, nobody, /ECONNREFUSED: look whether the address is right/, 1],
  [
    "business-central",
    "a token that is not taken",
    undefined,
    centralError(401, "Authentication_InvalidCredentials"),
    /enter its client id/,
    2,
  ],
  ["business-central", "HTML instead of JSON", undefined, html(200), /not as Business Central's API v2.0 gives it: check the url/, 2],
];

test.each(table)(
  "%s, %s: said with what to do next, without a storm of requests, and nothing is lost",
  async (adapter, _, atSignIn, elsewhere, message, requests) => {
    const asked: HttpRequest[] = [];
    const http = {
      async send(request: HttpRequest): Promise<HttpResponse> {
        asked.push(request);
        const { is, welcome } = signIn[adapter] ?? { is: () => false, welcome: undefined };
        const reply = is(request) ? (atSignIn ?? welcome) : elsewhere;
        if (reply === undefined) throw new Error("a request that the test does not know of");
        if (reply instanceof Error) throw reply;
        return reply;
      },
    };
    const { change, credentials } = connections[adapter];
    const connection = { ...goldenPolicy.connections["erp-us"], adapter, url: "https://erp.example", ...change } as ConnectionPolicy;
    const policy = {
      ...goldenPolicy,
      connections: { "erp-us": connection },
      entities: { north: { ...goldenPolicy.entities.us!, connection: "erp-us", erpCompany: "2" } },
    };
    const clock = { now: () => "2026-11-27T10:00:00.000Z" };
    const erp = createErp({ http, clock, policy, connection: "erp-us", credentials: async () => credentials });
    const step = journalStep("sale/capture@1", [["1010", 5], ["2200", -5]]); // biome-ignore format: one journal, one line
    // Unavailable: certainly not applied, so that the hub sends it again.
    const answers = await erp.submit([[step], [journalStep("sale/other@1", [["1010", 7], ["2200", -7]])]]); // biome-ignore format: one journal, one line
    expect(answers).toMatchObject([[{ kind: "unavailable", message: expect.stringMatching(message) }], [{ kind: "unavailable" }]]);
    expect(asked).toHaveLength(requests);
    expect(JSON.stringify(answers)).not.toContain("hunter2");
  },
);
