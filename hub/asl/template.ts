import { compileExpression, type Expression, isExpression } from "./expression.ts";
import type { StatesMember } from "./expression-rules.ts";

/** A JSON value of a machine file with its JSONata strings compiled. `field` names the place, such as "Output/total" or "Arguments/ids[0]". */
export type Template =
  | { readonly kind: "constant"; readonly value: unknown }
  | { readonly kind: "expression"; readonly field: string; readonly expression: Expression }
  | { readonly kind: "object"; readonly members: readonly (readonly [string, Template])[] }
  | { readonly kind: "array"; readonly items: readonly Template[] };

/** Compiles a JSON value; `problem` is told what is wrong with an expression, and where. */
export function compileTemplate(
  value: unknown,
  field: string,
  allowed: readonly StatesMember[],
  problem: (field: string, sentence: string) => void,
): Template {
  if (typeof value === "string" && isExpression(value)) {
    try {
      return { kind: "expression", field, expression: compileExpression(value, allowed) };
    } catch (error) {
      problem(field, `${value} ${(error as Error).message}`);
      return { kind: "constant", value };
    }
  }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => compileTemplate(item, `${field}[${index}]`, allowed, problem));
    return items.every(isConstant) ? { kind: "constant", value } : { kind: "array", items };
  }
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(
      ([key, member]) => [key, compileTemplate(member, `${field}/${key}`, allowed, problem)] as const,
    );
    return members.every(([, member]) => isConstant(member)) ? { kind: "constant", value } : { kind: "object", members };
  }
  return { kind: "constant", value };
}

function isConstant(template: Template): boolean {
  return template.kind === "constant";
}
