/**
 * What the HTTP API logs of each request, by the name of API Gateway's variable: no payload and no header, but who asked, what for, and what
 * was answered; `error` is that of the integration. The event's own time stands beside it, and the method in its route. Its names are short,
 * as every webhook pays for them.
 */
export const accessLog: Readonly<Record<string, string>> = {
  id: "$context.requestId",
  ip: "$context.identity.sourceIp",
  route: "$context.routeKey",
  status: "$context.status",
  milliseconds: "$context.responseLatency",
  error: "$context.integrationErrorMessage",
};
