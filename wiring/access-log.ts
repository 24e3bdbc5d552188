/**
 * What the HTTP API logs of each request, by the name of API Gateway's variable: no payload and no header, but who asked, what for, and what
 * was answered. The event's own time stands beside it, and the method in its route.
 */
export const accessLog: Readonly<Record<string, string>> = {
  requestId: "$context.requestId",
  sourceIp: "$context.identity.sourceIp",
  route: "$context.routeKey",
  status: "$context.status",
  responseMilliseconds: "$context.responseLatency",
  integrationError: "$context.integrationErrorMessage",
};
