import { isNativeId } from "./schemas.ts";

/** The native id of a GraphQL id: "gid://shopify/Return/945000954" is "945000954". Undefined when it is none. */
export function nativeIdOf(gid: unknown): string | undefined {
  if (typeof gid !== "string") return undefined;
  const id = /^gid:\/\/shopify\/[A-Za-z]+\/([^/?]+)(?:\?.*)?$/.exec(gid)?.[1];
  return isNativeId(id) ? id : undefined;
}
