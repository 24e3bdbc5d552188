import { describe, expect, it } from "vitest";
import {
  createEventBridgeBus,
  createS3DocumentRemoval,
  createS3DocumentStore,
  createSqsDeadLetters,
  createSqsQueue,
  createSsmSecrets,
  createStepFunctionsCallbacks,
  createStepFunctionsWorkflows,
} from "#adapters/aws";
import type { BusEntry } from "#ports/event-bus";
import {
  answers,
  cutsOff,
  cutsOffHalfWay,
  fault,
  hangs,
  type Scene,
  s3Answers,
  s3Fault,
  scriptedAws,
  scriptedAwsWithin,
} from "./scripted-aws.ts";

const text = (bytes: Uint8Array | undefined) => (bytes === undefined ? undefined : new TextDecoder().decode(bytes));

/** What can happen to any request, and where it stands then. */
const misfortunes: readonly (readonly [string, Scene, "Unavailable" | "UnknownOutcome"])[] = [
  ["throttling", fault(400, "ThrottlingException"), "Unavailable"],
  ["missing rights", fault(400, "AccessDeniedException"), "Unavailable"],
  ["an expired role", fault(400, "ExpiredTokenException"), "Unavailable"],
  ["an internal error", fault(500, "InternalFailure"), "UnknownOutcome"],
  ["a service that is unavailable", fault(503, "ServiceUnavailable"), "UnknownOutcome"],
  ["an error that nobody knows", fault(400, "SomethingNew"), "UnknownOutcome"],
  ["no answer in time", hangs, "UnknownOutcome"],
  ["a connection lost after the request", cutsOff, "UnknownOutcome"],
  ["an answer cut off half-way", cutsOffHalfWay, "UnknownOutcome"],
];

describe("the EventBridge bus", () => {
  const entry = (transaction: string): BusEntry => ({
    name: "payment.captured",
    shop: "maple.example",
    connections: ["north"],
    transactions: [{ id: transaction, connections: ["north"] }],
  });

  it("answers per entry, in the order of the entries, and tells why one was not taken", async () => {
    const aws = await scriptedAws(
      answers({
        FailedEntryCount: 2,
        Entries: [
          { EventId: "1" },
          { ErrorCode: "ThrottlingException", ErrorMessage: "slow down" },
          { EventId: "3" },
          { ErrorCode: "InternalFailure" },
        ],
      }),
    );
    const bus = createEventBridgeBus({ api: aws.api, bus: "hub" });
    expect(await bus.publish(["sale:1", "sale:2", "sale:3", "sale:4"].map(entry))).toEqual(["accepted", "failed", "accepted", "failed"]);
    expect(aws.failures).toEqual([
      "AWSEvents.PutEvents failed: ThrottlingException (not-applied)",
      "AWSEvents.PutEvents failed: InternalFailure (not-applied)",
    ]);
  });

  it("calls an entry failed that the answer does not mention", async () => {
    const aws = await scriptedAws(answers({ FailedEntryCount: 0, Entries: [{ EventId: "1" }] }));
    const bus = createEventBridgeBus({ api: aws.api, bus: "hub" });
    expect(await bus.publish([entry("sale:1"), entry("sale:2")])).toEqual(["accepted", "failed"]);
    expect(aws.failures).toEqual(["AWSEvents.PutEvents failed: NoAnswerForEntry (unknown)"]);
  });

  it("sends at most ten entries and a megabyte in a call, and fails only the entries of the call that failed", async () => {
    const takes: Scene = (request, response, body) =>
      body.includes("sale:15")
        ? fault(500, "InternalFailure")(request, response, body)
        : answers({ Entries: JSON.parse(body).Entries.map(() => ({ EventId: "1" })) })(request, response, body);
    const aws = await scriptedAws(takes);
    const bus = createEventBridgeBus({ api: aws.api, bus: "hub" });
    const published = await bus.publish(Array.from({ length: 23 }, (_, index) => entry(`sale:${index}`)));
    expect(published).toEqual([...Array(10).fill("accepted"), ...Array(10).fill("failed"), ...Array(3).fill("accepted")]);
    expect(aws.requests.map((request) => (request as { Entries: unknown[] }).Entries.length).sort()).toEqual([10, 10, 3]);

    const large = await scriptedAws(takes);
    const wide = entry(`sale:${"x".repeat(300_000)}`);
    expect(await createEventBridgeBus({ api: large.api, bus: "hub" }).publish([wide, wide, wide, wide])).toEqual(Array(4).fill("accepted"));
    expect(large.requests.map((request) => (request as { Entries: unknown[] }).Entries.length).sort()).toEqual([1, 3]);
  });

  it("names the group of the queues behind the rules as SQS takes it, whatever a store is called", async () => {
    const aws = await scriptedAws(answers({ FailedEntryCount: 0, Entries: [{ EventId: "1" }, { EventId: "2" }, { EventId: "3" }] }));
    const shops = ["maple.example", "店舗", "x".repeat(101)];
    await createEventBridgeBus({ api: aws.api, bus: "hub" }).publish(shops.map((shop) => ({ ...entry("sale:1"), shop })));
    const details = (aws.requests[0] as { Entries: { Detail: string }[] }).Entries.map(({ Detail }) => JSON.parse(Detail));
    expect(details.map(({ shop, group }) => [shop, group])).toEqual([
      ["maple.example", "maple.example"],
      ["店舗", "8b5390fdc141ad4b477807aa501a6e03c05a7712fcf2d53b9732e4f3e218d7ab"],
      ["x".repeat(101), "c675a2e604b0cd1229c036e3ce0c87422980a245e295bbc605a507a2299752db"],
    ]);
  });

  it.each(misfortunes)("calls every entry failed after %s, and asks once", async (_what, scene) => {
    const aws = await scriptedAws(scene);
    expect(await createEventBridgeBus({ api: aws.api, bus: "hub" }).publish([entry("sale:1"), entry("sale:2")])).toEqual([
      "failed",
      "failed",
    ]);
    expect(aws.requests).toHaveLength(1);
    expect(aws.failures).toHaveLength(1);
  });

  it("calls every entry failed when nobody listens", async () => {
    const aws = await scriptedAws(hangs);
    await aws.close();
    expect(await createEventBridgeBus({ api: aws.api, bus: "hub" }).publish([entry("sale:1")])).toEqual(["failed"]);
    expect(aws.failures).toEqual(["AWSEvents.PutEvents failed: NoConnection (not-applied)"]);
  });
});

