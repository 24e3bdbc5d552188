import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { Http, HttpResponse } from "#ports/http";
import { readAnswer, wireAnswers } from "./answers.ts";

/** The service's address and credentials; `url` has no slash at the end. */
export interface SandboxErpAddress {
  readonly http: Http;
  readonly url: string;
  readonly token?: string;
}

type ReadSchema<T> = Parameters<typeof readAnswer<T>>[0];

export function send(
  address: SandboxErpAddress,
  method: "GET" | "POST" | "PUT",
  path: string,
  body: string | undefined,
  timeoutMilliseconds: number,
): Promise<HttpResponse> {
  return address.http.send({
    method,
    url: `${address.url}${path}`,
    headers: {
      accept: "application/json",
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(address.token === undefined ? {} : { authorization: `Bearer ${address.token}` }),
    },
    ...(body === undefined ? {} : { body }),
    timeoutMilliseconds,
  });
}

/** What the service says in an answer that is not 200. */
export function complaint(response: HttpResponse): { readonly code: string; readonly message: string } {
  const error = readAnswer(wireAnswers.error, response.body);
  return error ?? { code: `http-${response.status}`, message: `the ERP answered HTTP ${response.status} without a reason` };
}

/**
 * Asks something that changes nothing, or sets something to what it then is, however often: so every failure is Unavailable, whatever
 * became of the request.
 */
export async function ask<T>(
  address: SandboxErpAddress,
  method: "GET" | "POST" | "PUT",
  path: string,
  body: string | undefined,
  timeoutMilliseconds: number,
  schema: ReadSchema<T>,
): Promise<T> {
  let response: HttpResponse;
  try {
    response = await send(address, method, path, body, timeoutMilliseconds);
  } catch (error) {
    if (!(error instanceof UnknownOutcome)) throw error;
    throw new Unavailable(`the ERP did not answer ${method} ${path.split("?")[0]}: ${error.message}; ask again later`, { cause: error });
  }
  if (response.status !== 200) {
    const { code, message } = complaint(response);
    throw new Unavailable(`the ERP refused ${method} ${path.split("?")[0]} (${code}): ${message}`);
  }
  const answer = readAnswer(schema, response.body);
  if (answer === undefined)
    throw new Unavailable(`the ERP's answer to ${method} ${path.split("?")[0]} is not what its API says: check the url`);
  return answer;
}
