export interface HttpRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Text is sent as UTF-8. */
  readonly body?: string | Uint8Array;
  /** From the call to the last byte of the answer. */
  readonly timeoutMilliseconds: number;
  /** "bytes": the answer's body comes as it is, in `bytes`, and `body` is "". */
  readonly answerAs?: "text" | "bytes";
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly bytes?: Uint8Array;
}

/** Any status is an answer. Throws Unavailable when the request certainly was not sent, UnknownOutcome otherwise. */
export interface Http {
  send(request: HttpRequest): Promise<HttpResponse>;
}
