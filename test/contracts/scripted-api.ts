import { type AwsApi, AwsFailure } from "#adapters/aws";

export interface ScriptedCall {
  readonly operation: string;
  // biome-ignore lint/suspicious/noExplicitAny: the tests read whatever DynamoDB would have been sent
  readonly input: any;
}

/** Answers each operation by the script, and keeps what was asked. */
export function scriptedApi(script: (call: ScriptedCall, count: number) => object): { api: AwsApi; calls: ScriptedCall[] } {
  const calls: ScriptedCall[] = [];
  const api: AwsApi = {
    async call({ target }, input) {
      const call = { operation: target.replace("DynamoDB_20120810.", ""), input };
      calls.push(call);
      return script(call, calls.length);
    },
    report() {},
    send: () => Promise.reject(new Error("not a part of DynamoDB")),
  };
  return { api, calls };
}

export function fails(code: string, fate: AwsFailure["fate"]): never {
  throw new AwsFailure("DynamoDB", code, fate);
}
