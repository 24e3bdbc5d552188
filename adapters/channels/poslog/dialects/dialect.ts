import type { PoslogDialect } from "#domain/pos-dialects";
import { ElementNames } from "../draft/element-names.ts";
import { arts } from "./arts.ts";

type CodeListField = "statuses" | "links" | "totals" | "lines" | "itemTypes" | "movements" | "stock";
type Meaning<Field extends CodeListField> = NonNullable<PoslogDialect[Field]>[string];
type Flag = keyof typeof arts.flags;
type TransactionType = NonNullable<PoslogDialect["transactionType"]>["values"][string];
export type Collected = Meaning<"lines">;
export type PropertyField = NonNullable<PoslogDialect["properties"]>[number]["fills"][string];

const memoMax = 1_000;

/** A code list: words compare without case, spaces, "_" and "-". Remembers how a file writes its words, since the same few come back. */
export class CodeList<Kind extends string> {
  readonly #kinds = new Map<string, Kind>();
  readonly #seen = new Map<string, Kind | undefined>();

  constructor(...lists: readonly (Readonly<Record<string, Kind>> | undefined)[]) {
    for (const list of lists) for (const [word, kind] of Object.entries(list ?? {})) this.#kinds.set(plain(word), kind);
  }

  of(word: string): Kind | undefined {
    if (word === "") return undefined;
    const seen = this.#seen.get(word);
    if (seen !== undefined || this.#seen.has(word)) return seen;
    const kind = this.#kinds.get(plain(word));
    if (this.#seen.size < memoMax) this.#seen.set(word, kind);
    return kind;
  }
}

function plain(word: string): string {
  return word.replace(/[\s_-]/g, "").toLowerCase();
}

/** A profile made ready for reading: the standard's, with a vendor's over it. */
export class Dialect {
  readonly name: string;
  readonly names: ElementNames;
  readonly flags: Readonly<Record<Flag, readonly string[]>>;
  readonly lineSign: NonNullable<PoslogDialect["lineSign"]>;
  readonly nestedChange: NonNullable<PoslogDialect["nestedChange"]>;
  readonly postVoid: NonNullable<PoslogDialect["postVoid"]>;
  readonly taxRate: NonNullable<PoslogDialect["taxRate"]>;
  readonly taxOfTotals: string | undefined;
  /** "" where no attribute says what a Transaction is. */
  readonly typeAttribute: string;
  readonly types: CodeList<TransactionType>;
  readonly statuses: CodeList<Meaning<"statuses">>;
  readonly links: CodeList<Meaning<"links">>;
  readonly totals: CodeList<Meaning<"totals">>;
  readonly lines: CodeList<Meaning<"lines">>;
  readonly itemTypes: CodeList<Meaning<"itemTypes">>;
  readonly givenBack: CodeList<"yes">;
  readonly restocked: CodeList<"yes">;
  readonly tenders: CodeList<string>;
  readonly movements: CodeList<Meaning<"movements">>;
  readonly stock: CodeList<Meaning<"stock">>;
  readonly stockTypes: readonly string[];
  readonly repeatedAmounts: ReadonlySet<string>;
  readonly properties: ReadonlyMap<string, { readonly code: string; readonly value: string; readonly fills: CodeList<PropertyField> }>;
  readonly rewards: PoslogDialect["rewards"];

  constructor(name: string, profile: PoslogDialect) {
    this.name = name;
    this.names = new ElementNames(profile.elements ?? {});
    this.flags = {
      training: [...arts.flags.training, ...(profile.flags?.training ?? [])],
      cancelled: [...arts.flags.cancelled, ...(profile.flags?.cancelled ?? [])],
      suspended: [...arts.flags.suspended, ...(profile.flags?.suspended ?? [])],
      offline: [...arts.flags.offline, ...(profile.flags?.offline ?? [])],
      voided: [...arts.flags.voided, ...(profile.flags?.voided ?? [])],
      change: [...arts.flags.change, ...(profile.flags?.change ?? [])],
    };
    this.lineSign = profile.lineSign ?? arts.lineSign;
    this.nestedChange = profile.nestedChange ?? arts.nestedChange;
    this.postVoid = profile.postVoid ?? arts.postVoid;
    this.taxRate = profile.taxRate ?? arts.taxRate;
    this.taxOfTotals = profile.taxOfTotals;
    this.typeAttribute = profile.transactionType?.attribute ?? "";
    this.types = new CodeList(profile.transactionType?.values);
    this.statuses = new CodeList(arts.statuses, profile.statuses);
    this.links = new CodeList(arts.links, profile.links);
    this.totals = new CodeList(arts.totals, profile.totals);
    this.lines = new CodeList<Collected>(arts.lines, profile.lines);
    this.itemTypes = new CodeList<Collected>(arts.itemTypes, profile.itemTypes);
    this.givenBack = new CodeList(allYes(arts.givenBack), allYes(profile.givenBack));
    this.restocked = new CodeList(allYes(arts.restocked), allYes(profile.restocked));
    this.tenders = new CodeList(profile.tenders);
    this.movements = new CodeList<Meaning<"movements">>(arts.movements, profile.movements);
    this.stock = new CodeList<Meaning<"stock">>(arts.stock, profile.stock);
    this.stockTypes = profile.stockTypes ?? [];
    this.repeatedAmounts = new Set(profile.repeatedAmounts);
    this.properties = new Map(
      (profile.properties ?? []).map(({ element, code, value, fills }) => [element, { code, value, fills: new CodeList(fills) }]),
    );
    this.rewards = profile.rewards;
  }
}

function allYes(words: readonly string[] | undefined): Readonly<Record<string, "yes">> {
  return Object.fromEntries((words ?? []).map((word) => [word, "yes"]));
}
