/** The rule that began last; of two that began on one day the one that is listed later. */
export function latest<Rule extends { readonly from: string }>(rules: readonly Rule[]): Rule | undefined {
  let found: Rule | undefined;
  for (const rule of rules) if (found === undefined || rule.from >= found.from) found = rule;
  return found;
}
