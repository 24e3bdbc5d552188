/** Reads what the CDK synthesized: CloudFormation templates, with references written as people say them. */

/** Properties as CloudFormation has them: whoever reads them knows the type of the resource. */
// biome-ignore lint/suspicious/noExplicitAny: a type per resource would be CloudFormation's whole schema.
export type Json = any;

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export interface StackTemplate {
  readonly name: string;
  /** Of the template as it is deployed. */
  readonly bytes: number;
  readonly resources: Readonly<Record<string, Resource>>;
  readonly outputs: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>>;
}

/** CloudFormation's own limits for one stack. */
export const stackLimits = { resources: 500, bytes: 1_000_000 } as const;

export function stackTemplate(name: string, template: unknown): StackTemplate {
  const { Resources = {}, Outputs = {} } = template as { Resources?: StackTemplate["resources"]; Outputs?: StackTemplate["outputs"] };
  return { name, bytes: Buffer.byteLength(JSON.stringify(template, null, 1)), resources: Resources, outputs: Outputs };
}

/** Resources of one type: logical id and properties. */
export function ofType(stack: StackTemplate, type: string): { readonly id: string; readonly properties: Readonly<Record<string, Json>> }[] {
  return Object.entries(stack.resources).flatMap(([id, { Type, Properties = {} }]) =>
    Type === type ? [{ id, properties: Properties }] : [],
  );
}

export function resourceCounts({ resources }: StackTemplate): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { Type } of Object.values(resources)) counts.set(Type, (counts.get(Type) ?? 0) + 1);
  return new Map([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * A reference as text: `Lineage.Arn` for an attribute of a resource, in which stack ever it stands; an id without CDK's hash; pseudo
 * parameters such as AWS::Region by their last word in angle brackets.
 */
export function referenceText(value: unknown, stacks: readonly StackTemplate[]): string {
  if (typeof value === "string") return value;
  const [intrinsic, argument] = Object.entries((value ?? {}) as object)[0] ?? [];
  const inner = (each: unknown) => referenceText(each, stacks);
  switch (intrinsic) {
    case "Ref":
      return String(argument).startsWith("AWS::") ? `<${String(argument).slice(5)}>` : withoutHash(String(argument));
    case "Fn::GetAtt":
      return `${withoutHash((argument as string[])[0] ?? "")}.${(argument as string[])[1]}`;
    case "Fn::Join":
      return (argument as [string, unknown[]])[1].map(inner).join((argument as [string, unknown[]])[0]);
    case "Fn::ImportValue": {
      const exported = stacks.flatMap(({ outputs }) => Object.values(outputs)).find(({ Export }) => Export?.Name === argument);
      if (exported === undefined) throw new Error(`no stack exports ${String(argument)}`);
      return inner(exported.Value);
    }
    default:
      return JSON.stringify(value);
  }
}

/** The logical id that a reference points to, in which stack ever it stands; undefined for text. */
export function referredId(value: unknown, stacks: readonly StackTemplate[]): string | undefined {
  const [intrinsic, argument] = Object.entries((typeof value === "object" && value !== null ? value : {}) as object)[0] ?? [];
  if (intrinsic === "Ref") return String(argument);
  if (intrinsic === "Fn::GetAtt") return (argument as string[])[0];
  if (intrinsic === "Fn::ImportValue") {
    const exported = stacks.flatMap(({ outputs }) => Object.values(outputs)).find(({ Export }) => Export?.Name === argument);
    return referredId(exported?.Value, stacks);
  }
  return undefined;
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/, "");
}

export interface GrantedPermission {
  /** Who: a function or a machine, by its name without the stage; or what moves requests to new versions, "code-deploy". */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  /** As text; "" for none. */
  readonly condition: string;
}

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** Every permission of every role that a function or a machine runs with, one line per action and resource, sorted. */
export function grantedPermissions(stack: StackTemplate, stacks: readonly StackTemplate[], prefix: string): readonly GrantedPermission[] {
  const principals = new Map<string, string>();
  for (const { properties } of ofType(stack, "AWS::Lambda::Function"))
    principals.set(referredId(properties.Role, stacks) ?? "", nameWithout(prefix, properties.FunctionName));
  for (const { properties } of ofType(stack, "AWS::StepFunctions::StateMachine"))
    principals.set(referredId(properties.RoleArn, stacks) ?? "", `machine ${nameWithout(prefix, properties.StateMachineName)}`);
  for (const { properties } of ofType(stack, "AWS::CodeDeploy::DeploymentGroup"))
    principals.set(referredId(properties.ServiceRoleArn, stacks) ?? "", "code-deploy");
  const found = ofType(stack, "AWS::IAM::Policy").flatMap(({ properties }) =>
    (properties.Roles as unknown[]).flatMap((role) => {
      const principal = principals.get(referredId(role, stacks) ?? "") ?? referenceText(role, stacks);
      return (properties.PolicyDocument.Statement as Statement[]).flatMap((statement) => linesOf(principal, statement, stacks));
    }),
  );
  const order = ({ principal, action, resource, condition }: GrantedPermission) => `${principal} ${action} ${resource} ${condition}`;
  return found.sort((a, b) => (order(a) < order(b) ? -1 : 1));
}

function linesOf(
  principal: string,
  { Effect, Action, Resource, Condition }: Statement,
  stacks: readonly StackTemplate[],
): GrantedPermission[] {
  if (Effect !== "Allow") throw new Error(`${principal} has a statement with the effect ${Effect}, which no reader of this list expects`);
  const condition = Condition === undefined ? "" : JSON.stringify(Condition);
  return [Action]
    .flat()
    .flatMap((action) =>
      [Resource].flat().map((resource) => ({ principal, action: String(action), resource: referenceText(resource, stacks), condition })),
    );
}

function nameWithout(prefix: string, name: unknown): string {
  return typeof name === "string" && name.startsWith(prefix) ? name.slice(prefix.length) : JSON.stringify(name);
}
