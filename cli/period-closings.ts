import type { PeriodRuleInForce } from "#domain/kpi";
import type { PeriodRule, PolicyFile } from "#domain/policy";
import type { Hub } from "#hub";

/** The rules about periods that each release of the policies brought, in the order of the releases. */
export function periodRulesInForce({ policies }: Pick<Hub, "policies">): readonly PeriodRuleInForce[] {
  const known = new Set<string>();
  return policies
    .releases()
    .toReversed()
    .flatMap(({ release, at }) =>
      (policies.content(release) ?? []).flatMap(rulesIn).flatMap((found): PeriodRuleInForce[] => {
        const id = JSON.stringify(found);
        if (known.has(id)) return [];
        known.add(id);
        return [{ ...found, at }];
      }),
    );
}

function rulesIn({ path, content }: PolicyFile): { readonly entity: string; readonly rule: PeriodRule }[] {
  const entity = /^entities\/(.+)\.json$/.exec(path)?.[1];
  if (entity === undefined) return [];
  const { periods = [] } = JSON.parse(content) as { readonly periods?: readonly PeriodRule[] };
  return periods.map((rule) => ({ entity, rule }));
}
