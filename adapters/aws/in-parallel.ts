/**
 * Maps with at most `concurrency` calls under way, answers in the order of the input. When one throws, no further one is begun, and the
 * first error is thrown when those under way have ended: nothing goes on behind the caller's back.
 */
export async function inParallel<T, R>(entries: readonly T[], concurrency: number, work: (entry: T) => Promise<R>): Promise<readonly R[]> {
  const answers: R[] = new Array(entries.length);
  let next = 0;
  let failure: { readonly error: unknown } | undefined;
  async function lane(): Promise<void> {
    while (next < entries.length && failure === undefined) {
      const index = next;
      next += 1;
      try {
        answers[index] = await work(entries[index]!);
      } catch (error) {
        failure ??= { error };
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, entries.length) }, lane));
  if (failure !== undefined) throw (failure as { readonly error: unknown }).error;
  return answers;
}
