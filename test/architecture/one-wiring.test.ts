import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { busSubscriptions, queueSettings } from "#hub";
import * as wiring from "#wiring";
import { type Json, ofType, type StackTemplate } from "../../scripts/stack-templates.ts";
import { prefix, type Synthesized, synthesize } from "../../scripts/synthesized-stacks.ts";
import { differences, factsOfHub, factsOfTemplates, factsOfWiring, type Wiring } from "./wiring-facts.ts";

/** ERP connections of the sample's policies. */
const connections = ["erp-ca", "erp-us"];
const project = resolve(import.meta.dirname, "../..");

let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synthesize();
});

const hostsAgree = (changed: Wiring = wiring) =>
  differences(factsOfWiring(changed, connections), factsOfTemplates(synthesized.integration, synthesized.stacks, prefix), [
    "wiring/",
    "AWS",
  ]);

/** The same stacks with one thing changed by hand, as if someone had changed it in lib/ or in the console. */
function altered(change: (resources: Record<string, Json>) => void): string[] {
  const resources = structuredClone(synthesized.integration.resources) as Record<string, Json>;
  change(resources);
  const integration: StackTemplate = { ...synthesized.integration, resources };
  return differences(factsOfWiring(wiring, connections), factsOfTemplates(integration, [synthesized.data, integration], prefix), [
    "wiring/",
    "AWS",
  ]);
}

function idOf(type: string, is: (properties: Readonly<Record<string, Json>>) => boolean): string {
  const found = ofType(synthesized.integration, type).find(({ properties }) => is(properties));
  if (found === undefined) throw new Error(`no ${type} as asked for`);
  return found.id;
}

describe("wiring/, the stacks and the embedded hub tell the same", () => {
  test("what is wired is on AWS, and nothing else is", () => {
    expect(hostsAgree()).toEqual([]);
  });

  test("in peak nothing else is wired; what moves requests to new code may move those of the five that answer the outside", () => {
    const peak = synthesize({ profile: "peak" });
    const told = differences(factsOfWiring(wiring, connections), factsOfTemplates(peak.integration, peak.stacks, prefix), [
      "wiring/",
      "AWS",
    ]);
    expect(told.filter((fact) => !fact.startsWith("AWS alone: code-deploy may "))).toEqual([]);
    const moved = told.flatMap((fact) => /^AWS alone: code-deploy may lambda:UpdateAlias function (\S+) $/.exec(fact)?.[1] ?? []);
    expect(moved).toEqual([
      "authorize-return",
      "cancel-return-authorization",
      "place-purchase-order",
      "receive-events",
      "receive-shopify-webhook",
      "show-transaction",
    ]);
    expect(told).toHaveLength(6 * 3 * 2 + 1);
  });

  test("they tell of everything there is to wire", () => {
    const facts = factsOfTemplates(synthesized.integration, synthesized.stacks, prefix);
    for (const kind of ["function ", "route ", "stream ", "queue ", "order.placed ", "machine ", "door ", "drop folder "])
      expect(facts.filter((fact) => fact.startsWith(kind)).length, kind).toBeGreaterThan(0);
    expect(facts.filter((fact) => fact.includes(" may ")).length).toBeGreaterThan(100);
  });

  test("the embedded hub subscribes as the rules do, and its messages die as SQS's do", () => {
    const shared = (fact: string) =>
      /^(?!door |queue |machine |route |stream |schedule |drop |function ).* → /.test(fact) && !fact.includes(" may ");
    const aws = factsOfTemplates(synthesized.integration, synthesized.stacks, prefix);
    const doors = new Set(wiring.doors.map(({ name }) => name));
    const deaths = aws.flatMap((fact) => {
      const [, queue = "", receives = ""] = /^queue (\S+): .*dead after (\d+)$/.exec(fact) ?? [];
      return queue === "" || doors.has(queue) ? [] : [`queue ${queue} dead after ${receives}`];
    });
    const hub = factsOfHub(busSubscriptions(connections), queueSettings(connections));
    expect(differences([...aws.filter(shared), ...deaths], hub, ["AWS", "hub"])).toEqual([]);
    expect(hub).toContain("order.placed concerning erp-us → posting-erp-us");
    expect(hub.length).toBeGreaterThan(20);
  });

  test.each(wiring.machines)("the template shows $name as its file is", ({ name }) => {
    const id = idOf("AWS::StepFunctions::StateMachine", ({ StateMachineName }) => StateMachineName === `${prefix}${name}`);
    expect(synthesized.integration.resources[id]?.Properties?.DefinitionString).toBe(
      readFileSync(join(project, `state-machines/${name}.asl.json`), "utf8"),
    );
  });
});

