/** Maps with at most `concurrency` calls under way, answers in the order of the input. `work` must not throw. */
export async function inParallel<T, R>(entries: readonly T[], concurrency: number, work: (entry: T) => Promise<R>): Promise<readonly R[]> {
  const answers: R[] = new Array(entries.length);
  let next = 0;
  async function lane(): Promise<void> {
    while (next < entries.length) {
      const index = next;
      next += 1;
      answers[index] = await work(entries[index]!);
    }
  }
  await Promise.all(Array.from({ length: Math.min(concurrency, entries.length) }, lane));
  return answers;
}
