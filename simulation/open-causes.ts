import type { LineageItem } from "#domain/lineage";

/**
 * What is said of files and store days depends on instants, and not on facts alone: two copies of a file that are read at the same time are
 * not seen as copies, and a missing number is seen by the look that time brings next. Their tickets and money are compared all the same.
 */
const dependsOnInstants = /^(?:file|store-day):/;

/** What stands open, by transaction, class, code and cause. */
export function openCauses(items: readonly LineageItem[]): ReadonlySet<string> {
  const closed = new Set(items.flatMap((item) => (item.type === "closure" ? [`${item.transaction} ${item.key}`] : [])));
  return new Set(
    items.flatMap((item) =>
      item.type === "exception" && !dependsOnInstants.test(item.transaction) && !closed.has(`${item.transaction} ${item.key}#C`)
        ? [`${item.transaction} ${item.class} ${item.code} ${item.cause}`]
        : [],
    ),
  );
}
