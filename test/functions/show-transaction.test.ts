import { expect, test } from "vitest";
import { transactionsAnswer } from "#functions/api-schemas";
import { createHandler as receiveEvents } from "#functions/receive-events";
import { createHandler } from "#functions/show-transaction";
import { eventExamples } from "../../scripts/event-examples.ts";
import { apiHouse, desk, read, request, till } from "./api-house.ts";

const transaction = "sale:pos:0101:1:2026-11-27:101";

async function houseWithTicket() {
  const house = apiHouse();
  const event = { ...eventExamples["ticket.completed"], key: "ticket.completed:1.2026-11-27.101", version: "1" };
  const ticket = { channel: "pos", place: "0101", resource: "ticket", id: "1.2026-11-27.101", version: "1", events: [event] };
  await receiveEvents(house.ports)(request(till, { json: { documents: [ticket] } }));
  const show = createHandler(house.ports);
  const ask = (reference: string) => show(request(desk, { parameters: { reference } }));
  return { ...house, ask, show };
}

test("a transaction is told by its own id, without its raw body", async () => {
  const { ask } = await houseWithTicket();
  const reply = await ask(transaction);
  expect(transactionsAnswer.safeParse(JSON.parse(reply.body)).error?.issues).toBeUndefined();
  expect(read(reply)).toMatchObject({
    status: 200,
    json: {
      reference: transaction,
      more: false,
      transactions: [
        {
          transaction,
          state: "settled",
          references: [
            { type: "ticket", value: "0101.1.2026-11-27.101" },
            { type: "till-day", value: "0101.1.2026-11-27" },
          ],
          events: [{ name: "ticket.completed", quarantined: false, receivedAt: "2026-11-27T14:03:30.000Z" }],
          documents: [],
          exceptions: [],
        },
      ],
    },
  });
  expect(reply.body).not.toContain("MUG-BLUE");
});

test("any other name of it finds it, as it is and as a path writes it", async () => {
  const { ask, names } = await houseWithTicket();
  names.set("#1001", [transaction]);
  expect(read(await ask("#1001"))).toMatchObject({ status: 200, json: { reference: "#1001", transactions: [{ transaction }] } });
  expect(read(await ask("%231001"))).toMatchObject({ status: 200, json: { reference: "#1001", transactions: [{ transaction }] } });
});

test("a name of many transactions tells twenty, and that there are more", async () => {
  const { ask, names } = await houseWithTicket();
  names.set(
    "R-1",
    Array.from({ length: 25 }, (_, index) => `sale:pos:0101:1:2026-11-27:${100 + index}`),
  );
  const { json } = read(await ask("R-1"));
  expect([json.transactions.length, json.transactions[0].transaction, json.more]).toEqual([20, "sale:pos:0101:1:2026-11-27:100", true]);
});

test.each([
  ["#9999", 404],
  ["sale:pos:0101:1:2026-11-27:999", 404],
  ["%", 404],
  ["", 400],
  ["a\u0000b", 400],
  ["x".repeat(1_001), 400],
])("%j is not known, or no reference", async (reference, status) => {
  const { ask } = await houseWithTicket();
  expect(read(await ask(reference))).toMatchObject({ status, json: { status } });
});

test("only a client that may read is told anything", async () => {
  const { show } = await houseWithTicket();
  expect((await show(request(undefined, { parameters: { reference: transaction } }))).status).toBe(401);
  expect((await show(request(till, { parameters: { reference: transaction } }))).status).toBe(403);
});
