import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { createDocumentStore } from "#adapters/embedded";
import { documentStoreContract } from "./document-store-contract.ts";
import { temporaryFolder } from "./temporary-folder.ts";

documentStoreContract("a folder", () => createDocumentStore(join(temporaryFolder(), "documents")));

it("spreads content addresses over subfolders and leaves no partial file", async () => {
  const folder = temporaryFolder();
  await createDocumentStore(folder).put(
    "sha256/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    new TextEncoder().encode("hello"),
  );
  expect(readdirSync(join(folder, "sha256", "2c", "f2"))).toEqual(["2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"]);
});

it("removes a document for good, as often as asked, and reaches nothing outside its folder", async () => {
  const store = createDocumentStore(join(temporaryFolder(), "documents"));
  const address = "sha256/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  await store.put(address, new TextEncoder().encode("hello"));
  await store.remove(address);
  await store.remove(address);
  expect(await store.get(address)).toBeUndefined();
  await expect(store.remove("../stolen")).rejects.toThrow("is no address of a document");
});

it("writes nothing outside its folder", async () => {
  const parent = temporaryFolder();
  const store = createDocumentStore(join(parent, "documents"));
  await expect(store.put("../stolen", new Uint8Array([1]))).rejects.toThrow('"../stolen" is no address of a document');
  expect(existsSync(join(parent, "stolen"))).toBe(false);
});

it("leaves nothing behind of a document that cannot be put in its place, and says that it was not stored", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "drops", "day.xml"), { recursive: true });
  writeFileSync(join(folder, "drops", "day.xml", "inside"), "x");
  await expect(createDocumentStore(folder).put("drops/day.xml", new Uint8Array([1]))).rejects.toMatchObject({ name: "Unavailable" });
  expect(readdirSync(join(folder, "drops"))).toEqual(["day.xml"]);
});
