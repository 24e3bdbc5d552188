import type { Policy } from "#domain/policy";
import type { PosTableMapping } from "#domain/pos-tables";
import type { PosFormat } from "#ports/pos-format";

/** What a POS file may be. */
export interface PosFormats {
  /** Those that the hub brings. */
  readonly formats: readonly PosFormat[];
  /** Makes a format of a table that policy describes. Absent: none is described. */
  readonly tableFormat?: ((name: string, mapping: PosTableMapping) => PosFormat) | undefined;
}

/** The formats of the hub, and behind them those that the policy describes: the first one that recognises a file reads it. */
export function knownPosFormats({ formats, tableFormat }: PosFormats, { posTables = {} }: Policy): readonly PosFormat[] {
  if (tableFormat === undefined) return formats;
  return [...formats, ...Object.entries(posTables).map(([name, mapping]) => tableFormat(name, mapping))];
}
