import { generateKeyPairSync } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { createSystemClock } from "#adapters/clock";
import { createNetSuiteErp, type NetSuiteCredentials } from "#adapters/erps/netsuite";
import { createHttp } from "#adapters/http";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { SentStep } from "#domain/posting";
import type { Http, HttpRequest, HttpResponse } from "#ports/http";
import { tokenAuthorization } from "../../adapters/erps/netsuite/authorization.ts";
import { journalStep, reverseStep, stockStep } from "../contracts/erp-steps.ts";
import { netSuiteAccount, netSuiteSignIn, netSuiteToken } from "../erp-doubles/netsuite/sample-account.ts";
import { startNetSuiteDouble } from "../erp-doubles/netsuite/server.ts";

const companies = { north: "2", maple: "3" };
const step = () => journalStep("sale/capture@1", [["1010", 5], ["2200", -5]]); // biome-ignore format: one journal, one line
const error = (status: number, code: string, detail: string): HttpResponse => ({
  status,
  headers: {},
  body: JSON.stringify({ title: "Bad", status, "o:errorDetails": [{ detail, "o:errorCode": code }] }),
});
const page = (status: number, headers: Record<string, string> = {}): HttpResponse => ({ status, headers, body: "<html>no</html>" });

/** An account that gives these replies in turn, and the addresses that it was asked at. */
function scripted(replies: readonly (HttpResponse | Error)[], stored: NetSuiteCredentials | undefined = netSuiteToken) {
  const asked: string[] = [];
  const left = [...replies];
  let now = "2026-11-27T10:00:00.000Z";
  const http: Http = {
    async send({ url }: HttpRequest) {
      asked.push(new URL(url).pathname);
      const reply = left.shift();
      if (reply === undefined) throw new Error("one request more than the test knows of");
      if (reply instanceof Error) throw reply;
      return reply;
    },
  };
  const erp = createNetSuiteErp({
    ...{ http, clock: { now: () => now }, url: "https://1234567.suitetalk.example", account: "1234567", credentials: async () => stored },
    ...{ connection: { inventoryJournal: "erp", requestTimeoutSeconds: 5 }, companies, revaluationAccounts: {} },
  });
  return { erp, asked, at: (instant: string) => void (now = instant) };
}

