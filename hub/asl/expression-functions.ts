import { createHash } from "node:crypto";
import jsonata from "jsonata";

/** What expressions may ask of the world, all of it injected. */
export interface ExpressionHost {
  /** ISO 8601 in UTC with milliseconds. */
  now(): string;
  /** 0 ≤ number < 1. */
  random(): number;
}

/** The name under which bindings carry the ExpressionHost: no expression can spell it. */
export const HOST_BINDING = "\u0000host";

/** What jsonata passes as `this` to a registered function. */
interface Focus {
  readonly environment: {
    lookup(name: string): unknown;
    readonly base: { [NOW]?: Date };
  };
}

const NOW = Symbol("now");
/** AWS was seen to give so many items, and to refuse one more. */
const RANGE_ITEMS_MAX = 360_145;
const HASH_ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/** How jsonata holds the functions that it provides. */
interface NativeFunction {
  readonly implementation: (...args: unknown[]) => unknown;
}

function host(focus: Focus): ExpressionHost {
  return focus.environment.lookup(HOST_BINDING) as ExpressionHost;
}

/** JSONata: all calls of $now() within one evaluation give the same instant. */
function now(focus: Focus): Date {
  return (focus.environment.base[NOW] ??= new Date(host(focus).now()));
}

/** A number from a text by 32-bit FNV-1a and one round of mulberry32: equal seeds give equal numbers, not those of AWS. */
function seededRandom(seed: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < seed.length; index++) hash = Math.imul(hash ^ seed.charCodeAt(index), 0x01000193);
  let mixed = (hash + 0x6d2b79f5) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
}

/** A version 4 UUID from a source of random numbers. */
function uuid(random: () => number): string {
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (digit) => {
    const drawn = Math.floor(random() * 16);
    return (digit === "x" ? drawn : (drawn & 3) | 8).toString(16);
  });
}

function partition(items: readonly unknown[] | undefined, size: number | undefined): unknown[][] | undefined {
  if (items === undefined || size === undefined) return undefined;
  const length = Math.trunc(size);
  if (length < 1) throw new RangeError("$partition: the size of a part must be at least 1");
  const parts: unknown[][] = [];
  for (let start = 0; start < items.length; start += length) parts.push(items.slice(start, start + length));
  return parts;
}

/** From start to end inclusive; fractions are cut off, and a step that leads nowhere gives nothing, as AWS does. */
function range(start: number | undefined, end: number | undefined, step: number | undefined): number[] | undefined {
  if (start === undefined || end === undefined || step === undefined) return undefined;
  const first = Math.trunc(start);
  const last = Math.trunc(end);
  const by = Math.trunc(step);
  if (by === 0 || (by > 0 ? first > last : first < last)) return undefined;
  const count = Math.floor((last - first) / by) + 1;
  if (count > RANGE_ITEMS_MAX)
    throw new RangeError(`Expression evaluation memory limit exceeded: $range with ${count} items, more than ${RANGE_ITEMS_MAX}`);
  const numbers = Array.from({ length: count }, (_, index) => first + index * by);
  return Object.assign(numbers, { sequence: true });
}

function hash(data: unknown, algorithm: string | undefined): string | undefined {
  if (data === undefined || algorithm === undefined) return undefined;
  const name = Object.hasOwn(HASH_ALGORITHMS, algorithm) ? HASH_ALGORITHMS[algorithm] : undefined;
  if (name === undefined) {
    throw new RangeError(`$hash: unknown algorithm. Use one of ${Object.keys(HASH_ALGORITHMS).join(", ")}`);
  }
  return createHash(name)
    .update(typeof data === "string" ? data : JSON.stringify(data), "utf8")
    .digest("hex");
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new SyntaxError("$parse: the text is not JSON");
  }
}

/** Adds the functions that Step Functions adds to JSONata, and puts the injected clock and randomness in place of the real ones. */
export function addFunctions(expression: jsonata.Expression): void {
  expression.registerFunction("partition", partition, "<an:a<a>>");
  expression.registerFunction("range", range, "<nnn:a<n>>");
  expression.registerFunction("hash", hash, "<xs:s>");
  expression.registerFunction("parse", parse, "<s:x>");
  expression.registerFunction(
    "uuid",
    function (this: unknown) {
      return uuid(host(this as Focus).random);
    },
    "<:s>",
  );
  expression.registerFunction(
    "random",
    function (this: unknown, seed: unknown) {
      return seed === undefined ? host(this as Focus).random() : seededRandom(JSON.stringify(seed));
    },
    "<x?:n>",
  );
  expression.registerFunction(
    "now",
    function (this: unknown, picture: unknown, timezone: unknown) {
      const format = (this as Focus).environment.lookup("fromMillis") as NativeFunction;
      return format.implementation.apply(this, [now(this as Focus).getTime(), picture, timezone]);
    },
    "<s?s?:s>",
  );
  expression.registerFunction(
    "millis",
    function (this: unknown) {
      return now(this as Focus).getTime();
    },
    "<:n>",
  );
  addInjectedToMillis(expression);
}

/** $toMillis with a picture fills missing parts of a date from the present: from the injected one. */
function addInjectedToMillis(expression: jsonata.Expression): void {
  expression.registerFunction(
    "toMillis",
    async function (this: unknown, timestamp: unknown, picture: unknown) {
      const standard: NativeFunction = await jsonata("$toMillis").evaluate(undefined);
      return standard.implementation.apply({ environment: { timestamp: now(this as Focus) } }, [timestamp, picture]);
    },
    "<s-s?:n>",
  );
}
