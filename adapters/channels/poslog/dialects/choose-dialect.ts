import type { PoslogDialect } from "#domain/pos-dialects";
import { Dialect } from "./dialect.ts";
import { knownDialects } from "./known-dialects.ts";

/** What policy says of dialects: profiles of the house, and which one a store's tills write. */
export interface DialectChoice {
  readonly dialects?: Readonly<Record<string, PoslogDialect>> | undefined;
  dialectOf?(store: string): string | undefined;
}

/** The dialects of one file, made ready as they are met. */
export class DialectChooser {
  readonly #choice: DialectChoice;
  readonly #profiles: ReadonlyMap<string, PoslogDialect>;
  readonly #byNamespace = new Map<string, string>();
  readonly #ready = new Map<string, Dialect>();
  readonly #byStore = new Map<string, Dialect | undefined>();

  constructor(choice: DialectChoice) {
    this.#choice = choice;
    // A house's profile under the name of a known one takes its place: the house knows its own tills.
    this.#profiles = new Map([...Object.entries<PoslogDialect>(knownDialects), ...Object.entries(choice.dialects ?? {})]);
    for (const [name, { namespaces = [] }] of this.#profiles) for (const namespace of namespaces) this.#byNamespace.set(namespace, name);
  }

  standard(): Dialect {
    return this.named("arts") as Dialect;
  }

  named(name: string): Dialect | undefined {
    const ready = this.#ready.get(name);
    if (ready !== undefined) return ready;
    const profile = this.#profiles.get(name);
    if (profile === undefined) return undefined;
    const dialect = new Dialect(name, profile);
    this.#ready.set(name, dialect);
    return dialect;
  }

  /** By the namespaces that an element declares; undefined when none of them is a vendor's that is known. */
  declaredBy(attributes: Readonly<Record<string, string>>): Dialect | undefined {
    for (const attribute in attributes) {
      if (!attribute.startsWith("xmlns")) continue;
      const name = this.#byNamespace.get(attributes[attribute] ?? "");
      if (name !== undefined) return this.named(name);
    }
    return undefined;
  }

  /** By policy: stands above what a file declares. */
  ofStore(store: string): Dialect | undefined {
    if (this.#byStore.has(store)) return this.#byStore.get(store);
    const name = this.#choice.dialectOf?.(store);
    const dialect = name === undefined ? undefined : this.named(name);
    if (this.#byStore.size < storesMax) this.#byStore.set(store, dialect);
    return dialect;
  }
}

const storesMax = 10_000;
