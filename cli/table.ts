export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** Longer cells are cut with an ellipsis. */
  readonly widthMax?: number;
}

/** A table in plain text: titles, a rule, rows; numbers to the right. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => columns.map(({ widthMax }, index) => cut(row[index] ?? "", widthMax)));
  const widths = columns.map(({ title }, index) => Math.max(title.length, ...cells.map((row) => row[index]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, index) => (columns[index]?.align === "right" ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0)))
      .join("  ")
      .trimEnd();
  return [line(columns.map(({ title }) => title)), widths.map((width) => "─".repeat(width)).join("  "), ...cells.map(line)].join("\n");
}

/** A heading that is seen when one scrolls. */
export function heading(text: string): string {
  return `\n${text}\n${"═".repeat(text.length)}`;
}

function cut(text: string, widthMax: number | undefined): string {
  return widthMax === undefined || text.length <= widthMax ? text : `${text.slice(0, widthMax - 1)}…`;
}
