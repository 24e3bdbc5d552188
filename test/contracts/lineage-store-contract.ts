import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Invalid } from "#domain/failures";
import { closureKey, documentItemKey, exceptionKey, outcomeKey, planKey, takeOverKey } from "#domain/lineage";
import type { LineageStore } from "#ports/lineage-store";
import { documentWith, incompressibleText, noteWith } from "./lineage-items.ts";

/** What every adapter of ports/lineage-store keeps. `open` gives an empty store; `close` ends what it holds. */
export function lineageStoreContract(name: string, open: () => Promise<{ store: LineageStore; close(): Promise<void> }>): void {
  describe(`lineage store contract: ${name}`, () => {
    const order = "sale:shopify:maple.example:820982911946154508";
    let store: LineageStore;
    let close: () => Promise<void>;

    beforeEach(async () => {
      ({ store, close } = await open());
    });
    afterEach(() => close());

    async function keysDescending(transaction: string, limit: number): Promise<string[]> {
      const keys: string[] = [];
      let before: string | undefined;
      for (let pages = 0; pages < 50; pages += 1) {
        const page = await store.page(transaction, before, limit);
        expect(page.items.length).toBeLessThanOrEqual(limit);
        keys.push(...page.items.map((item) => item.key));
        if (page.next === undefined) return keys;
        before = page.next;
      }
      throw new Error("the pages do not end");
    }

    it("gives back an inserted item as it was, with text of every script, and nothing for an absent key", async () => {
      const item = documentWith(order, "D#shopify:maple.example:order:1#aa", '{"note":"Zoë — 東京 🚲 \\u0000 \\"quoted\\""}');
      expect(await store.insert([item])).toEqual(["inserted"]);
      expect(await store.get(order, "D#shopify:maple.example:order:1#aa")).toEqual(item);
      expect(await store.get(order, "D#shopify:maple.example:order:1#ab")).toBeUndefined();
      expect(await store.get("sale:shopify:maple.example:2", "D#shopify:maple.example:order:1#aa")).toBeUndefined();
    });

    it("answers conflict to a second insert of a key, and the first content stays", async () => {
      await store.insert([noteWith(order, "P#north#000001", "first")]);
      expect(await store.insert([noteWith(order, "P#north#000001", "second")])).toEqual(["conflict"]);
      expect(await store.get(order, "P#north#000001")).toEqual(noteWith(order, "P#north#000001", "first"));
    });

    it("lets items stand alone: one that conflicts does not stop its neighbours", async () => {
      await store.insert([noteWith(order, "D#b", "first")]);
      const answers = await store.insert([noteWith(order, "D#a", "new"), noteWith(order, "D#b", "second"), noteWith(order, "D#c", "new")]);
      expect(answers).toEqual(["inserted", "conflict", "inserted"]);
      expect(await keysDescending(order, 10)).toEqual(["D#c", "D#b", "D#a"]);
    });

    it("keeps one key in two transactions apart", async () => {
      expect(
        await store.insert([
          noteWith("sale:pos:101:1:2026-03-02:7", "D#a", "seven"),
          noteWith("sale:pos:101:1:2026-03-02:70", "D#a", "seventy"),
        ]),
      ).toEqual(["inserted", "inserted"]);
      expect((await store.page("sale:pos:101:1:2026-03-02:7", undefined, 10)).items).toEqual([
        noteWith("sale:pos:101:1:2026-03-02:7", "D#a", "seven"),
      ]);
    });

    it("reads downwards: exceptions, then outcome, take-overs and plan of the last number first, then documents", async () => {
      const exception = exceptionKey("erp", "4f1c", 1);
      const keys = [
        documentItemKey("shopify:maple.example:refund:5", "aa"),
        planKey("north", 1),
        outcomeKey("north", 1),
        exception,
        planKey("north", 2),
        takeOverKey("north", 2, 1),
        takeOverKey("north", 2, 2),
        outcomeKey("north", 2),
        planKey("south", 1),
        closureKey(exception),
        documentItemKey("shopify:maple.example:order:1", "ff"),
      ];
      await store.insert(keys.map((key) => noteWith(order, key, "")));
      const expected = [
        "X#erp#4f1c#0001#C",
        "X#erp#4f1c#0001",
        "P#south#000001",
        "P#north#000002#T0002",
        "P#north#000002#T0001",
        "P#north#000002#R",
        "P#north#000002",
        "P#north#000001#R",
        "P#north#000001",
        "D#shopify:maple.example:refund:5#aa",
        "D#shopify:maple.example:order:1#ff",
      ];
      expect(await keysDescending(order, 100)).toEqual(expected);
      expect(await keysDescending(order, 1)).toEqual(expected);
      expect(await keysDescending(order, 3)).toEqual(expected);
      expect(await keysDescending(order, 11)).toEqual(expected);
    });

    it("starts a page strictly below `before`, whether or not that key exists", async () => {
      await store.insert(["D#a", "D#b", "D#c"].map((key) => noteWith(order, key, "")));
      expect((await store.page(order, "D#c", 10)).items.map((item) => item.key)).toEqual(["D#b", "D#a"]);
      expect((await store.page(order, "D#bb", 10)).items.map((item) => item.key)).toEqual(["D#b", "D#a"]);
      expect(await store.page(order, "D#a", 10)).toEqual({ items: [] });
      expect(await store.page("sale:shopify:maple.example:none", undefined, 10)).toEqual({ items: [] });
    });

    it("orders keys by their bytes, not by a language", async () => {
      await store.insert(["D#a", "D#B", "D#é", "D#~", "D#1"].map((key) => noteWith(order, key, "")));
      expect(await keysDescending(order, 10)).toEqual(["D#é", "D#~", "D#a", "D#B", "D#1"]);
    });

    it("refuses a page without a sensible bound", async () => {
      await expect(store.page(order, undefined, 0)).rejects.toThrow("a page holds 1 to");
      await expect(store.transactions(undefined, 1_000_000)).rejects.toThrow("a page holds 1 to");
    });

    it("keeps large items whole and pages over megabytes of them", async () => {
      const keys = ["D#1", "D#2", "D#3", "D#4", "D#5", "D#6"];
      const large = (key: string) => documentWith(order, key, incompressibleText(350_000, key));
      for (const key of keys) expect(await store.insert([large(key)])).toEqual(["inserted"]);
      expect(await store.get(order, "D#4")).toEqual(large("D#4"));
      expect(await keysDescending(order, 100)).toEqual(["D#6", "D#5", "D#4", "D#3", "D#2", "D#1"]);
    });

    it("refuses an item above the size that every store takes, by name, and inserts nothing of that call", async () => {
      const call = store.insert([noteWith(order, "D#small", ""), documentWith(order, "D#large", "x".repeat(400_000))]);
      await expect(call).rejects.toBeInstanceOf(Invalid);
      await expect(call).rejects.toThrow(
        /item D#large of transaction sale:shopify:maple\.example:820982911946154508 has 4\d{5} bytes, above the 400000/,
      );
      expect(await store.page(order, undefined, 10)).toEqual({ items: [] });
    });

    it("refuses a key and a transaction id above what a key may hold, and empty ones", async () => {
      await expect(store.insert([noteWith(order, `D#${"é".repeat(512)}`, "")])).rejects.toThrow("has 1026 bytes, above the 1024");
      await expect(store.insert([noteWith("s".repeat(2_049), "D#a", "")])).rejects.toThrow("has 2049 bytes, above the 2048");
      await expect(store.insert([noteWith(order, "", "")])).rejects.toThrow("an empty key cannot be stored");
      expect(await store.insert([noteWith(order, `D#${"é".repeat(511)}`, "")])).toEqual(["inserted"]);
    });

    it("gives exactly one of many concurrent inserts of a key", async () => {
      const contents = Array.from({ length: 20 }, (_, index) => `writer ${index}`);
      const answers = (await Promise.all(contents.map((reason) => store.insert([noteWith(order, "P#north#000001", reason)])))).flat();
      expect(answers.filter((answer) => answer === "inserted")).toEqual(["inserted"]);
      expect(answers.filter((answer) => answer === "conflict")).toHaveLength(19);
      const winner = contents[answers.indexOf("inserted")]!;
      expect(await store.get(order, "P#north#000001")).toEqual(noteWith(order, "P#north#000001", winner));
    });

    it("shows an item to every read that begins after the answer", async () => {
      await store.insert([noteWith(order, "D#a", "")]);
      const [item, page, list] = await Promise.all([
        store.get(order, "D#a"),
        store.page(order, undefined, 1),
        store.transactions(undefined, 10),
      ]);
      expect(item?.key).toBe("D#a");
      expect(page.items.map((one) => one.key)).toEqual(["D#a"]);
      expect(list.transactions).toEqual([order]);
    });

    it("removes a raw body and nothing else, as often as asked", async () => {
      await store.insert([documentWith(order, "D#a", '{"email":"someone@example.com"}'), noteWith(order, "P#north#000001", "a plan")]);
      const { inline: _removed, ...raw } = documentWith(order, "D#a", '{"email":"someone@example.com"}').raw;
      expect(await store.removeRawBody(order, "D#a")).toBe(true);
      expect(await store.get(order, "D#a")).toEqual({ ...documentWith(order, "D#a", '{"email":"someone@example.com"}'), raw });
      expect(await store.removeRawBody(order, "D#a")).toBe(true);
      expect(await store.removeRawBody(order, "P#north#000001")).toBe(true);
      expect(await store.get(order, "P#north#000001")).toEqual(noteWith(order, "P#north#000001", "a plan"));
      expect(await store.removeRawBody(order, "D#none")).toBe(false);
      expect(await store.get(order, "D#none")).toBeUndefined();
    });

    it("answers conflict for a document whose raw body was removed: the item is still there", async () => {
      await store.insert([documentWith(order, "D#a", "body")]);
      await store.removeRawBody(order, "D#a");
      expect(await store.insert([documentWith(order, "D#a", "body")])).toEqual(["conflict"]);
    });

    it("lists every transaction once, in pages of any size", async () => {
      const ids = Array.from({ length: 9 }, (_, index) => `sale:shopify:maple.example:${index}`);
      await store.insert(ids.flatMap((id) => ["D#a", "D#b", "P#north#000001", "X#erp#1#0001"].map((key) => noteWith(id, key, ""))));
      for (const limit of [1, 2, 4, 9, 50]) {
        const found: string[] = [];
        let after: string | undefined;
        for (let pages = 0; pages < 20; pages += 1) {
          const page = await store.transactions(after, limit);
          expect(page.transactions.length).toBeLessThanOrEqual(limit);
          found.push(...page.transactions);
          after = page.next;
          if (after === undefined) break;
        }
        expect(found.toSorted()).toEqual(ids);
      }
    });

    it("answers an empty batch and an empty store with nothing", async () => {
      expect(await store.insert([])).toEqual([]);
      expect(await store.transactions(undefined, 10)).toEqual({ transactions: [] });
    });
  });
}
