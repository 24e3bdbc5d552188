/** A file that is no CSV from some line on. `line` counts from 1. */
export class NotCsv extends Error {
  override readonly name = "NotCsv";
  readonly code: "quote" | "truncated" | "too-large";
  readonly line: number;
  /** Counts characters of the record from 1; absent: its beginning. */
  readonly column: number | undefined;

  constructor(code: NotCsv["code"], line: number, message: string, column?: number) {
    super(message);
    this.code = code;
    this.line = line;
    this.column = column;
  }
}

const fieldsPerRecordMax = 400;

/** The fields of one record (RFC 4180), which begins on `line`. `delimiter` is one character. Throws NotCsv. */
export function fieldsOf(text: string, delimiter: string, line: number): string[] {
  const fields = text.includes('"') ? quotedFields(text, delimiter, line) : text.split(delimiter);
  if (fields.length > fieldsPerRecordMax) throw new NotCsv("too-large", line, `the record has more than ${fieldsPerRecordMax} fields`);
  return fields;
}

/** Line ends inside a record: CRLF counts once. */
export function lineEnds(text: string): number {
  return text.match(/\r\n|\r|\n/g)?.length ?? 0;
}

function quotedFields(text: string, delimiter: string, line: number): string[] {
  const fields: string[] = [];
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      const { value, next } = quotedField(text, at, delimiter, line);
      fields.push(value);
      at = next;
    } else {
      const to = text.indexOf(delimiter, at);
      const value = to === -1 ? text.slice(at) : text.slice(at, to);
      if (value.includes('"'))
        throw new NotCsv("quote", line, `field ${fields.length + 1} has a quotation mark inside and none around it`, at + 1);
      fields.push(value);
      at = to === -1 ? text.length : to;
    }
    if (at >= text.length) return fields;
    at++;
  }
}

function quotedField(text: string, open: number, delimiter: string, line: number): { value: string; next: number } {
  let value = "";
  let from = open + 1;
  for (;;) {
    const close = text.indexOf('"', from);
    if (close === -1) throw new NotCsv("quote", line, "a quoted field has no end", open + 1);
    value += text.slice(from, close);
    if (text[close + 1] === '"') {
      value += '"';
      from = close + 2;
      continue;
    }
    if (close + 1 < text.length && text[close + 1] !== delimiter) {
      throw new NotCsv("quote", line, "there is text between a closing quotation mark and the delimiter", close + 2);
    }
    return { value, next: close + 1 };
  }
}
