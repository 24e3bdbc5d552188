import type { LineageItem } from "#domain/lineage";
import type { DocumentStore } from "#ports/document-store";
import type { InsertAnswer, LineageStore } from "#ports/lineage-store";

/** A lineage and a document store in memory; `answer` is what every insert is answered with, in place of being done. */
export function memoryHouse(answer?: InsertAnswer) {
  const items = new Map<string, LineageItem>();
  const idOf = ({ transaction, key }: Pick<LineageItem, "transaction" | "key">) => `${transaction} ${key}`;
  const lineage: LineageStore = {
    insert: async (inserted) =>
      inserted.map((item) => {
        if (answer !== undefined) return answer;
        if (items.has(idOf(item))) return "conflict";
        items.set(idOf(item), item);
        return "inserted";
      }),
    get: async (transaction, key) => items.get(idOf({ transaction, key })),
    page: async (transaction) => ({
      items: [...items.values()].filter((item) => item.transaction === transaction).sort((a, b) => (a.key < b.key ? 1 : -1)),
    }),
    removeRawBody: async () => false,
    transactions: async () => ({ transactions: [] }),
  };
  const stored = new Map<string, Uint8Array>();
  const documents: DocumentStore = {
    put: async (address, bytes) => void stored.set(address, bytes),
    get: async (address) => stored.get(address),
    readRange: async () => undefined,
    size: async (address) => stored.get(address)?.byteLength,
  };
  return { lineage, documents, items: () => [...items.values()] };
}
