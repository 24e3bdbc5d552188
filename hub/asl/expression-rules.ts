/** A node of jsonata's syntax tree, as far as the rules below read it. */
export interface SyntaxNode {
  readonly type: string;
  readonly value?: unknown;
  readonly steps?: readonly SyntaxNode[];
  readonly predicate?: readonly { readonly expr: SyntaxNode }[];
  readonly stages?: readonly { readonly expr?: SyntaxNode }[];
  readonly group?: { readonly lhs: readonly (readonly SyntaxNode[])[] };
  readonly terms?: readonly { readonly expression: SyntaxNode }[];
  readonly lhs?: SyntaxNode | readonly SyntaxNode[] | readonly (readonly SyntaxNode[])[];
  readonly [key: string]: unknown;
}

/** Members of $states beyond input and context that a field may use. */
export type StatesMember = "result" | "errorOutput";

/** Children that are evaluated in the same context as their parent. */
const SAME_CONTEXT = ["arguments", "expressions", "condition", "then", "else", "body", "procedure", "expression", "lhs", "rhs"] as const;
/** Children that are evaluated with a value of their own as context. */
const OWN_CONTEXT = ["pattern", "update", "delete"] as const;

/**
 * What the States Language forbids in an expression: "$" and unqualified names at the top level, "$$" anywhere, $eval, and members of
 * $states that the field does not have. Answers sentences, empty when there is nothing to say.
 */
export function expressionProblems(root: SyntaxNode, allowed: readonly StatesMember[]): string[] {
  const problems = new Set<string>();

  const visitAll = (value: unknown, top: boolean): void => {
    if (Array.isArray(value)) for (const item of value) visitAll(item, top);
    else if (typeof value === "object" && value !== null && "type" in value) visit(value as SyntaxNode, top);
  };

  const visit = (node: SyntaxNode, top: boolean): void => {
    switch (node.type) {
      case "name":
        if (top) problems.add(`reads "${String(node.value)}" of an input document, and there is none: begin with $states or a variable`);
        break;
      case "wildcard":
      case "descendant":
        if (top) problems.add(`"${String(node.value)}" at the top level reads an input document, and there is none`);
        break;
      case "variable":
        if (node.value === "$") problems.add('"$$" reads the input document, and there is none: begin with $states or a variable');
        if (node.value === "" && top) problems.add('"$" at the top level reads the input document, and there is none');
        if (node.value === "eval") problems.add("$eval is not supported by Step Functions: use $parse for JSON texts");
        break;
      case "path": {
        const [first, second] = node.steps ?? [];
        if (first?.type === "variable" && first.value === "states" && second?.type === "name") {
          const member = second.value;
          if ((member === "result" || member === "errorOutput") && !allowed.includes(member)) {
            problems.add(`$states.${member} has no value in this field`);
          }
        }
        node.steps?.forEach((step, index) => {
          visit(step, top && index === 0);
        });
        break;
      }
    }
    // "$x := …": the name on the left is defined, not read.
    for (const key of SAME_CONTEXT) if (!(key === "lhs" && node.type === "bind")) visitAll(node[key], top);
    for (const key of OWN_CONTEXT) visitAll(node[key], false);
    for (const { expr } of node.predicate ?? []) visit(expr, false);
    for (const { expr } of node.stages ?? []) if (expr !== undefined) visit(expr, false);
    for (const pair of node.group?.lhs ?? []) visitAll(pair, false);
    for (const { expression } of node.terms ?? []) visit(expression, false);
  };

  visit(root, true);
  return [...problems];
}

/**
 * The names of a plain path such as $states.input.order.id, which can be read without jsonata; undefined for anything else.
 * The first is the variable.
 */
export function plainPath(root: SyntaxNode): readonly string[] | undefined {
  const steps = root.type === "path" ? root.steps : [root];
  if (steps === undefined || (root.type === "path" && hasExtras(root, ["type", "steps", "position"]))) return undefined;
  const names: string[] = [];
  for (const [index, step] of steps.entries()) {
    if (step.type !== (index === 0 ? "variable" : "name")) return undefined;
    if (hasExtras(step, ["type", "value", "position"])) return undefined;
    names.push(step.value as string);
  }
  return names;
}

function hasExtras(node: SyntaxNode, known: readonly string[]): boolean {
  return Object.keys(node).some((key) => !known.includes(key));
}
