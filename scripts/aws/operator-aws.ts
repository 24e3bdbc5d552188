import { type AwsApi, createAwsApi, environmentCredentials } from "#adapters/aws";
import { createSystemClock } from "#adapters/clock";
import { createHttp } from "#adapters/http";
import { Invalid } from "#domain/failures";

/** AWS as whoever runs a script on this machine may use it: credentials, region and endpoint are those of the environment. Throws Invalid where there are none. */
export function operatorAws(environment: NodeJS.ProcessEnv = process.env): { readonly api: AwsApi; readonly close: () => void } {
  const region = environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  if (region === undefined) throw new Invalid("no region: set AWS_REGION to that of the stage");
  if (environment.AWS_ACCESS_KEY_ID === undefined)
    throw new Invalid('no credentials in the environment: run eval "$(aws configure export-credentials --format env)" first');
  const http = createHttp();
  const api = createAwsApi({
    http,
    clock: createSystemClock(),
    region,
    credentials: environmentCredentials(environment),
    timeoutMilliseconds: 20_000,
    ...(environment.AWS_ENDPOINT_URL === undefined ? {} : { endpoint: environment.AWS_ENDPOINT_URL }),
  });
  return { api, close: () => http.close() };
}
