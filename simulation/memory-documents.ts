import { createHash } from "node:crypto";
import type { EmbeddedDocumentStore } from "#adapters/embedded";
import { assertDocumentAddress, hashInAddress } from "#domain/lineage";

/** ports/document-store in memory, which outlives the hubs that write to it. Files are not put into it: the simulation has none on disk. */
export function createMemoryDocuments(): EmbeddedDocumentStore {
  const documents = new Map<string, Uint8Array>();
  return {
    async put(address, bytes) {
      assertDocumentAddress(address);
      const hash = hashInAddress(address);
      if (hash !== undefined && createHash("sha256").update(bytes).digest("hex") !== hash)
        throw new RangeError(`the bytes for ${address} have another SHA-256`);
      documents.set(address, bytes);
    },
    remove: async (address) => void documents.delete(address),
    putFile: () => Promise.reject(new Error("a simulated hub is given bytes, not files")),
    removeOlder: () => Promise.reject(new Error("a simulated hub has no files that could be old")),
    get: async (address) => documents.get(address),
    readRange: async (address, start, end) => documents.get(address)?.subarray(start, end),
    size: async (address) => documents.get(address)?.byteLength,
  };
}
