/** What every dated rule of a policy has, once its layers are merged. */
export interface LayeredRule {
  /** Values that must be equal; the rule with most of them wins, then the one of the nearest layer, then the latest `from`. */
  readonly when: Readonly<Record<string, string>>;
  /** Absent: every entity. */
  readonly entity?: string;
  /** Holds from this day … */
  readonly from: string;
  /** … to this one, both inclusive, YYYY-MM-DD; absent: until another rule says otherwise. */
  readonly to?: string;
  readonly why: string;
  /** 0 global, 1 region, 2 brand, 3 entity: set by the loader. */
  readonly layer: number;
}

/** Whom and which day a rule is asked for. */
export interface Occasion {
  readonly entity: string;
  /** The business date that the question is about, YYYY-MM-DD. */
  readonly day: string;
  readonly about?: Readonly<Record<string, string | undefined>>;
}

export function holdsOn(rule: Pick<LayeredRule, "from" | "to">, day: string): boolean {
  return rule.from <= day && (rule.to === undefined || day <= rule.to);
}

/** The strongest rule that fits the occasion among those of `rules` that `wanted` picks; undefined when none does. */
export function ruleInForce<Rule extends LayeredRule>(
  rules: readonly Rule[],
  { entity, day, about = {} }: Occasion,
  wanted: (rule: Rule) => boolean = () => true,
): Rule | undefined {
  let best: Rule | undefined;
  for (const rule of rules) {
    if (!wanted(rule) || (rule.entity !== undefined && rule.entity !== entity) || !holdsOn(rule, day)) continue;
    if (!Object.entries(rule.when).every(([name, value]) => about[name] === value)) continue;
    if (best === undefined || precedes(rule, best)) best = rule;
  }
  return best;
}

function precedes(a: LayeredRule, b: LayeredRule): boolean {
  const specificity = Object.keys(a.when).length - Object.keys(b.when).length;
  if (specificity !== 0) return specificity > 0;
  if (a.layer !== b.layer) return a.layer > b.layer;
  return a.from > b.from;
}
