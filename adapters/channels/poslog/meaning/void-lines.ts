import type { LineHead, TransactionDraft } from "../draft/transaction-draft.ts";

/**
 * Takes out what was voided during the sale: a void line and the line that it undoes. Tills name the undone line by its create number or
 * its sequence number; where they name none it is the nearest earlier line that says the same. A void line that undoes no other line was
 * itself the cancelled one, and goes alone (if that reading were wrong, the ticket's totals would not tie). True when nothing is left.
 */
export function takeOutVoided(draft: TransactionDraft): boolean {
  const before = draft.items.length + draft.tenders.length;
  keepUnvoided(draft.items, (item) => `${item.kind}/${item.itemId || item.posItemId}/${unsigned(item.extended)}`);
  keepUnvoided(draft.tenders, (tender) => `${tender.type}/${unsigned(tender.amount)}`);
  keepUnvoided(draft.discounts, (discount) => unsigned(discount.amount));
  keepUnvoided(draft.taxes, (tax) => `${tax.authority}/${tax.group}/${tax.rule}/${unsigned(tax.amount)}`);
  keepUnvoided(draft.roundings, (rounding) => unsigned(rounding.amount));
  keepUnvoided(draft.unknownMoney, (money) => `${money.element}/${unsigned(money.amount)}`);
  return before > 0 && draft.items.length + draft.tenders.length + draft.discounts.length === 0;
}

function keepUnvoided<Entry extends { readonly head: LineHead | undefined }>(entries: Entry[], saying: (entry: Entry) => string): void {
  if (!entries.some(isVoided)) return;
  const gone = new Set<Entry>();
  entries.forEach((entry, index) => {
    if (!isVoided(entry)) return;
    gone.add(entry);
    const undone = undoneBy(entry, index, entries, gone, saying);
    if (undone !== undefined) gone.add(undone);
  });
  const kept = entries.filter((entry) => !gone.has(entry));
  entries.splice(0, entries.length, ...kept);
}

function undoneBy<Entry extends { readonly head: LineHead | undefined }>(
  entry: Entry,
  index: number,
  entries: readonly Entry[],
  gone: ReadonlySet<Entry>,
  saying: (entry: Entry) => string,
): Entry | undefined {
  const open = (other: Entry) => !isVoided(other) && !gone.has(other);
  const { createReference = "", itemLink = "" } = entry.head ?? {};
  const named = entries.find(
    (other) =>
      open(other) &&
      ((createReference !== "" && other.head?.createNumber === createReference) || (itemLink !== "" && other.head?.sequence === itemLink)),
  );
  if (named !== undefined) return named;
  const said = saying(entry);
  for (let earlier = index - 1; earlier >= 0; earlier--) {
    const other = entries[earlier];
    if (other !== undefined && open(other) && saying(other) === said) return other;
  }
  return undefined;
}

function isVoided(entry: { readonly head: LineHead | undefined }): boolean {
  return entry.head?.voided === true;
}

function unsigned(amount: string): string {
  return amount.replace(/^[-+]/, "");
}
