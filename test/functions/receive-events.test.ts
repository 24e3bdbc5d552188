import { describe, expect, test } from "vitest";
import { eventsAnswer, problemAnswer } from "#functions/api-schemas";
import { createHandler } from "#functions/receive-events";
import { eventExamples } from "../../scripts/event-examples.ts";
import { apiHouse, desk, read, request, till } from "./api-house.ts";

const event = { ...eventExamples["ticket.completed"], key: "ticket.completed:1.2026-11-27.101", version: "1" };
const ticket = { channel: "pos", place: "0101", resource: "ticket", id: "1.2026-11-27.101", version: "1", events: [event] };
const elsewhere = { ...ticket, place: "0102", events: [{ ...event, store: "0102" }] };
const key = expect.stringMatching(/^D#pos:0101:ticket:1\.2026-11-27\.101#[0-9a-f]{64}$/);

describe("documents of a client", () => {
  test("one is recorded once, and known the second time, whatever the order of its fields", async () => {
    const { ports, items, recorded } = apiHouse();
    const handle = createHandler(ports);
    const taken = { transaction: "sale:pos:0101:1:2026-11-27:101", document: key, exceptions: [] };
    const first = await handle(request(till, { json: { documents: [ticket] } }));
    expect(read(first)).toEqual({ status: 200, json: { documents: [{ answer: "accepted", ...taken }] } });
    expect(eventsAnswer.safeParse(JSON.parse(first.body)).success).toBe(true);
    const turned = Object.fromEntries(Object.entries(ticket).reverse());
    expect(read(await handle(request(till, { json: { documents: [turned] } }))).json).toEqual({
      documents: [{ answer: "duplicate", ...taken }],
    });
    expect([...items.values()]).toMatchObject([{ type: "document", channel: "pos", shop: "0101", events: [{ name: "ticket.completed" }] }]);
    expect(recorded).toEqual([
      'ApiRequests 1 count {"operation":"receive-events","status":"200"}',
      'ApiRequests 1 count {"operation":"receive-events","status":"200"}',
    ]);
  });

  test("one whose figures contradict themselves is kept, and says why it is not posted", async () => {
    const { ports, items } = apiHouse();
    const broken = { ...ticket, events: [{ ...event, tenders: [] }] };
    const reply = read(await createHandler(ports)(request(till, { json: { documents: [broken] } })));
    expect(reply).toMatchObject({
      status: 200,
      json: { documents: [{ answer: "quarantined", exceptions: [{ class: "money.amount-mismatch", code: "tenders-pay-total" }] }] },
    });
    expect([...items.values()]).toMatchObject([{ issues: [{ code: "tenders-pay-total" }] }]);
  });

  test("one that is refused, and one of another store, stop no other", async () => {
    const { ports, items } = apiHouse();
    const json = { documents: [{ ...ticket, id: "7" }, elsewhere, ticket] };
    const reply = read(await createHandler(ports)(request(till, { json })));
    expect(reply.status).toBe(207);
    expect(reply.json.documents.map(({ answer }: { answer: string }) => answer)).toEqual(["refused", "not-permitted", "accepted"]);
    expect(reply.json.documents[0].errors[0].field).toBe("documents[0].events[0]");
    expect(reply.json.documents[1].errors).toEqual([
      { field: "documents[1].channel", message: "this client is not registered to write for this channel and place" },
    ]);
    expect([...items.values()].map(({ transaction }) => transaction)).toEqual(["sale:pos:0101:1:2026-11-27:101"]);
  });

  test.each([
    [{ documents: [{ ...ticket, id: "7" }] }, 422],
    [{ documents: [elsewhere] }, 403],
    [{ documents: [elsewhere, { ...ticket, id: "7" }] }, 422],
  ])("when nothing is on record the status says so: %#", async (json, status) => {
    const { ports, items } = apiHouse();
    expect((await createHandler(ports)(request(till, { json }))).status).toBe(status);
    expect(items.size).toBe(0);
  });

  test.each(["unavailable", "unknown"] as const)("a store that answers %s is 503: the same may be sent again", async (insert) => {
    const reply = await createHandler(apiHouse({ insert }).ports)(request(till, { json: { documents: [ticket] } }));
    expect([reply.status, reply.body, reply.headers?.["retry-after"]]).toEqual([503, '{"documents":[{"answer":"unavailable"}]}', "5"]);
  });

  test("content that is nested without end is refused like any other", async () => {
    const json = `{"documents":[{"channel":"pos","place":"0101","resource":"ticket","id":"1","version":"1","events":[${"[".repeat(200_000)}${"]".repeat(200_000)}]}]}`;
    expect((await createHandler(apiHouse().ports)(request(till, { json }))).status).toBe(422);
  });

  test.each([
    [[], "the body needs a value of type object"],
    [{}, "documents needs a value of type array"],
    [{ documents: [] }, "documents must be or have at least 1"],
    [{ documents: Array.from({ length: 101 }, () => ticket) }, "documents may be or have at most 100"],
    [{ documents: [ticket], transaction: "x" }, "the body has fields that are not known: transaction"],
  ])("what is no list of documents is refused in words: %#", async (json, detail) => {
    expect(read(await createHandler(apiHouse().ports)(request(till, { json })))).toMatchObject({ status: 422, json: { detail } });
  });
});

describe("the door", () => {
  const words = "send Authorization: Bearer <client>.<secret> with the secret of a registered client";

  test.each([
    ["no header", undefined],
    ["a wrong secret", "Bearer till.till-secret-0123456789-012345678X"],
    ["an unknown client", "Bearer nobody.till-secret-0123456789-0123456789"],
    ["another client's secret", "Bearer till.desk-secret-0123456789-0123456789"],
  ])("%s is 401, always in the same words, and leaves nothing", async (_, authorization) => {
    const { ports, items } = apiHouse();
    const reply = await createHandler(ports)(request(authorization, { json: { documents: [ticket] } }));
    expect(read(reply)).toEqual({ status: 401, json: { title: "Not authenticated", status: 401, detail: words } });
    expect(reply.headers).toMatchObject({ "www-authenticate": "Bearer", "content-type": "application/problem+json" });
    expect(items.size).toBe(0);
  });

  test("a client that may only read is 403", async () => {
    const reply = read(await createHandler(apiHouse().ports)(request(desk, { json: { documents: [ticket] } })));
    expect(reply).toMatchObject({ status: 403, json: { detail: 'this client is not registered for "write-events"' } });
  });

  test.each([
    [415, { headers: { "Content-Type": "text/plain" }, json: { documents: [ticket] } }],
    [415, { headers: { "Content-Encoding": "gzip" }, json: { documents: [ticket] } }],
    [400, { json: '{"documents": [hunter2]}' }],
    [413, { json: `"${"x".repeat(1_000_000)}"` }],
  ])("a body that cannot be read is %i, and nothing of it is repeated", async (status, given) => {
    const reply = await createHandler(apiHouse().ports)(request(till, given));
    expect(reply.status).toBe(status);
    expect(reply.body).not.toContain("hunter2");
    expect(problemAnswer.safeParse(JSON.parse(reply.body)).success).toBe(true);
  });

  test("a client that calls too fast is 429 until its bucket fills again; a stranger uses up nothing of it", async () => {
    const { ports, advance } = apiHouse();
    const handle = createHandler(ports);
    const call = async (authorization: string) => (await handle(request(authorization, { json: { documents: [ticket] } }))).status;
    for (let stranger = 0; stranger < 200; stranger++) expect(await call("Bearer till.till-secret-0123456789-012345678X")).toBe(401);
    const statuses: number[] = [];
    for (let count = 0; count < 101; count++) statuses.push(await call(till));
    expect([statuses.filter((status) => status === 200).length, statuses.at(-1)]).toEqual([100, 429]);
    advance(1);
    expect(await call(till)).toBe(200);
  });

  test("clients that cannot be looked up are 503", async () => {
    const reply = await createHandler(apiHouse({ clients: "unavailable" }).ports)(request(till, { json: { documents: [ticket] } }));
    expect([reply.status, reply.headers?.["retry-after"]]).toEqual([503, "5"]);
  });
});
