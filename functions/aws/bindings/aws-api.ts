import { type AwsApi, type AwsFailure, createAwsApi, environmentCredentials } from "#adapters/aws";
import type { Http } from "#ports/http";
import { writeLogLine } from "../middleware/log-line.ts";
import { clock } from "./clock.ts";
import { http } from "./http.ts";
import { setting } from "./setting.ts";

/**
 * One for all ports of a function, so that its connections are shared. AWS_ENDPOINT_URL, which AWS's own tools read too, stands for every
 * service of an emulator; no stack sets it.
 */
export const awsApi: AwsApi = createAwsApi({
  http: traced(http),
  clock,
  region: setting("AWS_REGION"),
  credentials: environmentCredentials(process.env),
  ...(process.env.AWS_ENDPOINT_URL === undefined ? {} : { endpoint: process.env.AWS_ENDPOINT_URL }),
  onFailure: ({ operation, code, fate }: AwsFailure) => writeLogLine({ level: "WARN", failure: { operation, code, fate } }),
});

/** Hands the invocation's trace on with every request to AWS, after it is signed: the header is no part of a signature. */
function traced({ send }: Http): Http {
  return {
    send(request) {
      const trace = process.env._X_AMZN_TRACE_ID;
      return send(trace === undefined ? request : { ...request, headers: { ...request.headers, "x-amzn-trace-id": trace } });
    },
  };
}
