import { createHash, createHmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSigner, queryText, type RequestToSign } from "../../adapters/aws/sign-request.ts";

const signer = createSigner("us-east-1");
const user = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY" };
const s3User = { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY" };
const plain: RequestToSign = { method: "GET", host: "", path: "/", query: {}, headers: {}, body: "", service: "" };

const onS3 = (request: Partial<RequestToSign>) =>
  signer.sign({ ...plain, service: "s3", host: "examplebucket.s3.amazonaws.com", ...request }, s3User, "2013-05-24T00:00:00.000Z");

/** Signature version 4 of a canonical request, line by line, in us-east-1. */
function signatureOf(canonical: readonly string[], day: string, service: string, secret: string): string {
  const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest();
  const hash = createHash("sha256").update(canonical.join("\n")).digest("hex");
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, day), "us-east-1"), service), "aws4_request");
  return hmac(key, ["AWS4-HMAC-SHA256", `${day}T000000Z`, `${day}/us-east-1/${service}/aws4_request`, hash].join("\n")).toString("hex");
}

describe("AWS's worked examples of signature version 4", () => {
  it("that of the guide", () => {
    const headers = { "content-type": "application/x-www-form-urlencoded; charset=utf-8" };
    const query = { Action: "ListUsers", Version: "2010-05-08" };
    expect(signer.sign({ ...plain, host: "iam.amazonaws.com", query, headers, service: "iam" }, user, "2015-08-30T12:36:00.000Z")).toEqual({
      ...headers,
      host: "iam.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    });
  });

  it("S3's of reading a range", () => {
    expect(onS3({ path: "/test.txt", headers: { Range: "bytes=0-9" } })).toEqual({
      host: "examplebucket.s3.amazonaws.com",
      range: "bytes=0-9",
      "x-amz-date": "20130524T000000Z",
      "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    });
  });

  it("S3's of a query", () => {
    expect(onS3({ query: { prefix: "J", "max-keys": "2" } }).authorization).toContain(
      "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    );
  });
});

describe("what is signed is what is sent", () => {
  it("a key of S3, encoded once, with the payload's hash", () => {
    const path = "/drops/pos/store%20101%2B/%E6%9D%B1%E4%BA%AC%24.xml";
    const canonical = [
      "PUT",
      "/drops/pos/store%20101%2B/%E6%9D%B1%E4%BA%AC%24.xml",
      "",
      "host:examplebucket.s3.amazonaws.com",
      "x-amz-content-sha256:44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      "x-amz-date:20130524T000000Z",
      "",
      "host;x-amz-content-sha256;x-amz-date",
      "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
    ];
    expect(onS3({ method: "PUT", path, body: "Welcome to Amazon S3." }).authorization).toContain(
      `Signature=${signatureOf(canonical, "20130524", "s3", s3User.secretAccessKey)}`,
    );
  });

  it("a query with spaces, signs and letters of every script", () => {
    const query = { prefix: "store 101+/東京", "list-type": "2", delimiter: "*'()!~" };
    expect(queryText(query)).toBe("delimiter=%2A%27%28%29%21~&list-type=2&prefix=store%20101%2B%2F%E6%9D%B1%E4%BA%AC");
    const canonical = [
      "GET",
      "/",
      "delimiter=%2A%27%28%29%21~&list-type=2&prefix=store%20101%2B%2F%E6%9D%B1%E4%BA%AC",
      "host:examplebucket.s3.amazonaws.com",
      "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      "x-amz-date:20130524T000000Z",
      "",
      "host;x-amz-content-sha256;x-amz-date",
      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    ];
    expect(onS3({ query }).authorization).toContain(`Signature=${signatureOf(canonical, "20130524", "s3", s3User.secretAccessKey)}`);
  });

  it("another day, another secret and another service have another key", () => {
    const at = (now: string, secretAccessKey: string, service: string) =>
      /Signature=(\w+)/.exec(signer.sign({ ...plain, host: "a", service }, { ...user, secretAccessKey }, now).authorization ?? "")?.[1];
    const canonical = (date: string, hash: string) => ["GET", "/", "", "host:a", `x-amz-date:${date}`, "", "host;x-amz-date", hash];
    const empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    for (const secret of ["one", "two"])
      for (const day of ["20261127", "20261128"])
        for (const service of ["sqs", "events"])
          expect(at(`${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}T00:00:00.000Z`, secret, service)).toBe(
            signatureOf(canonical(`${day}T000000Z`, empty), day, service, secret),
          );
  });
});

/** SHA-256 and its HMAC as the SDK's signer asks for it. */
class Sha256 {
  readonly #hash;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash("sha256") : createHmac("sha256", secret as string | Uint8Array);
  }

  update(chunk: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(chunk as string | Uint8Array);
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  reset(): void {}
}

/** The SDK's own signer, in the shape that it wants. */
async function bySdk(
  request: RequestToSign,
  credentials: typeof user & { sessionToken?: string },
  now: string,
): Promise<Record<string, string>> {
  const isS3 = request.service === "s3";
  const sdk = new SignatureV4({
    service: request.service,
    region: "us-east-1",
    credentials,
    sha256: Sha256,
    applyChecksum: isS3,
    uriEscapePath: !isS3,
  });
  const { method, path, query, body, host } = request;
  const signed = await sdk.sign(
    { method, protocol: "https:", hostname: host, path, query: { ...query }, body, headers: { ...request.headers, host } },
    { signingDate: new Date(now) },
  );
  return signed.headers;
}

it("any request has the signature that the SDK makes", async () => {
  const name = fc.stringMatching(/^x-amz-[a-z]{1,10}$/);
  const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
  const segment = fc.string({ unit: "binary", maxLength: 12 }).map(encodeUnpaired);
  const request = fc.record<RequestToSign>({
    method: fc.constantFrom("GET", "PUT", "POST", "DELETE"),
    host: fc.constantFrom("sqs.us-east-1.amazonaws.com", "127.0.0.1"),
    path: fc
      .array(segment.map(encodeURIComponent), { minLength: 1, maxLength: 3 })
      .filter((parts) => parts.every((part) => !/^\.*$/.test(part)))
      .map((parts) => `/${parts.join("/")}`),
    query: fc.dictionary(
      // The SDK leaves "__proto__" out of what it signs, and would sign another request than it sends.
      segment.filter((text) => text !== "" && text !== "__proto__" && text.toLowerCase() !== "x-amz-signature"),
      segment,
      { maxKeys: 3, noNullPrototype: true },
    ),
    headers: fc.dictionary(name, value, { maxKeys: 3, noNullPrototype: true }),
    body: fc.oneof(fc.string(), fc.uint8Array({ maxLength: 40 })),
    service: fc.constantFrom("s3", "sqs", "dynamodb", "states"),
  });
  const token = fc.option(fc.stringMatching(/^[A-Za-z0-9/+=]{10,40}$/), { nil: undefined });
  await fc.assert(
    fc.asyncProperty(request, token, async (given, sessionToken) => {
      const credentials = { ...user, ...(sessionToken === undefined ? {} : { sessionToken }) };
      expect(signer.sign(given, credentials, "2026-11-27T10:00:00.000Z")).toEqual(
        await bySdk(given, credentials, "2026-11-27T10:00:00.000Z"),
      );
    }),
    { numRuns: 100 },
  );
});

/** Half of a surrogate pair is no text, and cannot be encoded. */
function encodeUnpaired(text: string): string {
  return text.toWellFormed();
}
