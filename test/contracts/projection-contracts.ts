import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { References } from "#ports/references";
import type { WorkLists } from "#ports/work-lists";

type Opened<T> = Promise<T & { close(): void }> | (T & { close(): void });

/** What every adapter of ports/references keeps. */
export function referencesContract(name: string, open: () => Opened<{ references: References }>): void {
  describe(`references contract: ${name}`, () => {
    let references: References;
    let close: () => void;
    beforeEach(async () => {
      ({ references, close } = await open());
    });
    afterEach(() => close());

    it("finds a transaction by a name of it, by type or by any type", async () => {
      await references.put([
        { reference: { type: "order-name", value: "#1001" }, transaction: "sale:1" },
        { reference: { type: "receipt", value: "#1001" }, transaction: "sale:2" },
        { reference: { type: "payment", value: "987" }, transaction: "sale:1" },
      ]);
      expect(await references.find("order-name", "#1001")).toEqual(["sale:1"]);
      expect((await references.find(undefined, "#1001")).toSorted()).toEqual(["sale:1", "sale:2"]);
      expect(await references.find("refund", "#1001")).toEqual([]);
      expect(await references.find(undefined, "#1002")).toEqual([]);
    });

    it("keeps every transaction that a name stands for, each once, however often it is put", async () => {
      const put = (transaction: string) => references.put([{ reference: { type: "order-name", value: "#1001" }, transaction }]);
      await put("sale:1");
      await put("sale:2");
      await put("sale:1");
      expect((await references.find("order-name", "#1001")).toSorted()).toEqual(["sale:1", "sale:2"]);
      await references.put([{ reference: { type: "receipt", value: "#1001" }, transaction: "sale:1" }]);
      expect((await references.find(undefined, "#1001")).toSorted()).toEqual(["sale:1", "sale:2"]);
    });

    it("finds each of many names that are counted up, whatever company they were put in, and nothing under the numbers between", async () => {
      const named = (number: number) => ({
        reference: { type: "erp-document", value: `JE-${number}` } as const,
        transaction: `sale:${number}`,
      });
      await references.put([1098, 1099, 1100, 1102].map(named));
      await references.put([1101, 1102].map(named));
      await references.put([{ reference: { type: "erp-document", value: "JE-1101" }, transaction: "payout:1" }]);
      await references.put([{ reference: { type: "order-name", value: "JE-1101" }, transaction: "sale:other" }]);
      const found = await Promise.all([1098, 1099, 1100, 1102, 1103].map((number) => references.find("erp-document", `JE-${number}`)));
      expect(found).toEqual([["sale:1098"], ["sale:1099"], ["sale:1100"], ["sale:1102"], []]);
      expect((await references.find("erp-document", "JE-1101")).toSorted()).toEqual(["payout:1", "sale:1101"]);
      expect((await references.find(undefined, "JE-1101")).toSorted()).toEqual(["payout:1", "sale:1101", "sale:other"]);
      expect(await references.find("erp-document", "JE-11")).toEqual([]);
    });

    it("names those who wait for a reference, each once, and nobody else", async () => {
      await references.wait({ type: "order", value: "1" }, "file:a");
      await references.wait({ type: "order", value: "1" }, "file:a");
      await references.wait({ type: "payment", value: "1" }, "file:b");
      await references.wait({ type: "order", value: "2" }, "file:a");
      expect(
        await references.waiters([
          { type: "order", value: "1" },
          { type: "order", value: "2" },
        ]),
      ).toEqual(["file:a"]);
      expect(
        (
          await references.waiters([
            { type: "order", value: "1" },
            { type: "payment", value: "1" },
          ])
        ).toSorted(),
      ).toEqual(["file:a", "file:b"]);
      expect(await references.waiters([{ type: "order", value: "3" }])).toEqual([]);
      expect(await references.waiters([])).toEqual([]);
    });

    it("names those who wait for one of many names that are counted up, and not those who wait for the ones beside it", async () => {
      const named = (value: string) => ({ type: "order-name", value }) as const;
      await references.wait(named("#1098"), "file:a");
      await references.wait(named("#1099"), "file:b");
      await references.wait(named("#1101"), "file:c");
      await references.wait({ type: "receipt", value: "#1099" }, "file:d");
      await references.wait(named("#10"), "file:e");
      expect((await references.waiters([named("#1099"), named("#1100"), named("#1101")])).toSorted()).toEqual(["file:b", "file:c"]);
      expect((await references.waiters([named("#1098"), { type: "receipt", value: "#1099" }])).toSorted()).toEqual(["file:a", "file:d"]);
      expect(await references.waiters([named("#10")])).toEqual(["file:e"]);
      expect(await references.waiters([named("#1097")])).toEqual([]);
    });

    it("keeps names apart that begin alike, and names and ids of any length and script", async () => {
      const long = `receipt ${"é".repeat(1_200)}`;
      const transaction = `sale:pos:${"register".repeat(100)}:1`;
      await references.put([
        { reference: { type: "order", value: "1" }, transaction: "sale:1" },
        { reference: { type: "order-name", value: "1" }, transaction: "sale:2" },
        { reference: { type: "order", value: "1#1" }, transaction: "sale:3" },
        { reference: { type: "receipt", value: long }, transaction },
        { reference: { type: "receipt", value: `${long}!` }, transaction: "sale:4" },
        { reference: { type: "receipt", value: "" }, transaction: "sale:5" },
      ]);
      expect(await references.find("order", "1")).toEqual(["sale:1"]);
      expect(await references.find("order-name", "1")).toEqual(["sale:2"]);
      expect(await references.find("receipt", long)).toEqual([transaction]);
      expect(await references.find(undefined, `${long}!`)).toEqual(["sale:4"]);
      expect(await references.find("receipt", "")).toEqual(["sale:5"]);
      await references.wait({ type: "receipt", value: long }, transaction);
      expect(await references.waiters([{ type: "receipt", value: long }])).toEqual([transaction]);
      expect(await references.waiters([{ type: "receipt", value: `${long}!` }])).toEqual([]);
    });

    it("takes hundreds of names at once, some of them twice, and leaves out nobody who has a name or waits for one", async () => {
      const reference = { type: "order-name", value: "#1" } as const;
      const entries = Array.from({ length: 1_100 }, (_, index) => ({ reference, transaction: `sale:${index}` }));
      await references.put([...entries, ...entries.slice(0, 50)]);
      const found = await references.find("order-name", "#1");
      expect([found.length, new Set(found).size]).toEqual([1_100, 1_100]);
      await Promise.all(entries.map(({ transaction }) => references.wait(reference, transaction)));
      expect(new Set(await references.waiters([reference])).size).toBe(1_100);
      expect(await references.find("order-name", "#2")).toEqual([]);
    });

    it("lets a waiter and an announcer that work at the same time see each other", async () => {
      const reference = { type: "order", value: "7" } as const;
      const waiter = async () => {
        await references.wait(reference, "file:a");
        return references.find("order", "7");
      };
      const announcer = async () => {
        await references.put([{ reference, transaction: "sale:7" }]);
        return references.waiters([reference]);
      };
      const [found, woken] = await Promise.all([waiter(), announcer()]);
      expect(found.length + woken.length).toBeGreaterThanOrEqual(1);
    });
  });
}

