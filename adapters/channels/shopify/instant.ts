const timestamp = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;
const instantCharacters = 24;

/** A timestamp with its offset as an instant in UTC with milliseconds: "2026-01-31T23:30:00-05:00" is "2026-02-01T04:30:00.000Z". Undefined when it is none. */
export function toInstant(text: string): string | undefined {
  if (!timestamp.test(text)) return undefined;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) return undefined;
  const instant = new Date(milliseconds).toISOString();
  // Years outside 0000–9999 have a longer form, which would break the order of text.
  return instant.length === instantCharacters ? instant : undefined;
}
