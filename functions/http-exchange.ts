/** A request as both hosts hand it on. */
export interface HttpRequest {
  /** Names in any casing. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The parts of the path that the route names, decoded. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The raw bytes as they came. */
  readonly body: Uint8Array;
}

/** A reply; text/plain unless its headers say otherwise. */
export interface HttpReply {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What it could not be done with is behind the hub, such as an ERP: no version of the hub's code is to blame. */
  readonly upstream?: boolean;
}
