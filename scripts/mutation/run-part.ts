import { Stryker } from "@stryker-mutator/core";
import { type Place, placesOfPart } from "./places.ts";
import type { PartResult } from "./report.ts";

/**
 * Mutates the places of one part and runs the tests against each mutant, as stryker.config.json says.
 * All mutants at once would not fit in memory: what each test reaches is kept for every mutant.
 */
export async function runPart(places: Place[], sources: string, part: number, parts: number): Promise<PartResult> {
  const ofPart = placesOfPart(places, part, parts);
  const results = await new Stryker({
    mutate: ofPart.map(({ file, range }) => `${file}:${range}`),
    plugins: ["@stryker-mutator/vitest-runner", `${import.meta.dirname}/only-places.ts`],
    ignorers: ["only-places"],
    reporters: ["progress-append-only"],
  }).runMutationTest();
  const statuses = new Map(
    results.map(({ fileName, location: { start, end }, mutatorName, replacement, status }) => {
      const file = fileName.slice(fileName.lastIndexOf("/domain/") + 1);
      const range = `${start.line}:${start.column - 1}-${end.line}:${end.column - 1}`;
      return [`${file}:${range} ${mutatorName} ${replacement}`, status];
    }),
  );
  return {
    part,
    parts,
    sources,
    placesInAll: places.length,
    places: ofPart.map(({ file, range, text, mutants }) => ({
      file,
      range,
      text,
      mutants: mutants.map(({ mutator, becomes }) => {
        const status = statuses.get(`${file}:${range} ${mutator} ${becomes}`);
        if (status === undefined)
          throw new Error(`${file}:${range}: Stryker did not run ${mutator} → ${becomes}; part ${part}/${parts} is not whole`);
        return { mutator, becomes, status };
      }),
    })),
  };
}
