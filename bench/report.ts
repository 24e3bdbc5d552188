import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** One figure, and what it is held against. */
export interface Result {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Of the same unit, measured in the same run. */
  readonly floor?: number;
  /** To the floor. */
  readonly ratio?: number;
  readonly target?: string;
}

export interface MeasuredPart {
  readonly measuredOn: string;
  /** Processes that wanted a core when the part began, mean of a minute: above the number of cores they took time from each other. */
  readonly load: number;
  readonly results: readonly Result[];
}

export interface Report {
  readonly machine: { readonly cpu: string; readonly cores: number; readonly memoryGigabytes: number; readonly node: string };
  readonly parts: Readonly<Record<string, MeasuredPart>>;
}

const file = join(import.meta.dirname, "results.json");

/** Undefined before the first run. */
export function lastReport(): Report | undefined {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Report) : undefined;
}

export function keepReport(report: Report): void {
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
}

/** A figure to three digits. `ratio` where it is not that of the two figures shown, such as the median of the rounds' own. */
export function result(
  name: string,
  value: number,
  unit: string,
  against: { readonly floor?: number; readonly ratio?: number; readonly target?: string | undefined } = {},
): Result {
  const { floor, target } = against;
  const ratio = against.ratio ?? (floor === undefined ? undefined : value / floor);
  return {
    name,
    value: round(value),
    unit,
    ...(floor === undefined ? {} : { floor: round(floor) }),
    ...(ratio === undefined ? {} : { ratio: round(ratio) }),
    ...(target === undefined ? {} : { target }),
  };
}

/** In one line. */
export function told({ name, value, unit, floor, ratio, target }: Result): string {
  const against = floor === undefined ? "" : `, floor ${floor}, ratio ${ratio}`;
  return `${name}: ${value} ${unit}${against}${target === undefined ? "" : ` (target ${target})`}`;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
