import { UnknownOutcome } from "#domain/failures";
import type { Http, HttpRequest } from "#ports/http";

export interface FaultyHttp extends Http {
  /** The answers of the next sends are lost after the service has given them. */
  loseAnswers(sends: number): void;
  /** The next sends are turned away with HTTP 429 before they reach the service. */
  throttle(sends: number): void;
  /** The next sends are answered by a page in HTML, as a proxy or a login form does, and never reach the service. */
  answerHtml(sends: number): void;
  /** The next sends go through. */
  pass(sends: number): void;
  /** Takes the faults away that nothing met. */
  heal(): void;
}

/** Passes everything on to `http`, but for the faults; `isPost` tells which requests post documents: only these meet a fault. */
export function faultyHttp(http: Http, isPost: (request: HttpRequest) => boolean): FaultyHttp {
  const faults: ("lose" | "throttle" | "html" | "none")[] = [];
  const add = (fault: (typeof faults)[number]) => (sends: number) => void faults.push(...Array<typeof fault>(sends).fill(fault));
  return {
    loseAnswers: add("lose"),
    throttle: add("throttle"),
    answerHtml: add("html"),
    pass: add("none"),
    heal: () => void faults.splice(0),
    async send(request) {
      const fault = isPost(request) ? faults.shift() : undefined;
      switch (fault) {
        case "throttle":
          return { status: 429, headers: { "retry-after": "1", "content-type": "text/plain" }, body: "slow down" };
        case "html":
          return { status: 200, headers: { "content-type": "text/html" }, body: "<!doctype html><title>Sign in</title>" };
        case "lose":
          await http.send(request);
          throw new UnknownOutcome("the answer was lost on the way");
        case "none":
        case undefined:
          return await http.send(request);
      }
    },
  };
}
