/** Stops an execution, or one iteration of a Map, with everything inside it: nothing new is started, and its sleeps are let go. */
export class Cancellation {
  #cancelled = false;
  readonly #listeners = new Set<() => void>();

  get cancelled(): boolean {
    return this.#cancelled;
  }

  /** Calls the listener once on cancellation; the answer takes it away again. */
  onCancel(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  cancel(): void {
    if (this.#cancelled) return;
    this.#cancelled = true;
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }
}

/** Thrown inside a cancelled flow to leave it. Nobody is told: whoever cancelled has already answered. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}
