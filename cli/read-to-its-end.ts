import type { SweptShop } from "#functions/sweep-source";

/** A source is never asked before the time that it named, up to here. */
const patienceSecondsMax = 900;
const roundsWithoutProgressMax = 3;

/** A span by hand is read to its end, however many calls that takes; one that does not get on ends with the instant to go on from. */
export async function readToItsEnd(
  begun: SweptShop,
  goOn: (from: string) => Promise<{ readonly shops: readonly SweptShop[] }>,
  { note, sleep }: { readonly note: (line: string) => void; readonly sleep: (milliseconds: number) => Promise<unknown> },
): Promise<SweptShop> {
  let swept = begun;
  let idle = 0;
  while (swept.outcome === "continues" && swept.goesOnFrom !== undefined && idle < roundsWithoutProgressMax) {
    const { goesOnFrom, waitSeconds = 0 } = swept;
    note(`${swept.shop}: read up to ${goesOnFrom}, ${swept.reason}; going on`);
    await sleep(Math.min(waitSeconds, patienceSecondsMax) * 1_000);
    const [rest] = (await goOn(goesOnFrom)).shops;
    if (rest === undefined) break;
    idle = rest.goesOnFrom === goesOnFrom ? idle + 1 : 0;
    swept = { ...rest, from: begun.from, listed: swept.listed + rest.listed, missing: swept.missing + rest.missing };
  }
  return swept;
}
