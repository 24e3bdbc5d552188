import { Unavailable } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { AwsApi, JsonOperation } from "./aws-api.ts";
import { AwsFailure } from "./aws-failure.ts";

const getParametersByPath: JsonOperation = { service: "ssm", target: "AmazonSSM.GetParametersByPath", jsonVersion: "1.1" };

const cacheSeconds = 300;
/** What is not there yet is looked for again, at most this often whatever names a stranger invents. */
const unknownSeconds = 30;
/** After a failed reading, what is in hand goes on serving for this long, … */
const staleSecondsMax = 3_600;
/** … and the next reading waits for this long. */
const retrySeconds = 10;
const pageParametersMax = 10;
const pagesMax = 50;

interface Reading<Value> {
  readonly values: ReadonlyMap<string, Value | "unreadable">;
  /** Milliseconds since 1970. */
  readonly readAt: number;
}

export interface ParameterFolder<Value> {
  /** "unreadable": the parameter is there, and its value is not of the form. */
  find(name: string): Promise<Value | "unreadable" | undefined>;
}

/**
 * SSM parameters below one path, read together and kept for five minutes: a stranger who invents names costs no request each, and cannot
 * use up the account's share of requests. `nameOf` gives what a parameter is asked for by, from its path below the folder. Throws
 * Unavailable when there is nothing in hand; no failure repeats a value.
 */
export function createParameterFolder<Value>(options: {
  readonly api: AwsApi;
  readonly clock: Clock;
  readonly path: string;
  readonly nameOf: (below: string) => string | undefined;
  readonly parse: (text: string | undefined) => Value | undefined;
}): ParameterFolder<Value> {
  const { api, clock, path, nameOf, parse } = options;
  const now = () => Date.parse(clock.now());
  let held: Reading<Value> | undefined;
  let reading: Promise<Reading<Value>> | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;

  return { find: async (name) => (await readingFor(name)).values.get(name) };

  async function readingFor(name: string): Promise<Reading<Value>> {
    const known = held;
    const age = known === undefined ? Number.POSITIVE_INFINITY : now() - known.readAt;
    const fresh = age < (known?.values.has(name) ? cacheSeconds : unknownSeconds) * 1_000;
    if (known !== undefined && (fresh || now() - failedAt < retrySeconds * 1_000)) return known;
    try {
      reading ??= readAll();
      held = await reading;
      return held;
    } catch (error) {
      failedAt = now();
      if (known !== undefined && age < staleSecondsMax * 1_000) return known;
      throw error;
    } finally {
      reading = undefined;
    }
  }

  async function readAll(): Promise<Reading<Value>> {
    const values = new Map<string, Value | "unreadable">();
    let next: string | undefined;
    for (let page = 0; page < pagesMax; page++) {
      const answer = await askForPage(next);
      for (const { Name, Value: text } of answer.Parameters ?? []) {
        const name = Name?.startsWith(`${path}/`) ? nameOf(Name.slice(path.length + 1)) : undefined;
        if (name !== undefined) values.set(name, parse(text) ?? unreadable(Name));
      }
      next = answer.NextToken;
      if (next === undefined || next === "") return { values, readAt: now() };
    }
    throw new Unavailable(`below ${path} lie more than ${pagesMax * pageParametersMax} parameters: remove those that nobody uses any more`);
  }

  async function askForPage(NextToken: string | undefined): Promise<ParametersPage> {
    const input = { Path: path, Recursive: true, WithDecryption: true, MaxResults: pageParametersMax };
    try {
      return (await api.call(getParametersByPath, NextToken === undefined ? input : { ...input, NextToken })) as ParametersPage;
    } catch (error) {
      throw notRead(path, error);
    }
  }

  function unreadable(name: string | undefined): "unreadable" {
    api.report(new AwsFailure(getParametersByPath.target, `UnreadableParameter ${name}`, "not-applied"));
    return "unreadable";
  }
}

interface ParametersPage {
  readonly Parameters?: readonly { readonly Name?: string; readonly Value?: string }[];
  readonly NextToken?: string;
}

export function notRead(what: string, cause: unknown): Unavailable {
  return new Unavailable(`${what} could not be read (${cause instanceof Error ? cause.message : String(cause)}): ask again`, { cause });
}

/** Undefined for what is no JSON: the parser's own message would quote it. */
export function jsonIn(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? "");
  } catch {
    return undefined;
  }
}
