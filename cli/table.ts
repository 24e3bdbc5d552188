export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Prose: broken between words onto further lines where the table is wider than the terminal. Other cells are never cut or broken. */
  readonly wrap?: boolean;
  /** Prose is broken at this width even where there is room: what stands beside it needs the room more. */
  readonly widthMax?: number;
}

const gap = "  ";
/** Narrower than this, prose is harder to read than a line that the terminal breaks itself. */
const wrapWidthMin = 20;

/** A table in plain text, at most `width` columns wide where its prose columns allow it: titles, a rule, rows; numbers to the right. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[], width = Number.POSITIVE_INFINITY): string {
  const natural = columns.map(({ title, widthMax = Number.POSITIVE_INFINITY }, index) =>
    Math.min(widthMax, Math.max(title.length, ...rows.map((row) => row[index]?.length ?? 0))),
  );
  const widths = fitted(columns, natural, width);
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) => (columns[index]?.align === "right" ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join(gap)
      .trimEnd();
  const linesOf = (row: readonly string[]) => {
    const cells = columns.map(({ wrap: prose }, index) =>
      prose === true ? wrap(row[index] ?? "", widths[index] ?? 0) : [row[index] ?? ""],
    );
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, at) => line(cells.map((lines) => lines[at] ?? "")));
  };
  return [line(columns.map(({ title }) => title)), widths.map((each) => "─".repeat(each)).join(gap), ...rows.flatMap(linesOf)].join("\n");
}

/** A heading that is seen when one scrolls. */
export function heading(text: string): string {
  return `\n${text}\n${"═".repeat(text.length)}`;
}

/** Breaks prose between words; a longer word has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}

/** "-1234567.80" as people read it: "-1,234,567.80". */
export function grouped(amount: string): string {
  return amount.replace(/^(-?\d+)/, (whole) => whole.replace(/\B(?=(\d{3})+$)/g, ","));
}

/** Takes what is too much from the prose columns, the widest first. */
function fitted(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  const total = () => widths.reduce((sum, each) => sum + each, 0) + gap.length * (widths.length - 1);
  while (total() > width) {
    const widest = columns.reduce((found, { wrap: prose }, index) => {
      const here = widths[index] ?? 0;
      return prose === true && here > Math.max(wrapWidthMin, found < 0 ? 0 : (widths[found] ?? 0)) ? index : found;
    }, -1);
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}
