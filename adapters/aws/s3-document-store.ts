import { createHash } from "node:crypto";
import { Invalid, Unavailable } from "#domain/failures";
import { assertDocumentAddress, hashInAddress } from "#domain/lineage";
import type { DocumentStore } from "#ports/document-store";
import type { HttpResponse } from "#ports/http";
import type { AwsApi, RestRequest } from "./aws-api.ts";
import { failureOf } from "./aws-failure.ts";

/** `drops/<folder>/<name>`, or `drops@<version>/<folder>/<name>` for one version of it, encoded as in a URL. */
const dropAddress = /^drops(?:@(?<version>[^/]+))?\/(?<key>.+)$/s;
/** A document of some megabytes takes longer than a request that only asks. */
const defaultTimeoutMilliseconds = 15_000;
const keyBytesMax = 1_024;

/**
 * ports/document-store over two buckets: `drops/<folder>/<name>` is `<folder>/<name>` in the bucket that senders write to, as it is now, and
 * `drops@<version>/<folder>/<name>` the version of it that the bucket gave this name, whatever was written over it since. Every other
 * address is its own key in the documents' bucket. Without a `dropsBucket` drops are no addresses. Encryption is the buckets' own default.
 * Reading needs s3:ListBucket beside s3:GetObject (of drops s3:GetObjectVersion too): without it S3 answers "access denied" for a document
 * that is not there, and the read is Unavailable.
 */
export function createS3DocumentStore(options: {
  readonly api: AwsApi;
  readonly documentsBucket: string;
  readonly dropsBucket?: string;
  readonly timeoutMilliseconds?: number;
}): DocumentStore {
  const { api, documentsBucket, dropsBucket, timeoutMilliseconds = defaultTimeoutMilliseconds } = options;

  return {
    async put(address, bytes) {
      const place = placeOf(address);
      if (place.query !== undefined)
        throw new Invalid(`"${address.slice(0, 200)}" is a version that the bucket made: it cannot be written`);
      const hash = hashInAddress(address);
      if (hash !== undefined && createHash("sha256").update(bytes).digest("hex") !== hash) {
        throw new Invalid(`the bytes for ${address} have another SHA-256: a content address names its own content`);
      }
      // Content under its own address never changes: what is there already stays, and no second version of it is kept.
      const headers: Record<string, string> = hash === undefined ? {} : { "if-none-match": "*" };
      try {
        await api.send({ ...place, operation: "S3.PutObject", method: "PUT", headers, body: bytes }, [412]);
      } catch (error) {
        throw failureOf(`the storing of ${address}`, error, "store it again");
      }
    },

    async get(address) {
      const answer = await read(address, { operation: "S3.GetObject", method: "GET", answerAs: "bytes" }, []);
      return answer?.bytes;
    },

    async readRange(address, start, end) {
      if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || end < start) {
        throw new RangeError(`bytes ${start} to ${end} are no range of a document`);
      }
      // No Range header says "nothing".
      if (start === end) return (await size(address)) === undefined ? undefined : new Uint8Array();
      const headers = { range: `bytes=${start}-${end - 1}` };
      const answer = await read(address, { operation: "S3.GetObject", method: "GET", answerAs: "bytes", headers }, [416]);
      // 416: the document ends before the range begins. 200: whoever answered reads no ranges and sent all of it.
      if (answer?.status === 416) return new Uint8Array();
      return answer?.status === 200 ? answer.bytes?.slice(start, end) : answer?.bytes;
    },

    size,
  };

  async function size(address: string): Promise<number | undefined> {
    const answer = await read(address, { operation: "S3.HeadObject", method: "HEAD" }, []);
    if (answer === undefined) return undefined;
    const bytes = Number(answer.headers["content-length"]);
    if (!Number.isSafeInteger(bytes)) throw new Unavailable(`the size of ${address} was not answered: ask again`);
    return bytes;
  }

  /** Undefined when there is nothing at this address. Nothing changes by a read, so whatever failed is Unavailable. */
  async function read(
    address: string,
    request: Pick<RestRequest, "operation" | "method" | "headers" | "answerAs">,
    expected: readonly number[],
  ): Promise<HttpResponse | undefined> {
    const place = placeOf(address);
    let answer: HttpResponse;
    try {
      answer = await api.send({ ...place, ...request }, [404, ...expected]);
    } catch (cause) {
      throw unread(address, cause);
    }
    if (answer.status !== 404) return answer;
    // A HEAD has no body that tells a missing bucket from a missing document; every GET does.
    if (request.method === "HEAD" || /<Code>NoSuch(?:Key|Version)<\/Code>/.test(new TextDecoder().decode(answer.bytes))) return undefined;
    throw unread(address, "the bucket is missing");
  }

  function placeOf(address: string): Pick<RestRequest, "service" | "bucket" | "path" | "query" | "timeoutMilliseconds"> {
    assertDocumentAddress(address);
    const drop = dropAddress.exec(address)?.groups;
    const bucket = drop === undefined ? documentsBucket : dropsBucket;
    if (bucket === undefined) throw new Invalid(`"${address.slice(0, 200)}" is a drop, and no bucket for drops was given here`);
    const key = drop?.key ?? address;
    if (Buffer.byteLength(key) > keyBytesMax) {
      throw new Invalid(`"${address.slice(0, 200)}" has more than ${keyBytesMax} bytes: use a shorter name`);
    }
    const query = drop?.version === undefined ? {} : { query: { versionId: decoded(drop.version, address) } };
    return { service: "s3", bucket, path: `/${key.split("/").map(encoded).join("/")}`, ...query, timeoutMilliseconds };
  }
}

function decoded(version: string, address: string): string {
  try {
    return decodeURIComponent(version);
  } catch {
    throw new Invalid(`"${address.slice(0, 200)}" names no version of a drop: it is to be encoded as in a URL`);
  }
}

function unread(address: string, cause: unknown): Unavailable {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new Unavailable(`${address} could not be read (${why}): read it again`, { cause });
}

/** S3 signs over the path with everything encoded but RFC 3986's unreserved characters, of which encodeURIComponent leaves five too many. */
function encoded(segment: string): string {
  return encodeURIComponent(segment).replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}
