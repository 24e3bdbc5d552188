import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Stack } from "aws-cdk-lib";
import { describe, expect, test } from "vitest";
import type { Settings } from "#lib";
import { permissionsOf, type Reach } from "../../lib/parts/grants.ts";
import { Machine } from "../../lib/parts/machine.ts";
import type { ThroughlineFunction } from "../../lib/parts/throughline-function.ts";
import type { Platform } from "../../lib/platform.ts";
import { profileOf } from "../../lib/profile.ts";
import type { Json } from "../../scripts/stack-templates.ts";
import { inTemporaryFolder, newApp, policiesFolder, settings, synthesize } from "../../scripts/synthesized-stacks.ts";

/** Synthesizes with the sample's policies, one file of them changed. */
function synthesizeWith(file: string, change: (content: Json) => void, changes: Partial<Settings> = {}): void {
  inTemporaryFolder((folder) => {
    const policies = join(folder, "policies");
    cpSync(policiesFolder, policies, { recursive: true });
    const content = JSON.parse(readFileSync(join(policies, file), "utf8"));
    change(content);
    writeFileSync(join(policies, file), JSON.stringify(content));
    synthesize(changes, policies);
  });
}

describe("the synthesis is refused, with what to set, for", () => {
  test("a policy that names an account role that there is not", () => {
    expect(() =>
      synthesizeWith("entities/US1.json", ({ accounts }) => {
        accounts[0].role = "stock";
      }),
    ).toThrow(/the policies have 1 fault:\nentities\/US1\.json accounts\[0\]\.role: .*inventory/);
  });

  test("an entity whose ERP connection nobody has described", () => {
    expect(() =>
      synthesizeWith("entities/US1.json", (entity) => {
        entity.connection = "erp-uk";
      }),
    ).toThrow('entities/US1.json connection: unknown connection; known: erp-ca, erp-us (found "erp-uk")');
  });

  test("a connection to an ERP that there is no adapter for", () => {
    expect(() =>
      synthesizeWith("regions/us.json", ({ connections }) => {
        connections["erp-us"].adapter = "sap-r2";
      }),
    ).toThrow(
      'regions/us.json connections["erp-us"].adapter: not allowed; allowed: sandbox, tryton, netsuite, odoo, erpnext, business-central (found "sap-r2")',
    );
  });

  test("a lease under which the sending function would be ended before it records what it sent", () => {
    const leased = (leaseSeconds: number) => () =>
      synthesizeWith("regions/us.json", ({ connections }) => {
        Object.assign(connections["erp-us"], { leaseSeconds, requestTimeoutSeconds: 10, serverRunSeconds: 60, clockSkewSeconds: 5 });
      });
    expect(leased(86)).toThrow(/connections\.erp-us\.leaseSeconds 86 .* set it to 85 or less/);
    expect(leased(85)).not.toThrow();
  });

  test("policies that nobody approved, in a stage that asks for a second person", () => {
    expect(() => synthesize({ secondPerson: true })).toThrow(
      'stages/test.json asks for a second person: name who approved these policies with -c approvedBy="…", and who releases them with -c actor="…"',
    );
  });

  test("settings of a connection that the policies do not know", () => {
    expect(() => synthesize({ connections: { "erp-uk": { paused: true, batchesAtOnce: 2 } } })).toThrow(
      "stages/test.json: connections.erp-uk is no ERP connection of the policies; known: erp-ca, erp-us",
    );
  });

  test("a connection whose name makes a queue's name that SQS does not take", () => {
    const named = (connection: string) => () =>
      synthesizeWith(
        "regions/us.json",
        ({ connections }) => {
          connections[connection] = connections["erp-us"];
        },
        { stage: "quite-long-stage" },
      );
    expect(named("a-connection-with-a-name-as-long-as-can")).toThrow(
      "the queue throughline-quite-long-stage-posting-a-connection-with-a-name-as-long-as-can-dead-letters has a name that SQS does not take, which is at most 80 letters, digits, - and _: give the stage or the ERP connection another one",
    );
    expect(named("erp.us")).toThrow("the queue throughline-quite-long-stage-posting-erp.us-dead-letters has a name that SQS does not take");
  });

  test("a machine whose file names a function that is not wired to it", () => {
    const machineOf = (...names: string[]) =>
      inTemporaryFolder((folder) => {
        const stack = new Stack(newApp(join(folder, "cdk.out")), "Stack");
        const functions = names.map((name) => ({ wiring: { name }, lambda: { functionArn: `arn:${name}` } }) as ThroughlineFunction);
        const platform = { names: { prefix: "p-" }, profile: profileOf(settings), reach: { machines: new Map() } };
        return new Machine(stack, "Machine", { platform: platform as unknown as Platform, name: "post-transactions", functions });
      });
    expect(() => machineOf("decide-postings")).toThrow(
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the machine file that has a placeholder.
      "state-machines/post-transactions.asl.json: ${ExecutePostingsArn} stands for no function of post-transactions: set its functions in wiring/flows.ts (now decide-postings, execute-postings)",
    );
    expect(() => machineOf("decide-postings", "execute-postings")).not.toThrow();
  });

  test("a need that no permission is written for, or that names a queue which is not there", () => {
    const reach = { queues: new Map(), machines: new Map() } as unknown as Reach;
    expect(() => permissionsOf("wake-held", { port: "clock", mode: "write" }, reach)).toThrow(
      "wake-held needs clock (write), for which no permission is written: known are use; add it to lib/parts/grants.ts",
    );
    expect(() => permissionsOf("wake-held", { port: "queue", mode: "write", name: "posting" }, reach)).toThrow(
      "wake-held needs the queue posting, which is not built yet: name one in its needs (wiring/functions.ts), and build it first",
    );
  });
});
