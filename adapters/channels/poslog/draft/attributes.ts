import type { SaxesTagPlain } from "saxes";

export type Attributes = SaxesTagPlain["attributes"];

/** "" when it is absent. */
export function attribute(attributes: Attributes, name: string): string {
  return attributes[name] ?? "";
}

export function isTrue(text: string): boolean {
  return text === "true" || text === "1" || text === "True" || text === "TRUE";
}

/** A flag that may be absent. */
export function flag(text: string): boolean | undefined {
  return text === "" ? undefined : isTrue(text);
}

/** Whether one of these flags is set. */
export function anyTrue(attributes: Attributes, flags: readonly string[]): boolean {
  for (const name of flags) {
    const text = attributes[name];
    if (text !== undefined && isTrue(text)) return true;
  }
  return false;
}