describe("the SQS queue", () => {
  const message = (body: unknown) => ({ body, group: "maple.example", delaySeconds: 0 });

  it("answers per message, in the order of the messages, also when the answer has another order", async () => {
    const aws = await scriptedAws(
      answers({ Successful: [{ Id: "2" }, { Id: "0" }], Failed: [{ Id: "1", Code: "KmsThrottled", SenderFault: false }] }),
    );
    const queue = createSqsQueue({ api: aws.api, urlPrefix: "https://queues/" });
    expect(await queue.send("postings", [message(1), message(2), message(3), message(4)])).toEqual([
      "accepted",
      "failed",
      "accepted",
      "failed",
    ]);
    expect(aws.failures).toEqual(["AmazonSQS.SendMessageBatch failed: KmsThrottled (not-applied)"]);
  });

  it("sends no character that SQS refuses, and every other one as it is", async () => {
    const aws = await scriptedAws(answers({}));
    await createSqsQueue({ api: aws.api, urlPrefix: "https://queues/" }).send("postings", [
      message("\u0001 \ud83d\ude00 \ufffe\uffff\ufffd"),
    ]);
    expect((aws.requests[0] as { Entries: { MessageBody: string }[] }).Entries[0]?.MessageBody).toBe(
      '"\\u0001 \ud83d\ude00 \\ufffe\\uffff\ufffd"',
    );
  });

  it("names a group by its hash that SQS would not take, and leaves the others as they are", async () => {
    const aws = await scriptedAws(answers({}));
    const groups = ["maple.example", "*", "店舗", "two words"];
    await createSqsQueue({ api: aws.api, urlPrefix: "https://queues/" }).send(
      "postings",
      groups.map((group) => ({ ...message(1), group })),
    );
    expect((aws.requests[0] as { Entries: { MessageGroupId: string }[] }).Entries.map(({ MessageGroupId }) => MessageGroupId)).toEqual([
      "maple.example",
      "*",
      "8b5390fdc141ad4b477807aa501a6e03c05a7712fcf2d53b9732e4f3e218d7ab",
      "a03f1d611645eb53ad16c1af546ca0792dc884505bab57ede80f4dad6b911d3a",
    ]);
  });

  it.each(misfortunes)("calls every message failed after %s, and asks once", async (_what, scene) => {
    const aws = await scriptedAws(scene);
    expect(await createSqsQueue({ api: aws.api, urlPrefix: "https://queues/" }).send("postings", [message(1), message(2)])).toEqual([
      "failed",
      "failed",
    ]);
    expect(aws.requests).toHaveLength(1);
  });
});

