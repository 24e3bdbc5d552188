import type { PutBack } from "./put-back.ts";

/** What a comparison found, in words with the next step, and the exit status: 0 only where the whole table was compared and nothing is left to do. */
export function whatWasFound(
  { missing, erasedSince, different }: Pick<PutBack, "missing" | "erasedSince" | "different">,
  { beside, writes, after }: { readonly beside: string; readonly writes: boolean; readonly after?: string | undefined },
): { readonly lines: readonly string[]; readonly status: 0 | 1 } {
  const lines = [
    ...(erasedSince > 0 ? [`${erasedSince} rows have lost their raw body since: they stay so.`] : []),
    ...(different > 0 ? [`${different} rows have another content now: nothing was done with them; look at those that are named.`] : []),
  ];
  if (missing > 0) {
    const next = writes
      ? `${missing} rows were put back, and are announced as they come in. Run the same command without --put-back: it must find none missing. Then let the connections go on, and ask for what was erased since once more.`
      : `${missing} rows are missing. Pause the ERP connections, then put them back with --put-back.`;
    return { lines: [...lines, next], status: 1 };
  }
  // What lies before was compared by another run at most, and by one that may have been cut off.
  if (after !== undefined)
    return { lines: [...lines, `Nothing is missing from there on: run once more without --after before you delete ${beside}.`], status: 1 };
  return {
    lines: [...lines, `Nothing is missing. When you are done: aws dynamodb delete-table --table-name ${beside}`],
    status: different > 0 ? 1 : 0,
  };
}