/** What every adapter of ports/work-lists keeps. */
export function workListsContract(name: string, open: () => Opened<{ lists: WorkLists }>): void {
  describe(`work lists contract: ${name}`, () => {
    let lists: WorkLists;
    let close: () => void;
    beforeEach(async () => {
      ({ lists, close } = await open());
    });
    afterEach(() => close());

    async function ids(list: string, limit: number): Promise<string[]> {
      const found: string[] = [];
      let after: string | undefined;
      for (let pages = 0; pages < 50; pages += 1) {
        const page = await lists.read(list, after, limit);
        found.push(...page.entries.map(({ id }) => id));
        if (page.next === undefined) return found;
        after = page.next;
      }
      throw new Error("the pages do not end");
    }

    it("reads a list in its order, entries of equal order by id, in pages of any size", async () => {
      await lists.put("open", [
        { id: "c", order: "2026-03-02", body: 1 },
        { id: "a", order: "2026-03-03", body: 2 },
        { id: "b", order: "2026-03-02", body: 3 },
        { id: "d", order: "2026-03-01", body: 4 },
      ]);
      for (const limit of [1, 2, 4, 10]) expect(await ids("open", limit)).toEqual(["d", "b", "c", "a"]);
      expect(await ids("closed", 10)).toEqual([]);
    });

    it("overwrites an entry and moves it to its new place", async () => {
      await lists.put("open", [
        { id: "a", order: "1", body: { amount: 5 } },
        { id: "b", order: "2", body: null },
      ]);
      await lists.put("open", [{ id: "a", order: "3", body: { amount: 7 } }]);
      expect(await lists.read("open", undefined, 10)).toEqual({
        entries: [
          { id: "b", order: "2", body: null },
          { id: "a", order: "3", body: { amount: 7 } },
        ],
      });
    });

    it("removes entries of one list alone, and forgives those that are gone", async () => {
      await lists.put("open", [{ id: "a", order: "1", body: 1 }]);
      await lists.put("mine", [{ id: "a", order: "1", body: 1 }]);
      await lists.remove("open", ["a", "b"]);
      expect(await ids("open", 10)).toEqual([]);
      expect(await ids("mine", 10)).toEqual(["a"]);
    });

    it("goes on after a page whose last entry was removed meanwhile", async () => {
      await lists.put(
        "open",
        ["a", "b", "c"].map((id) => ({ id, order: id, body: id })),
      );
      const first = await lists.read("open", undefined, 2);
      await lists.remove("open", ["b"]);
      expect((await lists.read("open", first.next, 2)).entries.map(({ id }) => id)).toEqual(["c"]);
    });

    it("takes hundreds of entries at once, the last of equal ids counting, and pages over all of them in order", async () => {
      const entries = Array.from({ length: 300 }, (_, index) => ({
        id: `sale:${index}/X#erp#1#0001`,
        order: `2026-03-0${(index % 3) + 1} ${index}`,
        body: index,
      }));
      await lists.put("open", [...entries.map((entry) => ({ ...entry, order: "early" })), ...entries]);
      const expected = entries.toSorted((a, b) => (a.order < b.order ? -1 : 1)).map(({ id }) => id);
      for (const limit of [7, 100, 299, 300]) expect(await ids("open", limit)).toEqual(expected);
      await lists.remove("open", expected.slice(0, 298));
      expect(await ids("open", 100)).toEqual(expected.slice(298));
    });

    it("sorts by order first, whatever stands in it, by the bytes of UTF-8", async () => {
      const orders = ["", "1", "1 a", "1#z", "10", "é", "\uffee", "🚲"];
      await lists.put(
        "open",
        orders.map((order, index) => ({ id: String(9 - index), order, body: order })),
      );
      for (const limit of [1, 3, 10]) expect(await ids("open", limit)).toEqual(["9", "8", "7", "6", "5", "4", "3", "2"]);
    });

    it("keeps entries with long ids apart", async () => {
      const long = `sale:${"é".repeat(900)}`;
      await lists.put("open", [
        { id: `${long}/1`, order: "1", body: 1 },
        { id: `${long}/2`, order: "2", body: 2 },
      ]);
      expect(await ids("open", 1)).toEqual([`${long}/1`, `${long}/2`]);
      await lists.remove("open", [`${long}/1`]);
      expect(await ids("open", 1)).toEqual([`${long}/2`]);
    });

    it("keeps one of two moves of an entry that are made at the same time, whole", async () => {
      await lists.put("open", [{ id: "a", order: "0", body: 0 }]);
      await Promise.all(["1", "2", "3"].map((order) => lists.put("open", [{ id: "a", order, body: order }])));
      const { entries } = await lists.read("open", undefined, 10);
      expect(entries).toHaveLength(1);
      expect(entries[0]?.body).toBe(entries[0]?.order);
      await lists.remove("open", ["a"]);
      expect(await ids("open", 10)).toEqual([]);
    });

    it("refuses a page without a sensible bound", async () => {
      await expect(lists.read("open", undefined, 0)).rejects.toThrow("a page holds 1 to");
      await expect(lists.read("open", undefined, 10_001)).rejects.toThrow("a page holds 1 to");
    });

    it("refuses a place that is none", async () => {
      await expect(lists.read("open", "b", 2)).rejects.toThrow('"b" is no place in a work list');
      await expect(lists.read("open", "[1]", 2)).rejects.toThrow('"[1]" is no place in a work list');
    });
  });
}