describe("the SQS dead letters", () => {
  const open = (aws: Awaited<ReturnType<typeof scriptedAws>>) => createSqsDeadLetters({ api: aws.api, urlPrefix: "https://queues/" });

  it("reads some of a queue, hides them from the next reading, and takes one away by its receipt", async () => {
    const aws = await scriptedAws(
      answers({
        Messages: [
          { ReceiptHandle: "r1", Body: '{"transactions":[]}', Attributes: { SentTimestamp: "1795780800000" } },
          { ReceiptHandle: "r2", Attributes: { SentTimestamp: "1795780800000" } },
        ],
      }),
      answers({}),
    );
    const letters = await open(aws).receive("posting-erp-dead-letters");
    expect(letters).toEqual([{ id: "r1", text: '{"transactions":[]}', sentAt: "2026-11-27T12:00:00.000Z" }]);
    await open(aws).remove("posting-erp-dead-letters", letters[0]!);
    expect(aws.requests).toEqual([
      {
        QueueUrl: "https://queues/posting-erp-dead-letters",
        MaxNumberOfMessages: 10,
        VisibilityTimeout: 600,
        MessageSystemAttributeNames: ["SentTimestamp"],
      },
      { QueueUrl: "https://queues/posting-erp-dead-letters", ReceiptHandle: "r1" },
    ]);
  });

  it("has none of an empty queue", async () => {
    expect(await open(await scriptedAws(answers({}))).receive("q")).toEqual([]);
  });

  it.each(misfortunes)("is unavailable after %s: what was not taken away comes again", async (_what, scene) => {
    await expect(open(await scriptedAws(scene)).receive("q")).rejects.toMatchObject({ name: "Unavailable" });
    await expect(open(await scriptedAws(scene)).remove("q", { id: "r", text: "", sentAt: "" })).rejects.toMatchObject({
      name: "Unavailable",
    });
  });
});

