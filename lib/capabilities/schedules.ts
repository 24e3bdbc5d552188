import { Duration } from "aws-cdk-lib";
import { Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { Construct } from "constructs";
import { pascalCase, schedules } from "#wiring";
import { ThroughlineFunction } from "../parts/throughline-function.ts";
import type { Platform } from "../platform.ts";

/** Calls what is done again and again without anybody asking. */
export class Schedules extends Construct {
  constructor(scope: Construct, id: string, { platform }: { readonly platform: Platform }) {
    super(scope, id);
    for (const { name, function: called, everyMinutes } of schedules) {
      const { lambda } = new ThroughlineFunction(this, pascalCase(called), {
        platform,
        name: called,
        asynchronous: { deadLetters: platform.undelivered },
      });
      new Rule(this, pascalCase(name), {
        ruleName: `${platform.names.prefix}${name}`,
        schedule: Schedule.rate(Duration.minutes(everyMinutes)),
        targets: [new LambdaFunction(lambda, { deadLetterQueue: platform.undeliveredByRules })],
      });
    }
  }
}
