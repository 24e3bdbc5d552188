import { placeholderOf } from "#wiring";

/** Placeholder → function name, for the embedded host, where a function is called by its name. */
export function functionSubstitutions(functionNames: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(functionNames.map((name) => [placeholderOf(name), name]));
}

const PLACEHOLDER = /\$\{([A-Za-z0-9]+)\}/g;

/** The text with its placeholders replaced; `unbound` is told the names that have no substitution. */
export function substitute(text: string, substitutions: Readonly<Record<string, string>>, unbound: (name: string) => void): string {
  if (!text.includes("${")) return text;
  return text.replace(PLACEHOLDER, (whole, name: string) => {
    if (Object.hasOwn(substitutions, name)) return substitutions[name] as string;
    unbound(name);
    return whole;
  });
}
