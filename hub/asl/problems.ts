import { REFUSED_FIELDS } from "./state-fields.ts";

/** Collects what is wrong with a machine file, so that one reading names everything. The readers answer a harmless value for a wrong one. */
export class Problems {
  readonly sentences: string[] = [];

  add(sentence: string): void {
    if (!this.sentences.includes(sentence)) this.sentences.push(sentence);
  }

  object(value: unknown, where: string): Readonly<Record<string, unknown>> {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
    this.add(`${where} must be an object`);
    return {};
  }

  nonEmptyArray(value: unknown, where: string): readonly unknown[] {
    if (Array.isArray(value) && value.length > 0) return value;
    this.add(`${where} must be a non-empty array`);
    return [];
  }

  /** Undefined when the field is absent or wrong. */
  positiveInteger(value: unknown, where: string): number | undefined {
    return this.number(value, where, "a positive integer", (number) => Number.isInteger(number) && number > 0);
  }

  number(value: unknown, where: string, what: string, fits: (number: number) => boolean): number | undefined {
    if (value === undefined) return undefined;
    if (typeof value === "number" && fits(value)) return value;
    this.add(`${where} must be ${what}`);
    return undefined;
  }

  unknownFields(fields: Readonly<Record<string, unknown>>, known: readonly string[], where: string): void {
    for (const field of Object.keys(fields)) {
      if (known.includes(field)) continue;
      const refusal = field.endsWith(".$") ? "is JSONPath: drop the .$ and write a JSONata string" : REFUSED_FIELDS[field];
      this.add(`${where}: ${field} ${refusal ?? `is not a field here. Known: ${known.join(", ")}`}`);
    }
  }
}
