import { readFileSync } from "node:fs";
import type { StrykerOptions } from "@stryker-mutator/api/core";
import type { Ignorer, NodePath } from "@stryker-mutator/api/ignore";
import { commonTokens, declareFactoryPlugin, PluginKind, tokens } from "@stryker-mutator/api/plugin";

/**
 * A range of Stryker's `mutate` option takes everything nested in it along. This plug-in leaves out again what holds no place that was named.
 * What lies between two nested places stays in: the report of a part drops it, since it belongs to another part.
 */
export function onlyPlaces(options: Pick<StrykerOptions, "mutate">): Ignorer {
  // Stryker does not say which file it reads; its program node says how long that file is. Files of one length share their places:
  // some mutants too many run, none too few.
  const placesByLength = new Map<number, Range[]>();
  const lengths = new Map<string, number>();
  for (const pattern of options.mutate) {
    const [, file, ...numbers] = /^(.*):(\d+):(\d+)-(\d+):(\d+)$/.exec(pattern) ?? [];
    if (file === undefined) throw new Error(`only-places: ${pattern} names no place; run parts with scripts/mutation.ts`);
    const [startLine = 0, startColumn = 0, endLine = 0, endColumn = 0] = numbers.map(Number);
    const length = lengths.get(file) ?? readFileSync(file, "utf8").length;
    lengths.set(file, length);
    const places = placesByLength.get(length) ?? [];
    places.push({ start: { line: startLine, column: startColumn }, end: { line: endLine, column: endColumn } });
    placesByLength.set(length, places);
  }
  let wanted: Range[] = [];
  return {
    shouldIgnore(path) {
      const { node } = path as BabelPath;
      if (node.type === "Program") wanted = placesByLength.get(node.end) ?? [];
      return wanted.some((place) => holds(node.loc, place)) ? undefined : "in another part";
    },
  };
}

interface Position {
  line: number;
  column: number;
}
interface Range {
  start: Position;
  end: Position;
}
interface BabelPath extends NodePath {
  node: { type: string; end: number; loc: Range };
}

function holds(outer: Range, inner: Range): boolean {
  return !before(inner.start, outer.start) && !before(outer.end, inner.end);
}

function before(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column);
}

onlyPlaces.inject = tokens(commonTokens.options);

export const strykerPlugins = [declareFactoryPlugin(PluginKind.Ignore, "only-places", onlyPlaces)];
