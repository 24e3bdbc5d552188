/**
 * Why something is stopped. "cut": its execution or its branch has ended without it, and whatever it waited for is over. "dropped": this run
 * cannot go on (its journal failed), and another one will take it up where it was.
 */
export type Stop = "cut" | "dropped";

/** Stops an execution, or one branch of it, with everything inside it: nothing new is started, and its sleeps are let go. */
export class Cancellation {
  #stop: Stop | undefined;
  readonly #listeners = new Set<(stop: Stop) => void>();

  get cancelled(): boolean {
    return this.#stop !== undefined;
  }

  /** Undefined while nothing is stopped. */
  get stop(): Stop | undefined {
    return this.#stop;
  }

  /** Calls the listener once on cancellation; the answer takes it away again. */
  onCancel(listener: (stop: Stop) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  cancel(stop: Stop = "cut"): void {
    if (this.#stop !== undefined) return;
    this.#stop = stop;
    for (const listener of this.#listeners) listener(stop);
    this.#listeners.clear();
  }
}

/** Thrown inside a cancelled flow to leave it. Nobody is told: whoever cancelled has already answered. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";
}
