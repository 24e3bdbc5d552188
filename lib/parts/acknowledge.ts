import { Stack, Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Accepts one finding of cdk-nag on this construct and what is below it; `reason` says to a reviewer why it is right here. */
export function acknowledge(construct: IConstruct, id: string, reason: string): void {
  Validations.of(construct).acknowledge({ id, reason });
}

/**
 * Accepts that a permission's resource ends in a wildcard. The finding quotes the resource as the template writes it, and how a resource of
 * another stack is written is known only once the stacks are prepared: when constructs are validated, right before cdk-nag looks.
 */
export function acknowledgeWildcard(construct: IConstruct, resource: string, reason: string): void {
  construct.node.addValidation({
    validate: () => {
      acknowledge(construct, `AwsSolutions-IAM5[Resource::${flattened(Stack.of(construct).resolve(resource))}]`, reason);
      return [];
    },
  });
}

/** As cdk-nag writes a reference within a finding. */
function flattened(value: unknown): string {
  if (typeof value === "string") return value;
  const [intrinsic, argument] = Object.entries(value as object)[0] ?? [];
  switch (intrinsic) {
    case "Ref":
      return `<${argument}>`;
    case "Fn::GetAtt":
      return `<${(argument as string[]).join(".")}>`;
    case "Fn::Join":
      return (argument as [string, unknown[]])[1].map(flattened).join((argument as [string, unknown[]])[0]);
    case "Fn::ImportValue":
      return flattened(argument);
    default:
      return JSON.stringify(value);
  }
}
