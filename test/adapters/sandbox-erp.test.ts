import { describe, expect, it } from "vitest";
import { createSandboxErp, createSandboxErpAdministration } from "#adapters/erps/sandbox";
import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { BoundJournal, SentStep } from "#domain/posting";
import type { Http, HttpRequest, HttpResponse } from "#ports/http";
import { journalStep, reverseStep } from "../contracts/erp-steps.ts";

const capture = [
  ["1010", 100],
  ["2200", -100],
] as const;
const done = (number: string) => ({ status: "done", key: "k", number });
const answer = (status: number, body: unknown): HttpResponse => ({ status, headers: {}, body: JSON.stringify(body) });
const lost = new UnknownOutcome("connection lost");

/** An ERP that answers as told, one after the other; each answer takes some seconds of a clock that only it moves. */
function scripted(answers: readonly (HttpResponse | Error)[], secondsPerAnswer = 0) {
  const requests: HttpRequest[] = [];
  let now = Date.parse("2026-03-04T10:00:00.000Z");
  const http: Http = {
    async send(request) {
      const next = answers[requests.length];
      requests.push(request);
      now += secondsPerAnswer * 1_000;
      if (next === undefined) throw new Error("more was sent than this test answers");
      if (next instanceof Error) throw next;
      return next;
    },
  };
  const erp = createSandboxErp({
    http,
    clock: { now: () => new Date(now).toISOString() },
    url: "http://erp.example",
    token: "t0ken",
    connection: { inventoryJournal: "erp", requestTimeoutSeconds: 2 },
    companies: { north: "US01" },
  });
  return { erp, requests };
}

const one = [[journalStep("a@1", capture)]];
const two = [[journalStep("a@1", capture)], [journalStep("b@1", capture)]];

