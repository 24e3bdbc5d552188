import { describe, expect, it } from "vitest";
import { createTrytonErp } from "#adapters/erps/tryton";
import { Unavailable } from "#domain/failures";
import type { HttpRequest, HttpResponse } from "#ports/http";
import { journalStep } from "../contracts/erp-steps.ts";

type Reply = HttpResponse | Error;
const json = (value: unknown, status = 200): HttpResponse => ({
  status,
  headers: {},
  body: JSON.stringify({ id: 1, ...(value as object) }),
});
const page = (status: number): HttpResponse => ({ status, headers: { "content-type": "text/html" }, body: "<html>no</html>" });
const signedIn = json({ result: [7, "token", null] });
const step = () => journalStep("sale/capture@1", [["1010", 5], ["2200", -5]]); // biome-ignore format: one journal, one line

/** An ERP that gives these replies in turn, and the methods that it was asked for. */
function scripted(replies: readonly Reply[], stored: { user: string; password: string } | null = { user: "hub", password: "pw" }) {
  const requests: { method: string; authorization: string | undefined }[] = [];
  const left = [...replies];
  let now = "2026-11-27T10:00:00.000Z";
  const erp = createTrytonErp({
    http: {
      async send({ body, headers }: HttpRequest) {
        requests.push({ method: JSON.parse(String(body)).method, authorization: headers.authorization });
        const reply = left.shift();
        if (reply === undefined) throw new Error("one request more than the test knows of");
        if (reply instanceof Error) throw reply;
        return reply;
      },
    },
    clock: { now: () => now },
    url: "https://erp.example",
    database: "books",
    credentials: async () => stored ?? undefined,
    connection: { inventoryJournal: "hub", requestTimeoutSeconds: 5 },
    companies: { north: "US01" },
    revaluationAccounts: {},
  });
  return { erp, requests, at: (instant: string) => void (now = instant) };
}

describe("Tryton's adapter", () => {
  it("is unavailable for wrong credentials, says what to mend, and does not try them again for a minute", async () => {
    const { erp, requests, at } = scripted([page(401), page(401)]);
    const message = expect.stringMatching(/refused user hub of database books: mend user and password/);
    for (let times = 0; times < 3; times += 1) expect(await erp.submit([[step()]])).toMatchObject([[{ kind: "unavailable", message }]]);
    expect(requests.map(({ method }) => method)).toEqual(["common.db.login"]);
    at("2026-11-27T10:01:01.000Z");
    await expect(erp.find(["sale/capture@1"])).rejects.toMatchObject({ name: "Unavailable", message });
    expect(requests).toHaveLength(2);
  });

  it("is unavailable without credentials, says where they belong, and asks nothing", async () => {
    const { erp, requests } = scripted([], null);
    expect(await erp.submit([[step()]])).toMatchObject([
      [{ kind: "unavailable", message: expect.stringMatching(/no user and password are configured/) }],
    ]);
    expect(requests).toEqual([]);
  });

  it.each([
    ["another database", page(404), /no database books at https:\/\/erp\.example: mend url and database/],
    ["a page instead of the API", page(200), /answered with a page, .*check the url/],
    ["a proxy that fails", page(502), /HTTP 502/],
    ["a server that nobody listens at", new Unavailable("connect ECONNREFUSED"), /ECONNREFUSED/],
    ["too many sign-ins", page(429), /throttled/],
  ])("is unavailable for %s after one request, and nothing is lost", async (_, reply, message) => {
    const { erp, requests } = scripted([reply]);
    expect(await erp.submit([[step()]])).toMatchObject([[{ kind: "unavailable", message: expect.stringMatching(message) }]]);
    expect(requests).toHaveLength(1);
  });

  it("signs in once more when its session has expired, and sends the same request again", async () => {
    const currency = { code: "USD", digits: 2 };
    const { erp, requests } = scripted([
      signedIn,
      json({ result: [{ id: 3, "currency.": currency }] }),
      json({ result: [] }),
      page(401),
      json({ result: [8, "fresh", null] }),
      json({ result: [] }),
    ]);
    expect(await erp.find(["a@1"])).toEqual([undefined]);
    expect(await erp.find(["a@1"])).toEqual([undefined]);
    const search = "model.account.move.search_read";
    expect(requests.map(({ method }) => method)).toEqual([
      "common.db.login",
      "model.company.company.search_read",
      search,
      search,
      "common.db.login",
      search,
    ]);
    const [, first, , , , last] = requests.map(({ authorization }) => authorization);
    expect([first, last].map((each) => Buffer.from(String(each).split(" ")[1] ?? "", "base64").toString())).toEqual([
      "hub:7:token",
      "hub:8:fresh",
    ]);
  });

  it("says which permission to look after when the ERP refuses a question", async () => {
    const { erp } = scripted([signedIn, json({ error: ["UserError", ['You are not allowed to access "Company"', "", null]] })]);
    await expect(erp.trialBalance("north", {})).rejects.toMatchObject({
      name: "Unavailable",
      message: expect.stringMatching(/not allowed to access.*groups its user needs/),
    });
  });

  it("says what to create when the company is not there", async () => {
    const { erp } = scripted([signedIn, json({ result: [] })]);
    await expect(erp.masterData("north")).rejects.toMatchObject({
      message: expect.stringMatching(/company US01 of entity north is not in this ERP/),
    });
  });

  it("never tells a password or a token", async () => {
    const { erp } = scripted([page(401)], { user: "hub", password: "hunter2" });
    const told = JSON.stringify(await erp.submit([[step()]]));
    expect(told).toContain("hub");
    expect(told).not.toContain("hunter2");
  });

  it("refuses settings under which nobody would book the cost of goods", () => {
    const settings = { inventoryJournal: "erp", requestTimeoutSeconds: 5 } as const;
    const unused = {
      http: { send: () => Promise.reject(new Error("unused")) },
      clock: { now: () => "" },
      url: "",
      database: "",
      credentials: async () => undefined,
    };
    expect(() => createTrytonErp({ ...unused, connection: settings, companies: {}, revaluationAccounts: {} })).toThrow(
      /set inventoryJournal.*"hub"/,
    );
  });
});