describe("NetSuite's adapter when it is turned away", () => {
  it("says what to mend for wrong credentials, and does not try them again for a minute", async () => {
    const refused = error(401, "INVALID_LOGIN", "Invalid login attempt.");
    const { erp, asked, at } = scripted([refused, refused]);
    const message = expect.stringMatching(/refused the sign-in to account 1234567 \(INVALID_LOGIN\).*mend the credentials/);
    for (let times = 0; times < 3; times += 1) expect(await erp.submit([[step()]])).toMatchObject([[{ kind: "unavailable", message }]]);
    expect(asked).toHaveLength(1);
    at("2026-11-27T10:01:01.000Z");
    await expect(erp.find(["sale/capture@1"])).rejects.toMatchObject({ name: "Unavailable", message });
    expect(asked).toHaveLength(2);
  });

  it("says where credentials belong when there are none, and asks nothing", async () => {
    const erp = createNetSuiteErp({
      ...{ http: { send: () => Promise.reject(new Error("unused")) }, clock: createSystemClock(), url: "https://x.example", account: "1" },
      ...{ credentials: async () => undefined, connection: { inventoryJournal: "erp", requestTimeoutSeconds: 5 }, companies },
      revaluationAccounts: {},
    });
    await expect(erp.trialBalance("north", {})).rejects.toThrow(/no credentials are configured/);
  });

  it("tells a private key that is none, and nothing of what it holds", async () => {
    const { erp, asked } = scripted([], { kind: "certificate", clientId: "c", certificateId: "k", privateKey: "hunter2" });
    const told = await erp.trialBalance("north", {}).catch((failure: Error) => failure.message);
    expect(told).toMatch(/no RSA or P-256 key in PEM/);
    expect(told).not.toContain("hunter2");
    expect(asked).toEqual([]);
  });

  it.each([
    [
      "a missing permission",
      error(403, "INSUFFICIENT_PERMISSION", "no"),
      /forbids this call \(INSUFFICIENT_PERMISSION\): no: give the role/,
    ],
    ["another address", page(404), /knows no such address.*mend the url/],
    ["an address that sends elsewhere", page(302), /use the account's own address/],
    ["a page instead of the API", page(200), /not as NetSuite gives it: check the url/],
    ["a proxy that fails", page(502), /HTTP 502/],
    [
      "a query that the role may not run",
      error(400, "INVALID_PARAMETER", "Record 'account' was not found."),
      /refused a query.*Record 'account'/,
    ],
    ["a server that nobody listens at", new Unavailable("connect ECONNREFUSED"), /ECONNREFUSED/],
    ["an answer that never comes", new UnknownOutcome("timed out"), /did not answer a query: timed out/],
  ])("is unavailable for %s after one request, and nothing is lost", async (_, reply, message) => {
    const { erp, asked } = scripted([reply]);
    expect(await erp.submit([[step()]])).toMatchObject([[{ kind: "unavailable", message: expect.stringMatching(message) }]]);
    expect(asked).toHaveLength(1);
  });

  it("passes on that it is throttled, without a time where NetSuite states none", async () => {
    const { erp } = scripted([error(429, "CONCURRENCY_LIMIT_EXCEEDED", "Request limit exceeded.")]);
    const [[answer]] = (await erp.submit([[step()]])) as [[object]];
    expect(answer).toEqual({ kind: "unavailable", throttled: true, message: expect.stringContaining("too many requests at once") });
  });

  it("refuses settings that it cannot serve", async () => {
    const unused = {
      http: { send: () => Promise.reject(new Error("unused")) },
      clock: { now: () => "" },
      url: "",
      account: "",
      companies: {},
    };
    const hub = { inventoryJournal: "hub", requestTimeoutSeconds: 5 } as const;
    expect(() => createNetSuiteErp({ ...unused, credentials: async () => undefined, connection: hub, revaluationAccounts: {} })).toThrow(
      /set inventoryJournal.*"erp"/,
    );
    const named = createNetSuiteErp({
      ...{ ...unused, companies: { north: "US01" }, credentials: async () => undefined, revaluationAccounts: {} },
      connection: { inventoryJournal: "erp", requestTimeoutSeconds: 5 },
    });
    await expect(named.stock("north")).rejects.toThrow(/erpCompany US01 of entity north is no internal id/);
  });
});

it("signs a request as Oracle's own example does", () => {
  // "The Signature for Web Services and RESTlets", with the values published there.
  const header = tokenAuthorization(
    {
      kind: "token",
      consumerKey: "ef40afdd8abaac111b13825dd5e5e2ddddb44f86d5a0dd6dcf38c20aae6b67e4",
      consumerSecret: "d26ad321a4b2f23b0741c8d38392ce01c3e23e109df6c96eac6d099e9ab9e8b5",
      tokenId: "2b0ce516420110bcbd36b69e99196d1b7f6de3c6234c5afb799b73d87569f5cc",
      tokenSecret: "c29a677df7d5439a458c063654187e3d678d73aca8e3c9d8bea1478a3eb0d295",
    },
    "123456",
    {
      method: "POST",
      url: "https://123456.restlets.api.netsuite.com/app/site/hosting/restlet.nl?script=6&deploy=1&customParam=someValue&testParam=someOtherValue",
    },
    "2017-10-17T12:11:46.000Z",
    "fjaLirsIcCGVZWzBX0pg",
  );
  expect(header).toContain('realm="123456"');
  expect(header).toContain('oauth_timestamp="1508242306"');
  expect(header).toContain('oauth_signature="%2BKK4SKNgz4ZiILGLwOMtfYlgcXSy1eis8ldE9X90azQ%3D"');
});

describe("NetSuite's adapter against the double", () => {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  async function world({ credentials = netSuiteToken as NetSuiteCredentials, publicKey = "", companyAccounts = netSuiteAccount } = {}) {
    const certificate = publicKey === "" ? {} : { certificate: { clientId: "client", certificateId: "cert", publicKey } };
    const server = await startNetSuiteDouble(companyAccounts, { ...netSuiteSignIn, ...certificate });
    const network = createHttp();
    closing.push(async () => {
      network.close();
      await server.close();
    });
    const asked: string[] = [];
    let [hidden, times] = ["", 0];
    let refusedRecord: string | undefined;
    const erp = createNetSuiteErp({
      http: {
        async send(request) {
          asked.push(new URL(request.url).pathname.split("/").at(-1) ?? "");
          if (refusedRecord !== undefined && request.url.endsWith(refusedRecord)) throw new Unavailable("connect ECONNREFUSED");
          const answer = await network.send(request);
          if (times === 0 || !String(request.body).includes(`'${hidden}`)) return answer;
          times -= 1;
          const items: { externalid?: string }[] = JSON.parse(answer.body).items;
          return {
            ...answer,
            body: JSON.stringify({ items: items.filter(({ externalid }) => !externalid?.startsWith(hidden)), hasMore: false }),
          };
        },
      },
      ...{
        clock: { now: () => new Date(Date.now()).toISOString() },
        url: server.url,
        account: "1234567_SB1",
        credentials: async () => credentials,
      },
      ...{ connection: { inventoryJournal: "erp", requestTimeoutSeconds: 30 }, companies, revaluationAccounts: { north: "5900" } },
    });
    /** The next look-ups of external ids that start like this find nothing, as a search that lags behind. */
    const blind = (start: string, lookUps: number) => {
      [hidden, times] = [start, lookUps];
    };
    /** Requests that create such a record do not reach NetSuite. */
    const turnAway = (record: string | undefined) => void (refusedRecord = record);
    return { erp, server, asked, blind, turnAway };
  }

  const done = async (erp: Awaited<ReturnType<typeof world>>["erp"], ...steps: SentStep[]) => {
    const [answers] = await erp.submit([steps]);
    expect(answers?.map((answer) => (answer.kind === "done" ? "done" : answer))).toEqual(steps.map(() => "done"));
    return answers!;
  };
  const balances = async (erp: Awaited<ReturnType<typeof world>>["erp"]) =>
    Object.fromEntries((await erp.trialBalance("north", {})).accounts.map(({ account, debit, credit }) => [account, [debit, credit]]));

  it.each(["rsa", "ec"] as const)(
    "signs in with a certificate (%s), keeps its token, and renews it once when NetSuite has ended it",
    async (type) => {
      const pair =
        type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2_048 }) : generateKeyPairSync("ec", { namedCurve: "P-256" });
      const pem = (key: typeof pair.publicKey, kind: "spki" | "pkcs8") => String(key.export({ format: "pem", type: kind } as never));
      const credentials = {
        kind: "certificate",
        clientId: "client",
        certificateId: "cert",
        privateKey: pem(pair.privateKey, "pkcs8"),
      } as const;
      const { erp, server, asked } = await world({ credentials, publicKey: pem(pair.publicKey, "spki") });
      expect(await erp.find(["a@1"])).toEqual([undefined]);
      expect(await erp.find(["a@1"])).toEqual([undefined]);
      expect(asked.filter((name) => name === "token")).toHaveLength(1);
      server.endTokens();
      await done(erp, journalStep("a@1", [["1010", 5], ["2200", -5]])); // biome-ignore format: one journal, one line
      expect(asked.filter((name) => name === "token")).toHaveLength(2);
    },
  );

  it("refuses an assertion of another key once, and says what to mend", async () => {
    const [ours, theirs] = [generateKeyPairSync("ec", { namedCurve: "P-256" }), generateKeyPairSync("ec", { namedCurve: "P-256" })];
    const privateKey = String(ours.privateKey.export({ format: "pem", type: "pkcs8" }));
    const publicKey = String(theirs.publicKey.export({ format: "pem", type: "spki" }));
    const { erp, asked } = await world({
      credentials: { kind: "certificate", clientId: "client", certificateId: "cert", privateKey },
      publicKey,
    });
    for (let times = 0; times < 2; times += 1)
      await expect(erp.stock("north")).rejects.toThrow(/refused client client of account 1234567_SB1: mend client id/);
    expect(asked).toEqual(["token"]);
  });

  it("refuses a signature of another secret", async () => {
    const { erp } = await world({ credentials: { ...netSuiteToken, tokenSecret: "guessed" } });
    await expect(erp.stock("north")).rejects.toThrow(/refused the sign-in/);
  });

  it("keeps a journal of one exchange rate in its own currency, and reads it back", async () => {
    const { erp } = await world();
    const lines = [["1010", 10_000, 11_050], ["2200", -6_000, -6_630], ["3000", -4_000, -4_420]] as const; // biome-ignore format: one journal, one line
    await done(erp, journalStep("fx@1", lines, { currency: "EUR" }));
    const { journals } = await erp.journals({ entity: "north" }, undefined, 10);
    expect(journals).toMatchObject([{ currency: "EUR", functionalCurrency: "USD" }]);
    expect(journals[0]?.lines.map((line) => [line.account, line.debit, line.credit, line.functionalDebit, line.functionalCredit])).toEqual([
      ["1010", 10_000, 0, 11_050, 0],
      ["2200", 0, 6_000, 0, 6_630],
      ["3000", 0, 4_000, 0, 4_420],
    ]);
    await done(erp, reverseStep("fx@1/reversal", "fx@1"));
    expect(await balances(erp)).toEqual({ "1010": [11_050, 11_050], "2200": [6_630, 6_630], "3000": [4_420, 4_420] });
  });

  it("gives the counter account what a return to a vendor was worth, and revaluation what NetSuite's average made of it beside that", async () => {
    const { erp } = await world();
    await done(erp, stockStep("receipt@1", [[10, 2_500]], "3000"));
    const answers = await done(erp, stockStep("to-vendor@1", [[-1, 260]], "3000"));
    expect(answers).toMatchObject([{ costs: [{ movement: "line-1", totalCost: 260 }] }]);
    expect(await balances(erp)).toEqual({ "1300": [2_500, 250], "3000": [260, 2_500], "5900": [0, 10] });
    const { journals } = await erp.journals({ keyPrefix: "to-vendor" }, undefined, 10);
    expect(journals.map(({ key }) => key)).toEqual(["to-vendor@1"]);
    expect(journals[0]?.lines.map((line) => [line.account, line.role, line.debit, line.credit])).toEqual([
      ["3000", "role-of-3000", 250, 0],
      ["1300", "inventory", 0, 250],
      ["3000", "role-of-3000", 10, 0],
      ["5900", "inventory-revaluation", 0, 10],
    ]);
    expect((await erp.documentKeys({}, undefined, 10)).keys).toEqual(["receipt@1", "to-vendor@1"]);
    expect(await erp.find(["to-vendor@1"])).toEqual(answers);
    await done(erp, reverseStep("to-vendor@1/reversal", "to-vendor@1"));
    expect(await balances(erp)).toEqual({ "1300": [2_750, 250], "3000": [260, 2_760], "5900": [10, 10] });
  });

  it("takes a document whose difference in cost is not booked yet for not posted, and books it with the next send", async () => {
    const { erp, turnAway } = await world();
    await done(erp, stockStep("receipt@1", [[10, 2_500]], "3000"));
    turnAway("journalEntry");
    expect(await erp.submit([[stockStep("to-vendor@1", [[-1, 260]], "3000")]])).toMatchObject([[{ kind: "unknown" }]]);
    expect(await erp.find(["to-vendor@1"])).toEqual([undefined]);
    turnAway(undefined);
    await done(erp, stockStep("to-vendor@1", [[-1, 260]], "3000"));
    expect(await balances(erp)).toEqual({ "1300": [2_500, 250], "3000": [260, 2_500], "5900": [0, 10] });
  });

  it("takes a receipt back at its own cost after the average has moved", async () => {
    const { erp } = await world();
    await done(erp, stockStep("cheap@1", [[10, 1_000]], "3000"), stockStep("dear@1", [[10, 3_000]], "3000"));
    await done(erp, reverseStep("cheap@1/reversal", "cheap@1"));
    expect(await balances(erp)).toEqual({ "1300": [4_000, 2_000], "3000": [2_000, 5_000], "5900": [1_000, 0] });
  });

  it("books one document against several accounts, answers it as one, and takes it back as one", async () => {
    const { erp } = await world();
    const both = (key: string, receipt: boolean): SentStep => {
      const single = stockStep(key, receipt ? [[10, 2_500], [10, 2_500]] : [[-1], [-2]]); // biome-ignore format: one document, one line
      if (single.kind !== "post" || single.document.type !== "stock") throw new Error("a stock document was expected");
      const movements = single.document.movements.map((movement, index) => ({
        ...movement,
        counterAccount: index === 0 ? "5000" : "3000",
      }));
      return { ...single, document: { ...single.document, movements } };
    };
    await done(erp, both("receipt@1", true));
    const answers = await done(erp, both("issue@1", false));
    expect(answers).toMatchObject([
      { number: expect.stringMatching(/^IA\d+\+IA\d+$/), costs: [{ movement: "line-1", totalCost: 250 }, { movement: "line-2", totalCost: 500 }] }, // biome-ignore format: two costs
    ]);
    expect(await erp.find(["issue@1"])).toEqual(answers);
    expect((await erp.documentKeys({}, undefined, 10)).keys).toEqual(["receipt@1", "issue@1"]);
    await done(erp, reverseStep("issue@1/reversal", "issue@1"));
    expect(await balances(erp)).toEqual({ "1300": [5_750, 750], "3000": [500, 3_000], "5000": [250, 2_750] });
  });

  it("refuses to move an item that NetSuite books to another inventory account, and says which", async () => {
    const { erp } = await world({ companyAccounts: { ...netSuiteAccount, assetAccount: "1010" } });
    expect(await erp.submit([[stockStep("receipt@1", [[1, 100]])]])).toMatchObject([
      [
        {
          kind: "refused",
          code: "inventory-account",
          message: expect.stringMatching(/HAT is booked to account 1010 .*to 1300 in the policies/),
        },
      ],
    ]);
  });

  it("takes no second reversal under another key even when it does not see the first one", async () => {
    const { erp, blind } = await world();
    await done(erp, journalStep("sale@1", [["1010", 5], ["2200", -5]]), reverseStep("sale@1/reversal", "sale@1")); // biome-ignore format: two steps
    blind("tl-r-", 1);
    expect(await erp.submit([[reverseStep("another", "sale@1")]])).toMatchObject([[{ kind: "refused", code: "already-reversed" }]]);
    expect(await balances(erp)).toEqual({ "1010": [5, 5], "2200": [5, 5] });
  });

  it("takes a document that NetSuite has and does not show for unknown, never for refused", async () => {
    const { erp, blind } = await world();
    const steps = journalStep("sale@1", [["1010", 5], ["2200", -5]]); // biome-ignore format: one journal, one line
    const first = await done(erp, steps);
    blind("tl-", 2);
    expect(await erp.submit([[steps]])).toMatchObject([[{ kind: "unknown", message: expect.stringContaining("already exists") }]]);
    expect(await done(erp, steps)).toEqual(first);
    expect(await balances(erp)).toEqual({ "1010": [5, 0], "2200": [0, 5] });
  });

  it("tells a journal that a person entered, without a key", async () => {
    const { erp, server } = await world();
    const items = [{ account: { id: "100" }, debit: 5 }, { account: { id: "102" }, credit: 5, memo: "by hand" }]; // biome-ignore format: one journal, one line
    server.enter("journalentry", { subsidiary: { id: "2" }, tranDate: "2026-03-05", memo: "correction", approved: true, line: { items } });
    expect((await erp.journals({ entity: "north" }, undefined, 10)).journals).toMatchObject([
      { key: "", entity: "north", memo: "correction", currency: "USD", lines: [{ account: "1010", debit: 500 }, { account: "2200", credit: 500 }] }, // biome-ignore format: two lines
    ]);
    expect((await erp.documentKeys({}, undefined, 10)).keys).toEqual([]);
  });
});
