/** Takes DEFLATE data (RFC 1951) as it comes. */
export interface InflateReader {
  /** Synchronously: what comes out has been handed on before it returns. Throws RangeError for data that are damaged or end early. */
  push(bytes: Uint8Array, last: boolean): void;
}

export interface Inflate {
  open(onBytes: (bytes: Uint8Array) => void): InflateReader;
  /**
   * The same for gzip (RFC 1952) from its first byte, members one behind the other. `onMember` is told, between the bytes of two members, where the
   * second one begins among all that was pushed. Nobody compares check values here.
   */
  openGzip(onBytes: (bytes: Uint8Array) => void, onMember: (start: number) => void): InflateReader;
}
