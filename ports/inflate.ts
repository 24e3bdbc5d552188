/** Takes DEFLATE data (RFC 1951) as it comes. */
export interface InflateReader {
  /** Synchronously: what comes out has been handed on before it returns. Throws RangeError for data that are damaged or end early. */
  push(bytes: Uint8Array, last: boolean): void;
}

export interface Inflate {
  open(onBytes: (bytes: Uint8Array) => void): InflateReader;
}