describe("the Step Functions workflows", () => {
  const open = async (scene: Scene, given?: { readonly timeoutMilliseconds: number; readonly synchronousTimeoutMilliseconds: number }) => {
    const patience = scene === hangs ? 150 : 10_000;
    const { timeoutMilliseconds = patience, synchronousTimeoutMilliseconds = patience } = given ?? {};
    const aws = await scriptedAwsWithin(timeoutMilliseconds, scene);
    const machineArnPrefix = "arn:aws:states:us-east-1:111122223333:stateMachine:";
    return { aws, workflows: createStepFunctionsWorkflows({ api: aws.api, machineArnPrefix, synchronousTimeoutMilliseconds }) };
  };

  it.each([
    [
      { status: "SUCCEEDED", output: '{"answers":[]}' },
      { status: "succeeded", output: { answers: [] } },
    ],
    [
      { status: "FAILED", error: "StalePolicy", cause: "release 4" },
      { status: "failed", error: "StalePolicy", cause: "release 4" },
    ],
    [{ status: "FAILED" }, { status: "failed", error: "States.Runtime", cause: "" }],
    [{ status: "TIMED_OUT" }, { status: "timed-out", error: "States.Timeout", cause: "" }],
  ])("reads %j as an answer, for the request succeeds whatever became of the machine", async (said, read) => {
    const { workflows } = await open(answers({ executionArn: "arn", ...said }));
    expect(await workflows.runSynchronously("post-transactions", {})).toEqual(read);
  });

  it.each([{ status: "SUCCEEDED" }, { status: "SUCCEEDED", output: "not JSON: hunter2" }, { status: "RUNNING" }, {}])(
    "takes %j for no answer, and repeats nothing of it",
    async (said) => {
      const { workflows } = await open(answers(said));
      const error = await workflows.runSynchronously("post-transactions", {}).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: "UnknownOutcome" });
      expect(JSON.stringify([String(error), (error as Error).cause ?? null])).not.toContain("hunter2");
    },
  );

  it("waits for a synchronous run longer than for any other answer, and not for ever", async () => {
    const slowly: Scene = (request, response, body) =>
      void setTimeout(() => answers({ status: "SUCCEEDED", output: "1" })(request, response, body), 200);
    const { workflows } = await open(slowly, { timeoutMilliseconds: 100, synchronousTimeoutMilliseconds: 10_000 });
    expect(await workflows.runSynchronously("post-transactions", {})).toEqual({ status: "succeeded", output: 1 });
    await expect(workflows.start("ingest-pos-file", "file-a", {})).rejects.toMatchObject({ name: "UnknownOutcome" });
    await expect((await open(hangs)).workflows.runSynchronously("post-transactions", {})).rejects.toMatchObject({ name: "UnknownOutcome" });
  });

  it.each(misfortunes)("names the outcome of a run and of a start after %s, and asks once", async (_what, scene, name) => {
    const { workflows, aws } = await open(scene);
    await expect(workflows.runSynchronously("post-transactions", {})).rejects.toMatchObject({ name });
    await expect(workflows.start("ingest-pos-file", "file-a", {})).rejects.toMatchObject({ name });
    expect(aws.requests).toHaveLength(2);
  });

  it("is told that a name was used before, which is no failure", async () => {
    const { workflows, aws } = await open(fault(400, "ExecutionAlreadyExists"));
    expect(await workflows.start("ingest-pos-file", "file-a", {})).toBe("already-started");
    expect(aws.failures).toEqual([]);
  });

  it("gives a name that Step Functions would not take the same other name each time", async () => {
    const { workflows, aws } = await open(answers({ executionArn: "arn" }));
    for (const name of ["file-a_1", "0f3c-2026-03-02T10:00:00.000Z", "0f3c-2026-03-02T10:00:00.000Z", "x".repeat(81)])
      await workflows.start("ingest-pos-file", name, {});
    const names = aws.requests.map((request) => (request as { name: string }).name);
    expect(names).toEqual([
      "file-a_1",
      "0f3c-2026-03-02T10-00-00-000Z-c8ecaec6a7289280b2307148b43f4555",
      "0f3c-2026-03-02T10-00-00-000Z-c8ecaec6a7289280b2307148b43f4555",
      `${"x".repeat(47)}-4d1f7bb876c6aae013f06a7430b8c654`,
    ]);
  });

  it("refuses an input that no state could hold", async () => {
    const { workflows, aws } = await open(hangs);
    const input = "x".repeat(262_143);
    await expect(workflows.runSynchronously("post-transactions", input)).rejects.toThrow(
      "has 262145 bytes, the limit is 262144: pass pointers",
    );
    await expect(workflows.start("ingest-pos-file", "file-a", input)).rejects.toMatchObject({ name: "Invalid" });
    expect(aws.requests).toEqual([]);
  });
});

describe("the Step Functions callbacks", () => {
  const callbackKinds: readonly ((callbacks: ReturnType<typeof createStepFunctionsCallbacks>) => Promise<unknown>)[] = [
    (callbacks) => callbacks.completeTask("token", { granted: true }),
    (callbacks) => callbacks.failTask("token", "Refused", "by the controller"),
    (callbacks) => callbacks.heartbeatTask("token"),
  ];

  it.each([
    ["nothing", answers({}), "accepted"],
    ["TaskTimedOut", fault(400, "TaskTimedOut"), "too-late"],
    ["TaskDoesNotExist", fault(400, "TaskDoesNotExist"), "unknown-token"],
    ["InvalidToken", fault(400, "InvalidToken"), "unknown-token"],
  ] as const)("read %s as what became of the task", async (_what, scene, answer) => {
    const aws = await scriptedAws(scene);
    const callbacks = createStepFunctionsCallbacks({ api: aws.api });
    for (const send of callbackKinds) expect(await send(callbacks)).toBe(answer);
    expect(aws.failures).toEqual([]);
  });

  it.each(misfortunes)("name the outcome after %s, and ask once", async (_what, scene, name) => {
    const aws = await scriptedAws(scene);
    const callbacks = createStepFunctionsCallbacks({ api: aws.api });
    for (const send of callbackKinds) await expect(send(callbacks)).rejects.toMatchObject({ name });
    expect(aws.requests).toHaveLength(3);
  });

  it("refuse an output, an error or a cause that is too long for any task", async () => {
    const aws = await scriptedAws(hangs);
    const callbacks = createStepFunctionsCallbacks({ api: aws.api });
    await expect(callbacks.completeTask("token", "x".repeat(262_143))).rejects.toThrow("the output of a task has more than 262144 bytes");
    await expect(callbacks.failTask("token", "x".repeat(257), "")).rejects.toThrow("an error of at most 256");
    await expect(callbacks.failTask("token", "Refused", "x".repeat(32_769))).rejects.toThrow("a cause of at most 32768 characters");
    expect(aws.requests).toEqual([]);
  });
});

