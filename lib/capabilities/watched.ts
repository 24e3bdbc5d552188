import type { HttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import type { QueueWiring } from "#wiring";
import type { Machine } from "../parts/machine.ts";

/** What is watched, by name; queues without the stage. */
export interface Watched {
  readonly api: HttpApi;
  readonly connections: readonly string[];
  readonly machines: readonly Machine[];
  readonly deadLetters: readonly string[];
  readonly queues: readonly {
    readonly name: string;
    readonly waitsFor: QueueWiring["waitsFor"];
    /** Nothing takes from it, because the stage says so. */
    readonly paused: boolean;
    /** The ERP connection that its messages wait for. */
    readonly connection?: string | undefined;
  }[];
}
