import { describe, expect, it } from "vitest";
import type { DocumentStore } from "#ports/document-store";

const hello = new TextEncoder().encode("hello");
const helloAddress = "sha256/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

/** What every adapter of ports/document-store keeps. `open` gives an empty store. */
export function documentStoreContract(name: string, open: () => DocumentStore | Promise<DocumentStore>): void {
  describe(`document store contract: ${name}`, () => {
    it("gives back what was put, under a content address and under a sender's name", async () => {
      const store = await open();
      await store.put(helloAddress, hello);
      await store.put("drops/pos/store 101/day.xml", new Uint8Array([0, 255, 10, 13]));
      expect(await store.get(helloAddress)).toEqual(hello);
      expect(await store.get("drops/pos/store 101/day.xml")).toEqual(new Uint8Array([0, 255, 10, 13]));
      expect(await store.size(helloAddress)).toBe(5);
    });

    it("answers nothing for an address without a document", async () => {
      const store = await open();
      await store.put("drops/day.xml", hello);
      for (const address of [helloAddress, "drops/other.xml", "drops/day.xml/part"]) {
        expect(await store.get(address)).toBeUndefined();
        expect(await store.size(address)).toBeUndefined();
        expect(await store.readRange(address, 0, 1)).toBeUndefined();
      }
    });

    it("may be written again: the same content under its address, other content under a name", async () => {
      const store = await open();
      await store.put(helloAddress, hello);
      await store.put(helloAddress, hello);
      expect(await store.get(helloAddress)).toEqual(hello);
      await store.put("drops/day.xml", hello);
      await store.put("drops/day.xml", new Uint8Array([1]));
      expect(await store.get("drops/day.xml")).toEqual(new Uint8Array([1]));
    });

    it("refuses bytes that are not the content of their address", async () => {
      const store = await open();
      await expect(store.put(helloAddress, new Uint8Array([1]))).rejects.toThrow("have another SHA-256");
      expect(await store.get(helloAddress)).toBeUndefined();
    });

    it("reads ranges: start inclusive, end exclusive, shorter at the end", async () => {
      const store = await open();
      await store.put(helloAddress, hello);
      const range = async (start: number, end: number) => new TextDecoder().decode(await store.readRange(helloAddress, start, end));
      expect(await range(0, 2)).toBe("he");
      expect(await range(2, 4)).toBe("ll");
      expect(await range(3, 100)).toBe("lo");
      expect(await range(5, 9)).toBe("");
      expect(await range(90, 99)).toBe("");
      expect(await range(1, 1)).toBe("");
      await expect(store.readRange(helloAddress, 3, 2)).rejects.toThrow("bytes 3 to 2 are no range");
      await expect(store.readRange(helloAddress, -1, 2)).rejects.toThrow("bytes -1 to 2 are no range");
    });

    it("keeps an empty document", async () => {
      const store = await open();
      await store.put("drops/empty.xml", new Uint8Array());
      expect(await store.size("drops/empty.xml")).toBe(0);
      expect(await store.get("drops/empty.xml")).toEqual(new Uint8Array());
    });

    it.each([
      "../secrets.json",
      "drops/../../secrets.json",
      "/etc/passwd",
      "drops//day.xml",
      "drops/./day.xml",
      "drops\\..\\day.xml",
      "drops/day\u0000.xml",
      "drops/.hidden",
      "drops/",
      "",
      "sha256/2cf24dba",
      "sha256/../drops/day.xml",
      `sha256/${"A".repeat(64)}`,
      `drops/${"x".repeat(201)}`,
    ])("refuses the address %j", async (address) => {
      const store = await open();
      await expect(store.put(address, hello)).rejects.toMatchObject({ name: "Invalid" });
      await expect(store.get(address)).rejects.toMatchObject({ name: "Invalid" });
      await expect(store.size(address)).rejects.toMatchObject({ name: "Invalid" });
      await expect(store.readRange(address, 0, 1)).rejects.toMatchObject({ name: "Invalid" });
    });
  });
}
