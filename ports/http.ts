export interface HttpRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMilliseconds: number;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Any status is an answer. Throws Unavailable when the request certainly was not sent, UnknownOutcome otherwise. */
export interface Http {
  send(request: HttpRequest): Promise<HttpResponse>;
}
