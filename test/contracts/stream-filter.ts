/**
 * Whether an event passes a filter of an event source, by the rules that ours use: nested fields, a list of alternatives, each an equal
 * value, `{ exists }` or `{ prefix }`.
 */
export function passesFilter(event: unknown, filter: Readonly<Record<string, unknown>>): boolean {
  return Object.entries(filter).every(([field, rule]) => {
    const value = typeof event === "object" && event !== null ? (event as Record<string, unknown>)[field] : undefined;
    if (Array.isArray(rule)) return rule.some((alternative) => passes(value, alternative));
    return passesFilter(value, rule as Record<string, unknown>);
  });
}

function passes(value: unknown, alternative: unknown): boolean {
  if (typeof alternative !== "object" || alternative === null) return value === alternative;
  const { exists, prefix, ...others } = alternative as { exists?: unknown; prefix?: unknown };
  if (typeof prefix === "string" && exists === undefined && Object.keys(others).length === 0)
    return typeof value === "string" && value.startsWith(prefix);
  if (typeof exists !== "boolean" || Object.keys(others).length > 0)
    throw new Error(`a rule that is not known: ${JSON.stringify(alternative)}`);
  return (value !== undefined) === exists;
}