describe("the S3 document store", () => {
  const hello = new TextEncoder().encode("hello");
  const helloAddress = "sha256/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  const open = async (...scenes: readonly Scene[]) => {
    const aws = await scriptedAws(...scenes);
    return {
      aws,
      store: createS3DocumentStore({
        api: aws.api,
        documentsBucket: "documents",
        dropsBucket: "drops",
        timeoutMilliseconds: scenes.includes(hangs) ? 150 : 10_000,
      }),
    };
  };
  const s3Misfortunes: typeof misfortunes = [
    ["throttling", s3Fault(503, "SlowDown"), "Unavailable"],
    ["missing rights", s3Fault(403, "AccessDenied"), "Unavailable"],
    ["a missing bucket", s3Fault(404, "NoSuchBucket"), "Unavailable"],
    ["another writer at the same time", s3Fault(409, "ConditionalRequestConflict"), "Unavailable"],
    ["an internal error", s3Fault(500, "InternalError"), "UnknownOutcome"],
    ["an answer without a reason", s3Answers(503, ""), "UnknownOutcome"],
    ["no answer in time", hangs, "UnknownOutcome"],
    ["a connection lost after the request", cutsOff, "UnknownOutcome"],
  ];

  it.each(s3Misfortunes)("names the outcome of a put after %s, and asks once", async (_what, scene, name) => {
    const { store, aws } = await open(scene);
    await expect(store.put("drops/pos/day.xml", hello)).rejects.toMatchObject({ name });
    expect(aws.requests).toHaveLength(1);
  });

  it.each([...s3Misfortunes, ["an answer cut off half-way", cutsOffHalfWay, "Unavailable"]] as typeof misfortunes)(
    "calls a read that failed by %s unavailable, never a document that is not there",
    async (_what, scene) => {
      const { store } = await open(scene);
      await expect(store.get(helloAddress)).rejects.toMatchObject({ name: "Unavailable" });
      await expect(store.readRange(helloAddress, 0, 2)).rejects.toMatchObject({ name: "Unavailable" });
    },
  );

  it("finds the content of an address stored already, and that is as good", async () => {
    const { store, aws } = await open(s3Fault(412, "PreconditionFailed"));
    await store.put(helloAddress, hello);
    expect(aws.failures).toEqual([]);
  });

  it("knows a document that is not there from everything else", async () => {
    const { store, aws } = await open(s3Fault(404, "NoSuchKey"), s3Fault(404, "NoSuchKey"), s3Answers(404, ""));
    expect(await store.get(helloAddress)).toBeUndefined();
    expect(await store.readRange(helloAddress, 0, 2)).toBeUndefined();
    expect(await store.size(helloAddress)).toBeUndefined();
    expect(aws.failures).toEqual([]);
  });

  it("asks for the version that an address names, knows one that is gone, and writes none", async () => {
    const asked: (string | undefined)[] = [];
    const noting =
      (scene: Scene): Scene =>
      (request, ...rest) => {
        asked.push(request.url);
        scene(request, ...rest);
      };
    const { store, aws } = await open(noting(s3Answers(200, "hello")), noting(s3Fault(404, "NoSuchVersion")));
    const address = "drops@a%2Fb.1/pos/day.xml";
    expect(text(await store.get(address))).toBe("hello");
    expect(await store.get(address)).toBeUndefined();
    expect(asked).toEqual(["/drops/pos/day.xml?versionId=a%2Fb.1", "/drops/pos/day.xml?versionId=a%2Fb.1"]);
    await expect(store.put(address, hello)).rejects.toMatchObject({ name: "Invalid" });
    await expect(store.get("drops@%E0%A4%A/pos/day.xml")).rejects.toMatchObject({ name: "Invalid" });
    expect(aws.requests).toHaveLength(2);
  });

  it("does not take an answer without a length for a size", async () => {
    const { store } = await open((_request, response) => {
      response.writeHead(200, { "transfer-encoding": "chunked" });
      response.end();
    });
    await expect(store.size(helloAddress)).rejects.toMatchObject({ name: "Unavailable" });
  });

  it("cuts the range itself out of an answer that is the whole document", async () => {
    const { store } = await open(s3Answers(200, "hello"));
    expect(text(await store.readRange(helloAddress, 1, 3))).toBe("el");
    expect(text(await store.readRange(helloAddress, 3, 100))).toBe("lo");
  });

  it("refuses drops where no bucket for them was given, and asks for nothing", async () => {
    const aws = await scriptedAws(hangs);
    const store = createS3DocumentStore({ api: aws.api, documentsBucket: "documents" });
    await expect(store.get("drops/pos/day.xml")).rejects.toThrow("no bucket for drops was given here");
    expect(aws.requests).toEqual([]);
  });

  it("refuses a name that is longer in UTF-8 than S3 takes", async () => {
    const { store, aws } = await open(hangs);
    const address = `drops/${Array(5).fill("é".repeat(190)).join("/")}`;
    await expect(store.put(address, hello)).rejects.toThrow("has more than 1024 bytes");
    expect(aws.requests).toEqual([]);
  });
});

