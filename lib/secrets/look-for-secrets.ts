import { paginateDescribeParameters, SSMClient } from "@aws-sdk/client-ssm";
import { Invalid } from "#domain/failures";
import { namesOf } from "../names.ts";
import type { Settings } from "../settings.ts";
import type { NeededSecret } from "./needed-secrets.ts";

export interface SecretsLook {
  readonly settings: Pick<Settings, "stage">;
  readonly needed: readonly NeededSecret[];
  /** Of the context: absent: they are looked for where the CDK found credentials. */
  readonly secrets?: unknown;
  /** Where the CDK would deploy to, as it tells its apps; absent: it found no credentials. */
  readonly account?: string | undefined;
  readonly region?: string | undefined;
}

const ways = ["unchecked", "required"];
const parametersPerPage = 50;
const attemptsMax = 2;

/**
 * Looks whether each secret that the stage needs has its parameter, by name: no value is read. Answers what to warn of, when nobody looked. Throws Invalid for each secret
 * that is missing, with the command that puts it; for an account that cannot be looked at; and without credentials, where they are required.
 */
export async function lookForSecrets({ settings, needed, secrets, account, region }: SecretsLook): Promise<string | undefined> {
  if (secrets !== undefined && !ways.includes(String(secrets)))
    throw new Invalid(
      `the context secrets is ${JSON.stringify(secrets)}: set it to -c secrets=${ways.join(" or -c secrets=")}, or leave it out`,
    );
  if (secrets === "unchecked") return "nobody looked whether the secrets are there: -c secrets=unchecked";
  if (account === undefined || region === undefined) {
    if (secrets === "required")
      throw new Invalid(
        "-c secrets=required, and there are no credentials to look with: set AWS_PROFILE or sign in, or synthesize with -c secrets=unchecked",
      );
    return "nobody looked whether the secrets are there, as there are no credentials: deploy with some, or synthesize with -c secrets=required";
  }
  const found = await parametersOf(settings, region);
  const missing = needed.filter(({ parameter }) => !found.has(parameter));
  if (missing.length === 0) return undefined;
  throw new Invalid(
    [
      `${missing.length === 1 ? "a secret is" : `${missing.length} secrets are`} missing in the account ${account}, ${region}, for the stage ${settings.stage}:`,
      ...missing.map(
        ({ parameter, why, form }) =>
          `${parameter}: ${why}\n  aws ssm put-parameter --region ${region} --type SecureString --name ${parameter} --value '${form}'`,
      ),
      "Put them and deploy again; -c secrets=unchecked deploys without them, and what needs them waits or is refused.",
    ].join("\n"),
  );
}

async function parametersOf(settings: Pick<Settings, "stage">, region: string): Promise<ReadonlySet<string>> {
  const { secretsPath } = namesOf(settings);
  const client = new SSMClient({ region, maxAttempts: attemptsMax });
  const found = new Set<string>();
  try {
    const ParameterFilters = [{ Key: "Path", Option: "Recursive", Values: [secretsPath] }];
    for await (const { Parameters = [] } of paginateDescribeParameters({ client, pageSize: parametersPerPage }, { ParameterFilters }))
      for (const { Name } of Parameters) if (Name !== undefined) found.add(Name);
    return found;
  } catch (cause) {
    throw new Invalid(
      `nobody could look whether the secrets below ${secretsPath} are there (${cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause)}): allow ssm:DescribeParameters to whoever deploys, or deploy with -c secrets=unchecked`,
      { cause },
    );
  } finally {
    client.destroy();
  }
}
