import { Unavailable, UnknownOutcome } from "#domain/failures";
import type { Clock } from "#ports/clock";
import type { StepAnswer } from "#ports/erp";
import type { HttpResponse } from "#ports/http";
import { readAnswer, stepAnswer, wireAnswers } from "./answers.ts";
import { complaint, type SandboxErpAddress, send } from "./service.ts";

/** Steps of one group, each as its JSON text. */
export type WireGroup = readonly string[];

// A send with less time than this could hardly be answered.
const attemptMillisecondsMin = 50;

/**
 * Posts groups within `budgetMilliseconds` in all, however many calls it takes: a lease covers one request time-out and no more, so neither
 * a second send nor a second call may start its own. What there is no time to send is "unavailable".
 */
export async function submitGroups(
  address: SandboxErpAddress,
  clock: Clock,
  groups: readonly WireGroup[],
  stepsPerCallMax: number,
  budgetMilliseconds: number,
): Promise<StepAnswer[][]> {
  const deadline = Date.parse(clock.now()) + budgetMilliseconds;
  const left = () => deadline - Date.parse(clock.now());
  const answers: StepAnswer[][] = [];
  for (const call of callsOf(groups, stepsPerCallMax)) answers.push(...(await submitCall(address, left, call)));
  return answers;
}

/** Whole groups, up to `stepsMax` steps per call; a group above that goes alone, for the ERP to judge. */
function callsOf(groups: readonly WireGroup[], stepsMax: number): WireGroup[][] {
  const calls: WireGroup[][] = [];
  let steps = 0;
  for (const group of groups) {
    const current = calls.at(-1);
    if (current === undefined || steps + group.length > stepsMax) {
      calls.push([group]);
      steps = group.length;
    } else {
      current.push(group);
      steps += group.length;
    }
  }
  return calls;
}

type Attempt =
  | { readonly kind: "answered"; readonly answers: StepAnswer[][] }
  | { readonly kind: "unknown"; readonly message: string }
  | { readonly kind: "unavailable"; readonly message: string; readonly throttled?: true; readonly retryAfterSeconds?: number }
  | { readonly kind: "refused"; readonly code: string; readonly message: string };

async function submitCall(address: SandboxErpAddress, left: () => number, groups: readonly WireGroup[]): Promise<StepAnswer[][]> {
  const body = `{"groups":[${groups.map((group) => `[${group.join(",")}]`).join(",")}]}`;
  let attempt = await sendOnce(address, left(), body, groups);
  if (attempt.kind === "unknown") {
    // The same bytes give the first answer if they were applied. Anything but an answer leaves the first send as unknown as it was.
    const again = await sendOnce(address, left(), body, groups);
    if (again.kind === "answered") attempt = again;
  }
  switch (attempt.kind) {
    case "answered":
      return attempt.answers;
    case "unknown":
    case "unavailable":
      return all(groups, attempt);
    case "refused": {
      const half = Math.ceil(groups.length / 2);
      // One group must not spoil the others.
      if (groups.length > 1) {
        return [...(await submitCall(address, left, groups.slice(0, half))), ...(await submitCall(address, left, groups.slice(half)))];
      }
      const { code, message } = attempt;
      return groups.map((group) => group.map((_, index) => (index === 0 ? { kind: "refused", code, message } : { kind: "skipped" })));
    }
  }
}

async function sendOnce(address: SandboxErpAddress, milliseconds: number, body: string, groups: readonly WireGroup[]): Promise<Attempt> {
  if (milliseconds < attemptMillisecondsMin) {
    return { kind: "unavailable", message: "not sent: the time for this call was used up by the ones before it; send it again" };
  }
  let response: HttpResponse;
  try {
    response = await send(address, "POST", "/v1/batches", body, milliseconds);
  } catch (error) {
    if (error instanceof Unavailable) return { kind: "unavailable", message: `the ERP cannot be reached: ${error.message}` };
    if (error instanceof UnknownOutcome) return { kind: "unknown", message: `the ERP did not answer: ${error.message}` };
    throw error;
  }
  return classify(response, groups);
}

function classify(response: HttpResponse, groups: readonly WireGroup[]): Attempt {
  if (response.status === 200) {
    const answers = readAnswer(wireAnswers.batch, response.body)?.groups;
    const complete = answers?.length === groups.length && answers.every((group, index) => group.length === groups[index]?.length);
    if (answers === undefined || !complete) {
      return { kind: "unknown", message: "the ERP's answer does not name each step: check that the url is the ERP's" };
    }
    return { kind: "answered", answers: answers.map((group) => group.map(stepAnswer)) };
  }
  const { code, message } = complaint(response);
  if (response.status === 429)
    return {
      kind: "unavailable",
      throttled: true,
      message: `throttled by the ERP: ${message}`,
      ...patienceOf(response.headers["retry-after"]),
    };
  if (response.status === 400 || response.status === 413) return { kind: "refused", code, message };
  // 408 is a proxy that lost patience: what it had passed on is not known.
  if (response.status >= 500 || response.status === 408) {
    return { kind: "unknown", message: `the ERP failed with HTTP ${response.status} (${code}): ${message}` };
  }
  // Credentials or address are wrong: nothing was applied, and no document is to blame.
  return { kind: "unavailable", message: `the ERP turned the call away with HTTP ${response.status} (${code}): ${message}` };
}

/** Retry-After as seconds; a date, or anything else, is taken for not said. */
export function patienceOf(header: string | undefined): { readonly retryAfterSeconds?: number } {
  const seconds = Math.ceil(Number(header));
  return header === undefined || header === "" || !Number.isFinite(seconds) || seconds < 0 ? {} : { retryAfterSeconds: seconds };
}

function all(groups: readonly WireGroup[], answer: StepAnswer): StepAnswer[][] {
  return groups.map((group) => group.map(() => answer));
}