describe("a difference is reported: changed in wiring/ alone", () => {
  test("a route", () => {
    const routes = wiring.routes.map((each) => (each.caller === "channel" ? { ...each, path: "/webhooks/other" } : each));
    expect(hostsAgree({ ...wiring, routes })).toEqual([
      "AWS alone: route POST /webhooks/shopify → receive-shopify-webhook",
      "wiring/ alone: route POST /webhooks/other → receive-shopify-webhook",
    ]);
  });

  test("an event of a subscription", () => {
    const subscriptions = wiring.subscriptions.map((each) => ({ ...each, names: each.names.filter((name) => name !== "refund.issued") }));
    expect(hostsAgree({ ...wiring, subscriptions })).toEqual([
      "AWS alone: refund.issued concerning erp-ca → posting-erp-ca",
      "AWS alone: refund.issued concerning erp-us → posting-erp-us",
    ]);
    const hub = factsOfHub(busSubscriptions(connections), queueSettings(connections));
    const changed = factsOfHub(
      busSubscriptions(connections).map((each) => ({ ...each, names: each.names.filter((name) => name !== "refund.issued") })),
      queueSettings(connections),
    );
    expect(differences(hub, changed, ["hub", "changed"])).toEqual([
      "hub alone: refund.issued concerning erp-ca → posting-erp-ca",
      "hub alone: refund.issued concerning erp-us → posting-erp-us",
    ]);
  });

  test("what a function needs", () => {
    const functions = wiring.functions.map((each) =>
      each.name === "record-exception" ? { ...each, needs: [{ port: "lineage-store", mode: "read" } as const] } : each,
    );
    expect(hostsAgree({ ...wiring, functions })).toEqual([
      'AWS alone: record-exception may dynamodb:PutItem Lineage.Arn {"ForAllValues:StringNotLike":{"dynamodb:LeadingKeys":["?#*"]}}',
    ]);
  });

  test("a function, its memory, its time-out", () => {
    const functions = wiring.functions.map((each) => (each.name === "record-exception" ? { ...each, memoryMegabytes: 128 } : each));
    expect(hostsAgree({ ...wiring, functions })).toEqual([
      "AWS alone: function record-exception: 256 MB, 30 s, told LINEAGE_TABLE",
      "wiring/ alone: function record-exception: 128 MB, 30 s, told LINEAGE_TABLE",
    ]);
  });

  test("what the environment holds", () => {
    const environmentOf = { ...wiring.environmentOf, clock: ["TIME_ZONE"] };
    expect(hostsAgree({ ...wiring, environmentOf })).toContain(
      "wiring/ alone: function record-exception: 256 MB, 30 s, told LINEAGE_TABLE, TIME_ZONE",
    );
  });
});

