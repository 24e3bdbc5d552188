const messageCharactersMax = 1_000;
const framesMax = 12;
const causesMax = 3;

export interface LoggedError {
  readonly name: string;
  readonly message: string;
  /** Frames only: the head of a stack repeats the message. */
  readonly stack: readonly string[];
  readonly causes: readonly string[];
}

/** What the log may hold of an error: what the program says itself, never what it was reading. */
export function loggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { name: typeof error, message: "something that is no Error was thrown", stack: [], causes: [] };
  return { name: error.name, message: messageOf(error), stack: framesOf(error), causes: causesOf(error) };
}

/** The error as the platform may log and hand on: of another one, that quotes what it read, only the name and the frames are kept. */
export function withoutQuotes(error: unknown): Error {
  if (error instanceof Error && !quotes(error)) return error;
  const { name, message, stack } = loggedError(error);
  const plain = new Error(message);
  plain.name = name;
  plain.stack = [`${name}: ${message}`, ...stack].join("\n");
  return plain;
}

/**
 * One line of JSON. Written to the stream itself: console adds its own head on Lambda, and then neither a query nor the metrics in a line
 * can be read.
 */
export function writeLogLine(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** The parser's messages show the text that they stumbled over, which may be a customer's. */
function quotes(error: Error): boolean {
  return error instanceof SyntaxError || error.name === "SyntaxError";
}

function messageOf(error: Error): string {
  return quotes(error) ? "what was read is no JSON; its text is not shown" : error.message.slice(0, messageCharactersMax);
}

function framesOf(error: Error): string[] {
  return (error.stack ?? "")
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .slice(0, framesMax)
    .map((line) => line.trim());
}

function causesOf(error: Error): string[] {
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < causesMax; cause = cause.cause)
    causes.push(`${cause.name}: ${messageOf(cause)}`);
  return causes;
}
