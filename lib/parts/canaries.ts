import { Duration } from "aws-cdk-lib";
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from "aws-cdk-lib/aws-cloudwatch";
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from "aws-cdk-lib/aws-codedeploy";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Alias, Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { FilterPattern, type ILogGroup, MetricFilter } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { pascalCase } from "#wiring";
import type { Names } from "../names.ts";
import { acknowledge } from "./acknowledge.ts";

/** What callers know; the version behind it is CodeDeploy's to move. */
const aliasName = "live";
/** As long as the new version gets its tenth of the requests. */
const watched = Duration.minutes(5);
/** One time-out of a store is no fault of a version; three requests that failed inside within the canary are. */
const failuresMax = 3;
const page = "docs/deploy-to-aws.md#new-code-takes-over-by-degrees";

/**
 * How new code of a function that answers the outside takes over: ten percent of the requests for five minutes, then all. Where requests of
 * the new version fail meanwhile, CodeDeploy gives all of them back to the version before, and the deploy is taken back.
 */
export class Canaries extends Construct {
  readonly #names: Names;
  readonly #role: Role;
  readonly #application: LambdaApplication;

  constructor(scope: Construct, id: string, { names }: { readonly names: Names }) {
    super(scope, id);
    this.#names = names;
    this.#role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("codedeploy.amazonaws.com"),
      description: "Moves requests from one version of a function to the next",
    });
    this.#role.addToPolicy(new PolicyStatement({ actions: ["cloudwatch:DescribeAlarms"], resources: ["*"] }));
    acknowledge(
      this.#role,
      "AwsSolutions-IAM5[Resource::*]",
      "CodeDeploy asks for the state of alarms, which is read over the whole account.",
    );
    this.#application = new LambdaApplication(this, "Application", { applicationName: `${names.prefix}doors` });
  }

  /** What the callers of the function are pointed to; `name` is the function's in wiring/. */
  of(name: string, lambda: LambdaFunction): Alias {
    const scope = new Construct(lambda, "Canary");
    const alias = lambda.addAlias(aliasName);
    const arns = [lambda.functionArn, `${lambda.functionArn}:${aliasName}`];
    this.#role.addToPolicy(
      new PolicyStatement({
        actions: ["lambda:GetAlias", "lambda:GetProvisionedConcurrencyConfig", "lambda:UpdateAlias"],
        resources: arns,
      }),
    );
    const group = new LambdaDeploymentGroup(scope, "Group", {
      application: this.#application,
      deploymentGroupName: `${this.#names.prefix}${name}`,
      deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
      alias,
      alarms: this.#alarms(scope, name, lambda),
      autoRollback: { deploymentInAlarm: true, failedDeployment: true, stoppedDeployment: true },
      // Its own permissions are all it needs: the managed policy may read any bucket of the account that a deployment is named after.
      role: this.#role.withoutPolicyUpdates(),
    });
    // Else the first requests might be moved by a role that may not yet.
    group.node.addDependency(this.#role);
    return alias;
  }

  /** Requests of the new version alone: what it throws or runs out of time with, and what it answers with 5xx, which is no error to Lambda. */
  #alarms(scope: Construct, name: string, lambda: LambdaFunction): Alarm[] {
    const { version } = lambda.currentVersion;
    const functionName = `${this.#names.prefix}${name}`;
    const sum = { statistic: Stats.SUM, period: watched };
    const thrown = new Metric({
      namespace: "AWS/Lambda",
      metricName: "Errors",
      dimensionsMap: { FunctionName: functionName, Resource: `${functionName}:${aliasName}`, ExecutedVersion: version },
      ...sum,
    });
    const answered = new Metric({
      ...this.#failedReplies(scope, lambda.logGroup),
      dimensionsMap: { function: name, version },
      ...sum,
    });
    // Two alarms, as a sum of two metrics is no figure while one of them has none.
    return Object.entries({ errors: thrown, replies: answered }).map(
      ([what, metric]) =>
        new Alarm(scope, pascalCase(what), {
          alarmName: `${functionName}-canary-${what}`,
          alarmDescription: `Requests of the version of ${name} that was deployed last fail. While it takes over, CodeDeploy gives them back to the version before. See ${page}`,
          metric,
          threshold: failuresMax,
          evaluationPeriods: 1,
          comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
          treatMissingData: TreatMissingData.NOT_BREACHING,
        }),
    );
  }

  /** Counted in the function's own line, which names the version where the answer is 5xx. */
  #failedReplies(scope: Construct, logGroup: ILogGroup): { readonly namespace: string; readonly metricName: string } {
    const [namespace, metricName] = [this.#names.metricsNamespace, "FailedReplies"];
    new MetricFilter(scope, "FailedReplies", {
      logGroup,
      filterPattern: FilterPattern.all(FilterPattern.numberValue("$.status", ">=", 500), FilterPattern.exists("$.version")),
      metricNamespace: namespace,
      metricName,
      metricValue: "1",
      dimensions: { function: "$.function", version: "$.version" },
    });
    return { namespace, metricName };
  }
}
