import { afterEach, describe, expect, it } from "vitest";
import { createSystemClock } from "#adapters/clock";
import { createBusinessCentralErp } from "#adapters/erps/business-central";
import { createHttp } from "#adapters/http";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { SentStep } from "#domain/posting";
import type { Http, HttpRequest, HttpResponse } from "#ports/http";
import { journalStep, reverseStep, stockStep } from "../contracts/erp-steps.ts";
import { businessCentralCompanies, businessCentralSignIn } from "../erp-doubles/business-central/sample-companies.ts";
import { startBusinessCentralDouble } from "../erp-doubles/business-central/server.ts";

const capture = [["1010", 5], ["2200", -5]] as const; // biome-ignore format: one journal, one line
const step = () => journalStep("sale/capture@1", capture);
const json = (status: number, body: unknown, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  headers,
  body: JSON.stringify(body),
});
const error = (status: number, code: string, message: string, headers = {}) => json(status, { error: { code, message } }, headers);
const page = (status: number): HttpResponse => ({ status, headers: { "content-type": "text/html" }, body: "<html>no</html>" });
const signedIn = json(200, { access_token: "token", expires_in: 3_599 });
const list = (...value: object[]) => json(200, { value });
const id = "4bd1a2f0-30f5-4a6e-8a87-0f6a1f6f2f10";

/** An environment that gives these replies in turn, and what it was asked for. */
function scripted(
  replies: readonly (HttpResponse | Error)[],
  stored: { tenantId: string; clientId: string; clientSecret: string } | null = businessCentralSignIn,
) {
  const asked: string[] = [];
  const left = [...replies];
  let now = "2026-11-27T10:00:00.000Z";
  const http: Http = {
    async send({ url }: HttpRequest) {
      asked.push(url.split("/").at(-1)?.split("?")[0] ?? "");
      const reply = left.shift();
      if (reply === undefined) throw new Error("one request more than the test knows of");
      if (reply instanceof Error) throw reply;
      return reply;
    },
  };
  const erp = createBusinessCentralErp({
    ...{ http, clock: { now: () => now }, url: "https://bc.example/v2.0/tenant/production", credentials: async () => stored ?? undefined },
    ...{ connection: { inventoryJournal: "hub", requestTimeoutSeconds: 5 }, companies: { north: "North Inc." }, revaluationAccounts: {} },
  });
  return { erp, asked, at: (instant: string) => void (now = instant) };
}

