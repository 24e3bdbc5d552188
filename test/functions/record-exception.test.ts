import { describe, expect, test } from "vitest";
import { createHandler } from "#functions/record-exception";
import { postingHouse } from "./posting-house.ts";

const problem = {
  transaction: "t1",
  class: "erp.unavailable" as const,
  code: "dead-letter",
  cause: "posting-erp",
  message: "posting was tried 5 times and failed",
};

describe("recording an exception", () => {
  test("opens it once, with its due time by class", async () => {
    const house = postingHouse();
    const record = createHandler(house);
    expect(await record(problem)).toEqual({ opened: true });
    expect(await record(problem)).toEqual({ opened: false });
    expect(house.items()).toMatchObject([
      { type: "exception", occurrence: 1, class: "erp.unavailable", dueAt: "2026-11-27T11:00:00.000Z" },
    ]);
  });

  test("what was closed and comes back is its next occurrence", async () => {
    const house = postingHouse();
    const record = createHandler(house);
    await record(problem);
    const [opened] = house.items();
    house.put({ type: "closure", transaction: "t1", key: `${opened?.key}#C`, at: house.now, by: "hub", reason: "its cause is gone" });
    expect(await record(problem)).toEqual({ opened: true });
    expect(house.items().flatMap((item) => (item.type === "exception" ? [item.occurrence] : []))).toEqual([1, 2]);
  });

  test("that an operation found says so, for decisions to leave it alone", async () => {
    const house = postingHouse();
    await createHandler(house)({ ...problem, foundBy: "operation" });
    expect(house.items()).toMatchObject([{ foundBy: "operation" }]);
  });

  test.each(["unknown", "unavailable"] as const)("an insert that is answered %s is thrown for another try", async (answer) => {
    const house = postingHouse();
    house.inserting = () => answer;
    await expect(createHandler(house)(problem)).rejects.toMatchObject({ name: "Unavailable" });
  });

  test("one that somebody else has opened meanwhile was not opened here", async () => {
    const house = postingHouse();
    house.inserting = () => "conflict";
    expect(await createHandler(house)(problem)).toEqual({ opened: false });
  });

  test("that only one connection can see carries its name", async () => {
    const house = postingHouse();
    await createHandler(house)({ ...problem, connection: "erp" });
    expect(house.items()).toMatchObject([{ connection: "erp" }]);
  });
});
