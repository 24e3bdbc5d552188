import { describe, expect, test } from "vitest";
import type { PostingRules } from "#domain/posting";
import { postingRun } from "#functions/decide-postings";
import { connection, policy, postingHouse } from "./posting-house.ts";

/** One journal of 1.00 euro, which waits for the rate of its day. */
const rules: PostingRules = {
  version: 1,
  target: (events, _, transaction) => {
    const rate = events.find((event) => event.name === "rate.fixed");
    if (rate === undefined) {
      return {
        documents: [],
        problems: [{ class: "money.fx-rate-missing", code: "EUR:USD", cause: "EUR:USD:2026-11-27", event: "capture", message: "no rate" }],
        heldEvents: ["capture"],
        ratesWanted: [{ from: "EUR", to: "USD", day: "2026-11-27" }],
      };
    }
    const lines = [
      { role: "payment-clearing", dimensions: {}, amount: 100, functionalAmount: 110 },
      { role: "sales", dimensions: {}, amount: -100, functionalAmount: -110 },
    ];
    const head = { key: `${transaction}/capture`, kind: "capture", event: "capture", entity: "E", currency: "EUR" };
    return { documents: [{ type: "journal", ...head, businessDate: "2026-11-27", lines }], problems: [], heldEvents: [] };
  },
};
const rates = [{ of: "EUR", in: "USD", rate: "1.1", from: "2026-11-27", why: "European Central Bank" }];

function house() {
  const made = postingHouse(rules);
  made.policy = { ...policy, fxRates: rates };
  made.fact("t1", "capture");
  return made;
}
const types = (made: ReturnType<typeof house>) => made.items().map(({ type }) => type);

describe("a rate that a document waits for", () => {
  test("is recorded as a fact of the transaction, and the document is planned in the same look", async () => {
    const made = house();
    expect((await made.decide(postingRun(connection, ["t1"]))).workCount).toBe(1);
    expect(types(made)).toEqual(["document", "document", "plan"]);
    expect(made.items()[1]).toMatchObject({
      transaction: "t1",
      events: [
        {
          name: "rate.fixed",
          key: "rate.fixed:EUR-USD-2026-11-27",
          version: "000000001",
          occurredAt: "2026-11-27T00:00:00.000Z",
          rate: "1.1",
          publishedOn: "2026-11-27",
          source: "European Central Bank",
        },
      ],
    });
  });

  test("that somebody else records at the same moment is one fact", async () => {
    const made = house();
    made.inserting = (item) => {
      if (item.type !== "document") return undefined;
      made.put(item);
      return "conflict";
    };
    expect((await made.decide(postingRun(connection, ["t1"]))).workCount).toBe(1);
    expect(types(made)).toEqual(["document", "document", "plan"]);
  });

  test("and could not be recorded leaves the document waiting, with an exception that says for what", async () => {
    const made = house();
    made.inserting = (item) => (item.type === "document" ? "unavailable" : undefined);
    expect((await made.decide(postingRun(connection, ["t1"]))).answers).toEqual([{ transaction: "t1", answer: "held" }]);
    expect(types(made)).toEqual(["document", "exception"]);
  });

  test("and that nobody knows holds the document until a release has it", async () => {
    const made = house();
    made.policy = policy;
    expect((await made.decide(postingRun(connection, ["t1"]))).answers).toEqual([{ transaction: "t1", answer: "held" }]);
    made.policy = { ...policy, release: 2, version: "v2", fxRates: rates };
    expect((await made.decide(postingRun(connection, ["t1"]))).workCount).toBe(1);
    expect(types(made)).toEqual(["document", "exception", "document", "closure", "plan"]);
  });
});