describe("the S3 document removal", () => {
  const address = "sha256/2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
  const listing = (...versions: readonly [what: string, key: string, id: string][]): Scene => {
    const listed = versions.map(([what, key, id]) => `<${what}><Key>${key}</Key><VersionId>${id}</VersionId></${what}>`).join("");
    return (_, response) => void response.end(`<ListVersionsResult>${listed}</ListVersionsResult>`);
  };
  const open = (aws: Awaited<ReturnType<typeof scriptedAws>>) => createS3DocumentRemoval({ api: aws.api, bucket: "documents" });

  it("deletes each version by its name, marks too, until none is listed; one of a longer key is left alone", async () => {
    const urls: string[] = [];
    const seen =
      (scene: Scene): Scene =>
      (request, response, body) => {
        urls.push(`${request.method} ${request.url}`);
        scene(request, response, body);
      };
    const gone: Scene = (_, response) => void response.writeHead(204).end();
    const aws = await scriptedAws(
      seen(listing(["Version", address, "v2"], ["DeleteMarker", address, "m1"], ["Version", `${address}0`, "v9"])),
      ...[seen(gone), seen(gone), seen(listing(["Version", `${address}0`, "v9"]))],
    );
    await open(aws).remove(address);
    expect(urls).toEqual([
      `GET /documents/?prefix=${encodeURIComponent(address)}&versions=`,
      `DELETE /documents/${address}?versionId=v2`,
      `DELETE /documents/${address}?versionId=m1`,
      `GET /documents/?prefix=${encodeURIComponent(address)}&versions=`,
    ]);
  });

  it("removes nothing but content", async () => {
    await expect(open(await scriptedAws(answers({}))).remove("drops/pos/day.xml")).rejects.toThrow("is no content address");
  });

  it.each(misfortunes)("is unavailable after %s: it is removed again", async (_what, scene) => {
    await expect(open(await scriptedAws(scene)).remove(address)).rejects.toMatchObject({ name: "Unavailable" });
  });
});