describe("Business Central's adapter when it is turned away", () => {
  it("says what to mend for wrong credentials or a wrong tenant, and does not try them again for a minute", async () => {
    const refused = json(401, { error: "invalid_client" });
    const { erp, asked, at } = scripted([refused, json(400, { error: "invalid_request" })]);
    const message = expect.stringMatching(/refused application hub of tenant 7f1c4a52.*mend tenantId, clientId and clientSecret/);
    for (let times = 0; times < 3; times += 1) expect(await erp.submit([[step()]])).toMatchObject([[{ kind: "unavailable", message }]]);
    expect(asked).toEqual(["token"]);
    at("2026-11-27T10:01:01.000Z");
    await expect(erp.find(["sale/capture@1"])).rejects.toMatchObject({ name: "Unavailable", message });
    expect(asked).toEqual(["token", "token"]);
  });

  it("says where credentials belong when there are none, and asks nothing", async () => {
    const { erp, asked } = scripted([], null);
    await expect(erp.trialBalance("north", {})).rejects.toThrow(/no credentials are configured/);
    expect(asked).toEqual([]);
  });

  it.each([
    [
      "an application that Business Central does not know",
      error(401, "Authentication_InvalidCredentials", "no"),
      /does not let the application in .*enter its client id/,
    ],
    ["a missing permission", error(403, "Authorization_PermissionDenied", "no"), /forbids this call .*permission sets/],
    [
      "another environment",
      error(404, "NoEnvironment", "Environment does not exist."),
      /no such environment or company .*mend url and erpCompany/,
    ],
    ["too many requests", error(429, "Application_TooManyRequests", "slow"), /throttled by Business Central/],
    ["a page instead of the API", page(200), /not as Business Central's API v2.0 gives it: check the url/],
    ["a proxy that fails", page(502), /HTTP 502/],
    ["a server that nobody listens at", new Unavailable("connect ECONNREFUSED"), /ECONNREFUSED/],
    ["an answer that never comes", new UnknownOutcome("timed out"), /did not answer a question: timed out/],
    ["a company that is not there", list(), /company North Inc\. of entity north is not in this environment/],
    [
      "a next page elsewhere",
      json(200, { value: [{ id, name: "x" }], "@odata.nextLink": "https://elsewhere.example/x" }),
      /links to another address/,
    ],
  ])("is unavailable for %s after one request, and nothing is lost", async (_, reply, message) => {
    const { erp, asked } = scripted([signedIn, reply]);
    expect(await erp.submit([[step()]])).toMatchObject([[{ kind: "unavailable", message: expect.stringMatching(message) }]]);
    expect(asked).toEqual(["token", "companies"]);
  });

  it("says which general journal to create when the company has none for the hub", async () => {
    const setup = { localCurrencyCode: "USD", allowPostingFrom: "0001-01-01", allowPostingTo: "0001-01-01" };
    const { erp } = scripted([signedIn, list({ id, name: "North Inc." }), list(setup), list()]);
    await expect(erp.masterData("north")).rejects.toThrow(/no general journal batch THRULINE: create it/);
  });

  it("passes on how long it is to wait", async () => {
    const { erp } = scripted([signedIn, error(429, "Application_TooManyRequests", "slow", { "retry-after": "7" })]);
    expect(await erp.submit([[step()]])).toMatchObject([[{ kind: "unavailable", throttled: true, retryAfterSeconds: 7 }]]);
  });

  it("never tells a secret or a token", async () => {
    const { erp } = scripted([json(401, { error: "invalid_client" })], { ...businessCentralSignIn, clientSecret: "hunter2" });
    const told = JSON.stringify(await erp.submit([[step()]]));
    expect(told).toContain("hub");
    expect(told).not.toContain("hunter2");
  });
});

describe("Business Central's adapter against the double", () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function world() {
    const server = await startBusinessCentralDouble(businessCentralCompanies, businessCentralSignIn);
    const network = createHttp();
    closing.push(async () => {
      network.close();
      await server.close();
    });
    const asked: string[] = [];
    let fault: ((request: HttpRequest, answer: () => Promise<HttpResponse>) => Promise<HttpResponse>) | undefined;
    const erp = createBusinessCentralErp({
      http: {
        send(request) {
          asked.push(request.url.split("/").at(-1)?.split("?")[0] ?? "");
          return fault === undefined ? network.send(request) : fault(request, () => network.send(request));
        },
      },
      ...{
        clock: createSystemClock(),
        url: server.url,
        credentials: async () => ({ ...businessCentralSignIn, loginUrl: server.loginUrl }),
      },
      ...{
        connection: { inventoryJournal: "hub", requestTimeoutSeconds: 30 },
        companies: { north: "North Inc." },
        revaluationAccounts: { north: "5900" },
      },
    });
    const north = server.company("North Inc.");
    return { erp, server, north, asked, interfere: (by: typeof fault) => void (fault = by) };
  }
  type World = Awaited<ReturnType<typeof world>>;

  const done = async (erp: World["erp"], ...steps: SentStep[]) => {
    const [answers] = await erp.submit([steps]);
    expect(answers?.map((answer) => (answer.kind === "done" ? "done" : answer))).toEqual(steps.map(() => "done"));
    return answers!;
  };
  const balances = async (erp: World["erp"]) =>
    Object.fromEntries((await erp.trialBalance("north", {})).accounts.map(({ account, debit, credit }) => [account, [debit, credit]]));
  const drafts = (north: World["north"]) => north.collections()[`journals(${north.journalId})/journalLines`]!.length;
  const draft = (documentNumber: string, amount: number) => ({
    ...{ accountType: "G/L Account", accountNumber: "1010", postingDate: "2026-03-05", documentNumber, amount, description: "left over" },
  });
  const long = (count: number) => [...Array.from({ length: count - 1 }, () => ["1010", 1] as const), ["2200", 1 - count] as const];

  it("keeps its token, and renews it once when Business Central has ended it", async () => {
    const { erp, server, asked } = await world();
    await done(erp, step());
    server.endTokens();
    expect(await erp.find(["sale/capture@1"])).toMatchObject([{ kind: "done" }]);
    expect(asked.filter((name) => name === "token")).toHaveLength(2);
  });

  it("posts a document with all its lines in one transaction, or not at all", async () => {
    const { erp, north, asked } = await world();
    await done(erp, step());
    expect(asked.filter((name) => name === "$batch")).toHaveLength(1);
    const journal = journalStep("x@1", capture);
    if (journal.kind !== "post" || journal.document.type !== "journal") throw new Error("a journal was expected");
    const lines = journal.document.lines.map((line, index) => (index === 0 ? line : { ...line, dimensions: { "cost-center": "NOWHERE" } }));
    expect(await erp.submit([[{ ...journal, document: { ...journal.document, lines } }]])).toMatchObject([
      [{ kind: "refused", code: "rejected", message: expect.stringContaining('"valueCode" does not match to a Dimension Value') }],
    ]);
    expect(drafts(north)).toBe(0);
    expect(await balances(erp)).toEqual({ "1010": [5, 0], "2200": [0, 5] });
  });

  it("clears what an earlier send left in the hub's journal before it posts", async () => {
    const { erp, north } = await world();
    north.addLine(draft("TLOLD", 77));
    await done(erp, step());
    expect(await balances(erp)).toEqual({ "1010": [5, 0], "2200": [0, 5] });
  });

  it("posts a long document once when it was cut off among its lines", async () => {
    const { erp, north, interfere } = await world();
    let batches = 0;
    interfere(async ({ url }, answer) => {
      if (!url.endsWith("$batch")) return await answer();
      batches += 1;
      if (batches !== 2) return await answer();
      await answer();
      throw new UnknownOutcome("the answer was lost");
    });
    const journal = journalStep("long@1", long(250));
    expect(await erp.submit([[journal]])).toMatchObject([
      [{ kind: "unknown", message: expect.stringContaining("the lines of a long document") }],
    ]);
    expect(drafts(north)).toBe(200);
    expect(await erp.find(["long@1"])).toEqual([undefined]);
    await done(erp, journal);
    expect(await balances(erp)).toEqual({ "1010": [249, 0], "2200": [0, 249] });
  });

  it("takes a document for posted that stands although its posting was refused", async () => {
    const { erp, interfere } = await world();
    interfere(async ({ url }, answer) => {
      const given = await answer();
      if (!url.endsWith("$batch")) return given;
      const body = { error: { code: "Application_DialogException", message: "An extension does not like it." } };
      return json(200, { responses: [{ status: 201 }, { status: 201 }, { status: 400, body }] });
    });
    const [answer] = await done(erp, step());
    interfere(undefined);
    expect(await erp.submit([[step()]])).toEqual([[answer]]);
    expect(await balances(erp)).toEqual({ "1010": [5, 0], "2200": [0, 5] });
  });

  it("says unknown when a request within the batch failed at the server", async () => {
    const { erp, interfere } = await world();
    interfere(async ({ url }, answer) =>
      url.endsWith("$batch") ? json(200, { responses: [{ status: 503, body: null }] }) : await answer(),
    );
    expect(await erp.submit([[step()]])).toMatchObject([[{ kind: "unknown", message: expect.stringContaining("HTTP 503") }]]);
  });

  it("is throttled within a batch too", async () => {
    const { erp, interfere } = await world();
    const inner = { status: 429, headers: { "retry-after": "3" }, body: null };
    interfere(async ({ url }, answer) => (url.endsWith("$batch") ? json(200, { responses: [inner] }) : await answer()));
    expect(await erp.submit([[step()]])).toMatchObject([[{ kind: "unavailable", throttled: true, retryAfterSeconds: 3 }]]);
  });

  it("keeps keys as long as those of a shop with a long name, in a line more where they need it, and tells the document as it was", async () => {
    const { erp, north } = await world();
    await done(erp, stockStep("opening@1", [[1_000, 2_345_600]]));
    const key =
      "sale:shopify:a-rather-long-name-of-a-shop.myshopify.com:820982911946154508/fulfillment.shipped:4567890123456/issue/north/USD@1";
    const answers = await done(erp, { ...stockStep("issue@1", [[-12]]), erpKey: key } as SentStep, reverseStep(`${key}/reversal`, key));
    expect(await erp.find([key, `${key}/reversal`])).toEqual(answers);
    expect(north.collections().generalLedgerEntries).toHaveLength(2 + 2 + 3);
    const { journals } = await erp.journals({ keyPrefix: "sale:" }, undefined, 10);
    expect(journals.map((journal) => journal.key)).toEqual([key, `${key}/reversal`]);
    expect(journals.map((journal) => journal.lines.map((line) => [line.account, line.role, line.debit, line.credit]))).toEqual([
      [["5000", "cogs", 28_147, 0], ["1300", "inventory", 0, 28_147]], // biome-ignore format: one journal, one line
      [["5000", "cogs", 0, 28_147], ["1300", "inventory", 28_147, 0]], // biome-ignore format: one journal, one line
    ]);
    expect(await balances(erp)).toEqual({ "1300": [2_373_747, 28_147], "5000": [28_147, 2_373_747] });
  });

  it("refuses a key that no line has room for, saying why", async () => {
    const { erp } = await world();
    const cents = { ...journalStep("x@1", [["1010", 1], ["2200", -1]]), erpKey: `${"long".repeat(60)}@1` } as SentStep; // biome-ignore format: one journal, one line
    expect(await erp.submit([[cents]])).toMatchObject([
      [{ kind: "refused", code: "text-too-long", message: expect.stringContaining("100 characters") }],
    ]);
  });

  it("keeps names with signs of its own as they are", async () => {
    const { erp } = await world();
    const signs = journalStep("odd|key~@1", capture);
    if (signs.kind !== "post" || signs.document.type !== "journal") throw new Error("a journal was expected");
    const lines = signs.document.lines.map((line) => ({ ...line, role: "role|with~signs@100%25" }));
    await done(erp, { ...signs, document: { ...signs.document, lines } });
    expect((await erp.journals({ entity: "north" }, undefined, 10)).journals).toMatchObject([
      { key: "odd|key~@1", lines: [{ role: "role|with~signs@100%25" }, { role: "role|with~signs@100%25" }] },
    ]);
  });

  it("refuses goods that would move at no value, as no line stands for them", async () => {
    const { erp } = await world();
    expect(await erp.submit([[stockStep("issue@1", [[-1]])]])).toMatchObject([[{ kind: "refused", code: "no-cost" }]]);
    expect(await erp.submit([[stockStep("issue@2", [[-1]])]])).toMatchObject([[{ kind: "refused", code: "no-cost" }]]);
  });

  it("starts the next document from what was booked, not from what was refused before it", async () => {
    const { erp } = await world();
    await done(erp, stockStep("opening@1", [[10, 2_500]]));
    const blocked = stockStep("refused@1", [[-4]], "6900");
    expect(await erp.submit([[blocked], [stockStep("issue@1", [[-1]])]])).toMatchObject([
      [{ kind: "refused", code: "account-inactive" }],
      [{ kind: "done", costs: [{ totalCost: 250 }] }],
    ]);
    expect(await erp.stock("north")).toMatchObject([{ quantityMillionths: 9_000_000, value: 2_250 }]);
  });

  it("starts each document of a call from the one before it, whatever group that is in", async () => {
    const { erp } = await world();
    const groups = [[stockStep("opening@1", [[10, 2_500]])], [stockStep("issue@1", [[-4]])], [stockStep("issue@2", [[-6]])]];
    expect(await erp.submit(groups)).toMatchObject([
      [{ costs: [{ totalCost: 2_500 }] }],
      [{ costs: [{ totalCost: 1_000 }] }],
      [{ costs: [{ totalCost: 1_500 }] }],
    ]);
    expect(await erp.stock("north")).toMatchObject([{ quantityMillionths: 0, value: 0, movements: 3 }]);
  });

  it("tells entries that a person posted, without a key", async () => {
    const { erp, north } = await world();
    north.addLine(draft("G00001", 5));
    north.addLine({ ...draft("G00001", -5), accountNumber: "2200" });
    north.post();
    await done(erp, step());
    const { journals } = await erp.journals({ entity: "north" }, undefined, 10);
    expect(journals).toMatchObject([
      { number: "G00001", key: "", lines: [{ account: "1010" }, { account: "2200" }] },
      { key: "sale/capture@1" },
    ]);
    expect((await erp.documentKeys({}, undefined, 10)).keys).toEqual(["sale/capture@1"]);
  });

  it("does not reverse a reversal", async () => {
    const { erp } = await world();
    await done(erp, step(), reverseStep("sale/capture@1/reversal", "sale/capture@1"));
    expect(await erp.submit([[reverseStep("sale/capture@1/reversal/reversal", "sale/capture@1/reversal")]])).toMatchObject([
      [{ kind: "refused", code: "not-reversible" }],
    ]);
  });
});
