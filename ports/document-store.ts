/** Bytes under their content address `sha256/<hex>`; also drops under the name that the sender gave. Writing again is harmless. */
export interface DocumentStore {
  put(address: string, bytes: Uint8Array): Promise<void>;
  /** Undefined when there is nothing at this address. */
  get(address: string): Promise<Uint8Array | undefined>;
  /** Bytes from `start` (inclusive) to `end` (exclusive), shorter at the end of the document; undefined when there is no document. */
  readRange(address: string, start: number, end: number): Promise<Uint8Array | undefined>;
  /** Size in bytes; undefined when there is no document. */
  size(address: string): Promise<number | undefined>;
}