describe("the sandbox ERP's adapter", () => {
  it("sends a plan step as the API takes it, with the hash of its content, the token and the connection's time-out", async () => {
    const { erp, requests } = scripted([answer(200, { groups: [[done("US01-000001")]] })]);
    await erp.submit(one);
    const [request] = requests;
    expect(request).toMatchObject({ method: "POST", url: "http://erp.example/v1/batches", timeoutMilliseconds: 2_000 });
    expect(request?.headers.authorization).toBe("Bearer t0ken");
    const line = { dimensions: { gateway: "card" } };
    expect(JSON.parse(String(request?.body ?? ""))).toEqual({
      groups: [
        [
          {
            type: "journal",
            key: "a@1",
            company: "US01",
            businessDate: "2026-03-04",
            postingDate: "2026-03-05",
            memo: "capture payment.captured:77",
            contentHash: "449d9ea6d9c135670d96eafb68d7d8d33f78f016b11754a4f03954a2506d9b2b",
            functionalCurrency: "USD",
            currency: "USD",
            lines: [
              { account: "1010", role: "role-of-1010", amount: 100, functionalAmount: 100, ...line },
              { account: "2200", role: "role-of-2200", amount: -100, functionalAmount: -100, ...line },
            ],
          },
        ],
      ],
    });
  });

  it("sends the same bytes once more after a lost answer, in what is left of the time", async () => {
    const { erp, requests } = scripted([lost, answer(200, { groups: [[done("US01-000001")]] })], 0.5);
    expect(await erp.submit(one)).toEqual([[{ kind: "done", number: "US01-000001" }]]);
    expect(requests).toHaveLength(2);
    expect(requests[1]?.body).toBe(requests[0]?.body);
    expect(requests.map((request) => request.timeoutMilliseconds)).toEqual([2_000, 1_500]);
  });

  it.each([
    ["a lost connection", lost],
    ["HTTP 500", answer(500, { code: "internal-error", message: "failed" })],
    ["HTTP 503 without a reason", { status: 503, headers: {}, body: "<html>" }],
    ["HTTP 408", answer(408, {})],
    ["an answer that is not JSON", { status: 200, headers: {}, body: "<html>" }],
    ["an answer for fewer steps", answer(200, { groups: [[]] })],
    ["an answer with a status of its own", answer(200, { groups: [[{ status: "maybe" }]] })],
  ])("is unknown after %s twice, and sends no third time", async (_, failure) => {
    const { erp, requests } = scripted([failure, failure]);
    expect(await erp.submit(one)).toMatchObject([[{ kind: "unknown" }]]);
    expect(requests).toHaveLength(2);
  });

  it.each([
    ["refused connection", new Unavailable("ECONNREFUSED")],
    ["throttling", answer(429, { code: "throttled", message: "wait" })],
    ["refusal of the credentials", answer(401, { code: "unauthorized", message: "no" })],
    ["refusal of the whole call", answer(400, { code: "invalid-request", message: "no" })],
  ])("stays unknown when a lost answer is followed by a %s: the first send may have been applied", async (_, second) => {
    const { erp } = scripted([lost, second]);
    expect(await erp.submit(one)).toMatchObject([[{ kind: "unknown" }]]);
  });

  it("is unknown at once when the time-out is used up: a lease covers one time-out", async () => {
    const { erp, requests } = scripted([lost], 2);
    expect(await erp.submit(one)).toMatchObject([[{ kind: "unknown" }]]);
    expect(requests).toHaveLength(1);
  });

  it.each([
    ["the connection is refused", new Unavailable("ECONNREFUSED"), /cannot be reached: ECONNREFUSED/],
    ["the ERP throttles", answer(429, { code: "throttled", message: "wait" }), /^throttled by the ERP: wait/],
    ["the token is wrong", answer(401, { code: "unauthorized", message: "check it" }), /401 \(unauthorized\): check it/],
    ["the path is wrong", { status: 404, headers: {}, body: "nothing here" }, /404 \(http-404\)/],
  ])("is unavailable when %s, for every step, and sends once", async (_, failure, message) => {
    const { erp, requests } = scripted([failure]);
    const answers = await erp.submit(two);
    expect(answers[0]).toMatchObject([{ kind: "unavailable", message: expect.stringMatching(message) }]);
    expect(answers[1]).toMatchObject([{ kind: "unavailable" }]);
    expect(requests).toHaveLength(1);
  });

  it("splits a call that is turned away whole, so that one bad group does not spoil the others", async () => {
    const tooLarge = answer(413, { code: "too-large", message: "send fewer" });
    const { erp, requests } = scripted([tooLarge, tooLarge, answer(200, { groups: [[done("US01-000001")]] })]);
    const answers = await erp.submit([[reverseStep("a@1/reversal", "a@1"), journalStep("a@2", capture)], [journalStep("b@1", capture)]]);
    expect(answers).toEqual([
      [{ kind: "refused", code: "too-large", message: "send fewer" }, { kind: "skipped" }],
      [{ kind: "done", number: "US01-000001" }],
    ]);
    expect(requests.map((request) => JSON.parse(String(request.body ?? "")).groups.length)).toEqual([2, 1, 1]);
  });

  it("sends whole groups, at most 500 steps per call, and nothing for which there is no time left", async () => {
    const groups = Array.from({ length: 601 }, (_, index) => [reverseStep(`${index}@1/reversal`, `${index}@1`)]);
    const first = answer(200, { groups: Array.from({ length: 500 }, () => [done("n")]) });
    const { erp, requests } = scripted([first], 1.99);
    const answers = await erp.submit(groups);
    expect(requests.map((request) => JSON.parse(String(request.body ?? "")).groups.length)).toEqual([500]);
    expect(answers.length).toBe(601);
    expect(answers[499]).toEqual([{ kind: "done", number: "n" }]);
    expect(answers[500]).toMatchObject([{ kind: "unavailable", message: expect.stringContaining("not sent") }]);
  });

  it("says in the memo what a correction stands for, as this ERP mirrors all of them alike", async () => {
    const { erp, requests } = scripted([answer(200, { groups: [[done("1")], [done("2")], [done("3")]] })]);
    const reversal = (name: string) => reverseStep(`${name}@1/reversal`, `${name}@1`) as Extract<SentStep, { kind: "reverse" }>;
    await erp.submit([
      [reversal("a")],
      [{ ...reversal("b"), correctionStyle: "negative" }],
      [{ ...reversal("c"), correctionStyle: "credit-note" }],
    ]);
    const steps = JSON.parse(String(requests[0]?.body ?? "")).groups.flat() as { memo?: string }[];
    expect(steps.map(({ memo }) => memo)).toEqual([undefined, "negative posting", "credit note"]);
  });

  it("tells the day of a tax that amends a filed return by dimensions of its line", async () => {
    const { erp, requests } = scripted([answer(200, { groups: [[done("1")]] })]);
    const step = journalStep("a@1", capture) as Extract<SentStep, { kind: "post" }>;
    const document = step.document as BoundJournal;
    const [first, ...others] = document.lines;
    const amends = { taxDate: "2026-04-01", originalDate: "2026-03-04" };
    await erp.submit([[{ ...step, document: { ...document, lines: [{ ...first!, amends }, ...others] } }]]);
    const [{ lines }] = JSON.parse(String(requests[0]?.body ?? "")).groups.flat() as [{ lines: { dimensions: object }[] }];
    expect(lines.map(({ dimensions }) => dimensions)).toEqual([
      { gateway: "card", "tax-date": "2026-04-01", "tax-date-original": "2026-03-04" },
      ...others.map(() => ({ gateway: "card" })),
    ]);
  });

  it("throws Unavailable when a question is not answered as the API says", async () => {
    for (const failure of [lost, answer(500, { code: "internal-error", message: "no" }), answer(200, { accounts: "none" })]) {
      await expect(scripted([failure]).erp.trialBalance("north", {})).rejects.toMatchObject({ name: "Unavailable" });
    }
  });

  it("gives only journals of companies that an entity of ours is kept in", async () => {
    const journal = (company: string) => ({
      number: "1",
      key: "a@1",
      company,
      businessDate: "2026-03-04",
      postingDate: "2026-03-04",
      currency: "USD",
      functionalCurrency: "USD",
      memo: "",
      lines: [],
    });
    const { erp } = scripted([answer(200, { journals: [journal("US01"), journal("ZZ99")], next: "7" })]);
    const page = await erp.journals({}, undefined, 10);
    expect(page.journals.map((each) => each.entity)).toEqual(["north"]);
    expect(page.next).toBe("7");
  });

  it("refuses settings under which nobody or both would book COGS, and a question about an entity without a company", async () => {
    const { erp } = scripted([]);
    await expect(erp.stock("elsewhere")).rejects.toMatchObject({ name: "Invalid", message: expect.stringContaining("elsewhere") });
    expect(() =>
      createSandboxErp({
        http: { send: () => Promise.reject(new Error("not reached")) },
        clock: { now: () => "2026-03-04T10:00:00.000Z" },
        url: "http://erp.example",
        connection: { inventoryJournal: "hub", requestTimeoutSeconds: 2 },
        companies: {},
      }),
    ).toThrow("set inventoryJournal");
  });

  it("sets master data by company", async () => {
    const requests: HttpRequest[] = [];
    const http: Http = {
      async send(request) {
        requests.push(request);
        return answer(200, {});
      },
    };
    const administration = createSandboxErpAdministration({ http, url: "http://erp.example", requestTimeoutSeconds: 2 });
    await administration.putCompany("US/1", { name: "North", functionalCurrency: "USD", inventoryRevaluationAccount: "5900" });
    await administration.putAccounts("US01", [{ number: "1010", name: "Clearing" }]);
    await administration.putPeriods("US01", [{ id: "2026-03", from: "2026-03-01", to: "2026-03-31", state: "open" }]);
    expect(requests.map(({ method, url, body }) => [method, url, JSON.parse(String(body ?? ""))])).toEqual([
      ["PUT", "http://erp.example/v1/companies/US%2F1", { name: "North", functionalCurrency: "USD", inventoryRevaluationAccount: "5900" }],
      ["PUT", "http://erp.example/v1/companies/US01/accounts", { accounts: [{ number: "1010", name: "Clearing" }] }],
      [
        "PUT",
        "http://erp.example/v1/companies/US01/periods",
        { periods: [{ id: "2026-03", from: "2026-03-01", to: "2026-03-31", state: "open" }] },
      ],
    ]);
  });
});