describe("the SSM secrets", () => {
  const shop = (domain: string, value: string) => ({ Name: `/throughline/shops/${domain}/webhook-secrets`, Value: value });
  const open = async (...scenes: readonly Scene[]) => {
    const aws = await scriptedAws(...scenes);
    return { aws, secrets: createSsmSecrets({ api: aws.api, clock: aws.clock, prefix: "/throughline" }) };
  };

  it("reads all shops at once and keeps them for five minutes", async () => {
    const { aws, secrets } = await open(
      answers({ Parameters: [shop("maple.myshopify.com", "a")], NextToken: "more" }),
      answers({ Parameters: [shop("birch.myshopify.com", '["b","c"]')] }),
      answers({ Parameters: [shop("maple.myshopify.com", "d")] }),
    );
    expect(await secrets.webhookSecrets("maple.myshopify.com")).toEqual(["a"]);
    expect(await secrets.webhookSecrets("birch.myshopify.com")).toEqual(["b", "c"]);
    aws.clock.advance(299);
    expect(await secrets.webhookSecrets("maple.myshopify.com")).toEqual(["a"]);
    expect(aws.requests).toHaveLength(2);
    expect(aws.requests[1]).toMatchObject({ NextToken: "more" });
    aws.clock.advance(1);
    expect(await secrets.webhookSecrets("maple.myshopify.com")).toEqual(["d"]);
  });

  it("looks for a shop that it does not know at most every thirty seconds, however many are invented", async () => {
    const { aws, secrets } = await open(answers({ Parameters: [] }), answers({ Parameters: [shop("oak.myshopify.com", "a")] }));
    for (let invented = 0; invented < 100; invented++) expect(await secrets.webhookSecrets(`shop-${invented}.myshopify.com`)).toEqual([]);
    expect(aws.requests).toHaveLength(1);
    aws.clock.advance(30);
    expect(await secrets.webhookSecrets("oak.myshopify.com")).toEqual(["a"]);
    expect(aws.requests).toHaveLength(2);
  });

  it("ends a list of shops that has no end", async () => {
    const { aws, secrets } = await open(answers({ Parameters: [], NextToken: "more" }));
    await expect(secrets.webhookSecrets("maple.myshopify.com")).rejects.toThrow("below /throughline/shops lie more than 500 parameters");
    expect(aws.requests).toHaveLength(50);
  });

  it("asks for nothing when the name is no shop's", async () => {
    const { aws, secrets } = await open(answers({ Parameters: [] }));
    for (const name of ["maple.example", "maple.myshopify.com.evil.example", "MAPLE.myshopify.com", "-.myshopify.com", "a/b.myshopify.com"])
      expect(await secrets.webhookSecrets(name)).toEqual([]);
    expect(aws.requests).toEqual([]);
  });

  it("goes on with what is in hand for an hour while SSM does not answer, asking every ten seconds", async () => {
    const { aws, secrets } = await open(answers({ Parameters: [shop("maple.myshopify.com", "a")] }), fault(400, "ThrottlingException"));
    await secrets.webhookSecrets("maple.myshopify.com");
    aws.clock.advance(300);
    for (let call = 0; call < 5; call++) expect(await secrets.webhookSecrets("maple.myshopify.com")).toEqual(["a"]);
    expect(aws.requests).toHaveLength(2);
    aws.clock.advance(10);
    expect(await secrets.webhookSecrets("maple.myshopify.com")).toEqual(["a"]);
    expect(aws.requests).toHaveLength(3);
    aws.clock.advance(3_290);
    await expect(secrets.webhookSecrets("maple.myshopify.com")).rejects.toMatchObject({ name: "Unavailable" });
  });

  it.each(misfortunes)("is unavailable after %s when it has nothing in hand", async (_what, scene) => {
    const { secrets } = await open(scene);
    await expect(secrets.webhookSecrets("maple.myshopify.com")).rejects.toMatchObject({ name: "Unavailable" });
    await expect(secrets.connectionCredentials("erp-us")).rejects.toMatchObject({ name: "Unavailable" });
  });

  it.each(["", "[]", '["hunter2",7]', '["hunter2"', "hunter2\nhunter3\nhunter4"])(
    "stops one shop whose parameter is no list of one or two secrets, tells its name and repeats nothing of it: %j",
    async (value) => {
      const { aws, secrets } = await open(answers({ Parameters: [shop("maple.myshopify.com", value), shop("birch.myshopify.com", "b")] }));
      const error = await secrets.webhookSecrets("maple.myshopify.com").catch((caught: unknown) => caught);
      expect(await secrets.webhookSecrets("birch.myshopify.com")).toEqual(["b"]);
      expect(error).toMatchObject({
        name: "Unavailable",
        message: expect.stringContaining("maple.myshopify.com/webhook-secrets holds no list"),
      });
      expect(JSON.stringify([String(error), (error as Error).cause ?? null, aws.failures])).not.toContain("hunter");
      expect(aws.failures).toHaveLength(1);
    },
  );

  it("repeats nothing of credentials or an answer that cannot be read", async () => {
    for (const scene of [answers({ Parameter: { Value: "hunter2" } }), s3Answers(200, '{"Parameter":{"Value":"hunter2"')]) {
      const { aws, secrets } = await open(scene);
      const error = await secrets.connectionCredentials("erp-us").catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(Error);
      const everything = (one: unknown): string => (one instanceof Error ? `${one.message} ${everything(one.cause)}` : "");
      expect(`${everything(error)} ${aws.failures}`).not.toContain("hunter2");
    }
  });

  it("refuses a connection's name that reaches elsewhere", async () => {
    const { aws, secrets } = await open(hangs);
    await expect(secrets.connectionCredentials("../shops/maple.myshopify.com")).rejects.toMatchObject({ name: "Invalid" });
    expect(aws.requests).toEqual([]);
  });
});
