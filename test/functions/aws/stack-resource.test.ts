import { expect, test } from "vitest";
import { Invalid } from "#domain/failures";
import type { Http, HttpRequest } from "#ports/http";
import { policyToRelease } from "../../../functions/aws/triggers/deployed-policy.ts";
import { stackResource } from "../../../functions/aws/triggers/stack-resource.ts";
import { invoke } from "./invoke.ts";

const request = {
  RequestType: "Update",
  ResponseURL: "https://cloudformation.example.com/answer?signature=x",
  StackId: "arn:aws:cloudformation:us-east-1:123456789012:stack/throughline/1",
  RequestId: "4d1a",
  LogicalResourceId: "PoliciesRelease",
  ResourceType: "Custom::PolicyRelease",
  PhysicalResourceId: "release-policy",
  ResourceProperties: { Version: "ab" },
};

function house(run: () => Promise<{ release: number }>, status = 200) {
  const sent: HttpRequest[] = [];
  const http: Http = {
    async send(each) {
      sent.push(each);
      return { status, headers: {}, body: "" };
    },
  };
  const called: unknown[] = [];
  const handler = stackResource(
    "release-policy",
    async (event, byStack) => {
      called.push([event, byStack]);
      return run();
    },
    http,
  );
  return { handler, called, answers: () => sent.map(({ body }) => JSON.parse(String(body))), sent };
}

const closing = { StackId: request.StackId, RequestId: "4d1a", LogicalResourceId: "PoliciesRelease", PhysicalResourceId: "release-policy" };

test.each(["Create", "Update"])("%s calls the function and tells CloudFormation what it answered", async (RequestType) => {
  const { handler, called, answers, sent } = house(async () => ({ release: 7 }));
  expect((await invoke(handler, { ...request, RequestType })).answer).toEqual({ release: 7 });
  expect(called).toEqual([[{}, true]]);
  expect(answers()).toEqual([{ Status: "SUCCESS", Data: { release: 7 }, ...closing }]);
  expect(sent[0]).toMatchObject({ method: "PUT", url: request.ResponseURL, headers: { "content-type": "" } });
});

test("Delete calls nothing: what was released stays released", async () => {
  const { handler, called, answers } = house(async () => ({ release: 7 }));
  await invoke(handler, { ...request, RequestType: "Delete" });
  expect(called).toEqual([]);
  expect(answers()).toEqual([{ Status: "SUCCESS", ...closing }]);
});

test("a failure is told to the deploy, once, in at most 1,000 characters", async () => {
  const { handler, answers } = house(() => Promise.reject(new Invalid(`a release needs a reason ${"…".repeat(2_000)}`)));
  const { error } = await invoke(handler, request);
  expect(error).toBeUndefined();
  const [answer] = answers();
  expect(answer).toMatchObject({ Status: "FAILED", ...closing });
  expect(answer.Reason).toMatch(/^a release needs a reason …/);
  expect(answer.Reason).toHaveLength(1_000);
});

test("an answer that CloudFormation did not take fails the invocation, so that Lambda calls again", async () => {
  const { handler } = house(async () => ({ release: 7 }), 503);
  expect((await invoke(handler, request)).error?.message).toBe(
    "CloudFormation's address answered 503 to what became of PoliciesRelease: call again",
  );
});

test("any other event is a plain call, whose failure is its caller's", async () => {
  const { handler, called, sent } = house(async () => ({ release: 8 }));
  expect((await invoke(handler, { version: "ab", actor: "x", reason: "y" })).answer).toEqual({ release: 8 });
  expect(called).toEqual([[{ version: "ab", actor: "x", reason: "y" }, false]]);
  expect(sent).toEqual([]);
  const failing = house(() => Promise.reject(new Invalid("no")));
  expect((await invoke(failing.handler, {})).error?.message).toBe("no");
});

test("without policies in the bundle a call that names none releases nothing by itself", () => {
  expect(policyToRelease({})).toEqual({});
  expect(policyToRelease(undefined)).toEqual({});
  expect(policyToRelease({ version: "ab" })).toEqual({ version: "ab" });
});
