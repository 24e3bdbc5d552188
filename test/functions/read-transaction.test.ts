import { expect, test } from "vitest";
import { readTransaction } from "#functions/read-transaction";
import { postingHouse } from "./posting-house.ts";

test("a transaction is read page by page, plans before facts", async () => {
  const house = postingHouse();
  const [a, b, c] = ["a", "b", "c"].map((name) => house.fact("t1", name));
  house.fact("t2", "d");
  house.pageItems = 2;
  const view = await readTransaction(house.lineage, "t1");
  expect(new Set(view.documents.map(({ key }) => key))).toEqual(new Set([a!.key, b!.key, c!.key]));
  const descending = [a!.key, b!.key, c!.key].sort().reverse();
  expect(house.reads).toEqual(["t1", `t1 below ${descending[1]}`]);
});

test("a transaction without end is a fault that is named, not a read without end", async () => {
  const item = postingHouse().fact("t1", "a");
  const lineage = { ...postingHouse().lineage, page: async () => ({ items: Array.from({ length: 200 }, () => item), next: "D#" }) };
  await expect(readTransaction(lineage, "t1")).rejects.toThrow("t1 has more than 50000 lineage items");
});
