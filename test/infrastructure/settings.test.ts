import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { readSettings } from "#lib";
import { inTemporaryFolder } from "../../scripts/synthesized-stacks.ts";

const stages = resolve(import.meta.dirname, "../../stages");

/** Reads a settings file with this content as the stage "trial". */
function reading(content: string | object) {
  return inTemporaryFolder((folder) => {
    mkdirSync(join(folder, "stages"));
    writeFileSync(join(folder, "stages/trial.json"), typeof content === "string" ? content : JSON.stringify(content));
    try {
      return readSettings("trial", join(folder, "stages"));
    } catch (error) {
      throw new Error((error as Error).message.replaceAll(`${folder}/`, ""));
    }
  });
}

test("the stages of the project are read", () => {
  expect(readSettings("dev", stages)).toEqual({ stage: "dev", profile: "lite", removal: "destroy", connections: {} });
  expect(readSettings("prod", stages)).toEqual({
    stage: "prod",
    profile: "peak",
    removal: "retain",
    ordersExpected: { fromHour: 13, toHour: 3, withinMinutes: 60 },
    connections: {},
  });
});

test("a connection that is mentioned has defaults for what is not said", () => {
  expect(
    reading({ profile: "lite", removal: "retain", alarmEmail: "ops@example.com", connections: { "erp-us": { paused: true } } }),
  ).toEqual({
    stage: "trial",
    profile: "lite",
    removal: "retain",
    alarmEmail: "ops@example.com",
    connections: { "erp-us": { paused: true, batchesAtOnce: 2 } },
  });
});

test.each([
  [{ removal: "retain" }, 'stages/trial.json has 1 fault:\nprofile: set it to "lite" or "peak"'],
  [{ profile: "big", removal: "retain" }, 'stages/trial.json has 1 fault:\nprofile: set it to "lite" or "peak"'],
  [{ profile: "lite", removal: "keep" }, 'stages/trial.json has 1 fault:\nremoval: set it to "retain" or "destroy"'],
  [
    { profile: "lite", removal: "retain", shopifyEventSource: "shopify" },
    "stages/trial.json has 1 fault:\nshopifyEventSource: set it to aws.partner/shopify.com/<app id>/<source name>",
  ],
  [
    { profile: "lite", removal: "retain", alarmEmail: "somebody" },
    "stages/trial.json has 1 fault:\nalarmEmail: set it to an e-mail address",
  ],
  [
    { profile: "lite", removal: "retain", ordersExpected: { fromHour: 8, toHour: 20, withinMinutes: 361 } },
    "stages/trial.json has 1 fault:\nordersExpected.withinMinutes: set it to a whole number of minutes from 5 to 360",
  ],
  [
    { profile: "lite", removal: "retain", ordersExpected: { fromHour: 22, toHour: 1, withinMinutes: 181 } },
    "stages/trial.json has 1 fault:\nordersExpected.withinMinutes: set it to no more minutes than there are from fromHour to toHour, or the alarm may never go off",
  ],
  [
    { profile: "lite", removal: "retain", ordersExpected: { fromHour: 8, toHour: 8, withinMinutes: 60 } },
    "stages/trial.json has 1 fault:\nordersExpected: set it to hours that differ: fromHour and toHour are the same",
  ],
  [
    { profile: "lite", removal: "retain", ordersExpected: { fromHour: 24, toHour: 8, withinMinutes: 1, zone: "UTC" } },
    "stages/trial.json has 3 faults:\n" +
      "ordersExpected.fromHour: set it to an hour from 0 to 23\n" +
      "ordersExpected.withinMinutes: set it to a whole number of minutes from 5 to 360\n" +
      "ordersExpected.zone: no such setting; allowed: fromHour, toHour, withinMinutes",
  ],
  [
    { profile: "lite", removal: "retain", conections: {} },
    "stages/trial.json has 1 fault:\nconections: no such setting; allowed: profile, removal, shopifyEventSource, alarmEmail, ordersExpected, secondPerson, connections",
  ],
  [
    { profile: "lite", removal: "retain", connections: { "erp-us": { batchesAtOnce: 1, pause: true } } },
    "stages/trial.json has 2 faults:\n" +
      "connections.erp-us.batchesAtOnce: set it to a whole number from 2 to 1000\n" +
      "connections.erp-us.pause: no such setting; allowed: paused, batchesAtOnce",
  ],
  [[], "stages/trial.json has 1 fault:\nthe file: set it to an object of settings"],
])("%j is refused with what to set", (content, message) => {
  expect(() => reading(content)).toThrow(new Error(message));
});

test("a silence may be as long as the hours in which orders are expected, over midnight too", () => {
  const ordersExpected = { fromHour: 22, toHour: 1, withinMinutes: 180 };
  expect(reading({ profile: "lite", removal: "retain", ordersExpected })).toMatchObject({ ordersExpected });
});

test("a file that is not JSON, and a stage without a file, are refused with what to do", () => {
  expect(() => reading("{")).toThrow(/^stages\/trial\.json is not JSON: /);
  expect(() => readSettings("nowhere", "stages")).toThrow(
    "the stage nowhere has no settings: write stages/nowhere.json, or name another stage with -c stage=…",
  );
});

test.each(["", "Prod", "../etc/passwd", "seventeen-letters", undefined, 3])("%j is no name of a stage", (stage) => {
  expect(() => readSettings(stage, stages)).toThrow('name one of 1 to 16 letters, digits and "-" such as -c stage=dev');
});