describe("a difference is reported: changed on AWS alone", () => {
  const postingRule = () => idOf("AWS::Events::Rule", ({ EventPattern }) => EventPattern?.detail?.connections?.[0] === "erp-us");

  test("an event less in a rule", () => {
    expect(
      altered((resources) => {
        resources[postingRule()].Properties.EventPattern["detail-type"].shift();
      }),
    ).toEqual(["wiring/ alone: order.placed concerning erp-us → posting-erp-us"]);
  });

  test("a rule that is gone, or switched off", () => {
    const names = wiring.subscriptions.find(({ name }) => name === "posting")?.names ?? [];
    const gone = altered((resources) => {
      delete resources[postingRule()];
    });
    expect(gone).toEqual([...names].sort().map((name) => `wiring/ alone: ${name} concerning erp-us → posting-erp-us`));
    const off = altered((resources) => {
      resources[postingRule()].Properties.State = "DISABLED";
    });
    expect(off.filter((line) => line.startsWith("wiring/ alone: order.placed "))).toHaveLength(1);
  });

  test("a rule that sends to another connection's queue", () => {
    const other = idOf("AWS::SQS::Queue", ({ QueueName }) => QueueName === `${prefix}posting-erp-ca`);
    expect(
      altered((resources) => {
        resources[postingRule()].Properties.Targets[0].Arn = { "Fn::GetAtt": [other, "Arn"] };
      }),
    ).toContain("AWS alone: order.placed concerning erp-us → posting-erp-ca");
  });

  test("a route that is gone", () => {
    expect(
      altered((resources) => {
        delete resources[idOf("AWS::ApiGatewayV2::Route", () => true)];
      }),
    ).toEqual(["wiring/ alone: route POST /webhooks/shopify → receive-shopify-webhook"]);
  });

  test("a stream's filter", () => {
    const stream = idOf("AWS::Lambda::EventSourceMapping", ({ StartingPosition }) => StartingPosition !== undefined);
    const reported = altered((resources) => {
      delete resources[stream].Properties.FilterCriteria;
    });
    expect(reported[0]).toBe("AWS alone: stream → announce-events, at most 500, of ");
  });

  test("a queue whose messages another function takes, or die later", () => {
    const mapping = idOf("AWS::Lambda::EventSourceMapping", ({ MaximumBatchingWindowInSeconds, StartingPosition, BatchSize }) => {
      return StartingPosition === undefined && MaximumBatchingWindowInSeconds === 10 && BatchSize === 25;
    });
    const other = idOf("AWS::Lambda::Function", ({ FunctionName }) => FunctionName === `${prefix}record-exception`);
    expect(
      altered((resources) => {
        resources[mapping].Properties.FunctionName = { Ref: other };
      }).filter((line) => line.startsWith("AWS alone")),
    ).toEqual([expect.stringMatching(/^AWS alone: queue posting-erp-(?:ca|us) → record-exception, at most 25$/)]);
    const queue = idOf("AWS::SQS::Queue", ({ QueueName }) => QueueName === `${prefix}posting-erp-us`);
    expect(
      altered((resources) => {
        resources[queue].Properties.RedrivePolicy.maxReceiveCount = 50;
      }),
    ).toEqual([
      "AWS alone: queue posting-erp-us: hides 730 s, dead after 50",
      "wiring/ alone: queue posting-erp-us: hides 730 s, dead after 5",
    ]);
  });

  test("a machine that calls another function, or is of another type", () => {
    const machine = idOf("AWS::StepFunctions::StateMachine", ({ StateMachineName }) => StateMachineName === `${prefix}post-transactions`);
    const other = idOf("AWS::Lambda::Function", ({ FunctionName }) => FunctionName === `${prefix}record-exception`);
    expect(
      altered((resources) => {
        resources[machine].Properties.DefinitionSubstitutions.ExecutePostingsArn = { "Fn::GetAtt": [other, "Arn"] };
        resources[machine].Properties.StateMachineType = "STANDARD";
      }),
    ).toEqual([
      "AWS alone: machine post-transactions, STANDARD, calls decide-postings, record-exception",
      "wiring/ alone: machine post-transactions, EXPRESS, calls decide-postings, execute-postings",
    ]);
  });

  test("a permission more, and one less", () => {
    const recorder = idOf("AWS::Lambda::Function", ({ FunctionName }) => FunctionName === `${prefix}record-exception`);
    const role = synthesized.integration.resources[recorder]?.Properties?.Role as Json;
    const policy = idOf("AWS::IAM::Policy", ({ Roles }) => Roles[0].Ref === role["Fn::GetAtt"][0]);
    expect(
      altered((resources) => {
        resources[policy].Properties.PolicyDocument.Statement.push({ Effect: "Allow", Action: "dynamodb:DeleteItem", Resource: "*" });
      }),
    ).toEqual(["AWS alone: record-exception may dynamodb:DeleteItem * "]);
    const reported = altered((resources) => {
      resources[policy].Properties.PolicyDocument.Statement.shift();
    });
    expect(reported.length).toBeGreaterThan(0);
    expect(reported.every((line) => line.startsWith("wiring/ alone: record-exception may "))).toBe(true);
  });

  test("a door and a drop folder", () => {
    const door = idOf("AWS::Events::Rule", ({ EventPattern }) => EventPattern?.source?.[0] === "aws.s3");
    expect(
      altered((resources) => {
        delete resources[door];
      }),
    ).toEqual(["wiring/ alone: door drops → dropped-files", "wiring/ alone: drop folder pos/", "wiring/ alone: drop folder settlement/"]);
  });

  test("a function, and a rule, that nobody wired", () => {
    const one = idOf("AWS::Lambda::Function", ({ FunctionName }) => FunctionName === `${prefix}record-exception`);
    const door = idOf("AWS::Events::Rule", ({ EventPattern }) => EventPattern?.source?.[0] === "aws.s3");
    expect(
      altered((resources) => {
        resources.Stranger = structuredClone(resources[one]);
        resources.Stranger.Properties.FunctionName = `${prefix}stranger`;
        resources.StrangeRule = structuredClone(resources[door]);
        resources.StrangeRule.Properties.EventPattern = { source: ["aws.ec2"] };
      }).filter((line) => !line.includes(" may ")),
    ).toEqual([
      'AWS alone: a rule that nobody wired: {"source":["aws.ec2"]}',
      "AWS alone: function stranger: 256 MB, 30 s, told LINEAGE_TABLE",
    ]);
  });
});
