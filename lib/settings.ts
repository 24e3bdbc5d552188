import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { Invalid } from "#domain/failures";

/**
 * How one stage is deployed: `stages/<stage>.json`. What it costs and how long things are kept follows from the profile; policies stand
 * in `policies/`, secrets nowhere in the project.
 */
export interface Settings {
  /** Part of every name, so that several stages live in one account. */
  readonly stage: string;
  /** "lite": a small shop, which pays for fixed items and not for traffic. "peak": a customer-managed key, warm tables, longer records. */
  readonly profile: "lite" | "peak";
  /** "retain": nothing that holds data can be deleted with its stack. "destroy": for stages that come and go. */
  readonly removal: "retain" | "destroy";
  /** Name of Shopify's partner event source, as its administration shows it; absent: orders come over HTTP alone. */
  readonly shopifyEventSource?: string | undefined;
  /** Who is told of alarms; AWS asks this address to confirm. Absent: alarms are seen in the console alone. */
  readonly alarmEmail?: string | undefined;
  /** When a silent shop is an alarm; absent: never. */
  readonly ordersExpected?: OrdersExpected | undefined;
  /** Policies are released, by a deploy or by name, with the approval of somebody other than who releases them, or not at all. */
  readonly secondPerson?: boolean | undefined;
  /** By ERP connection of the policies. */
  readonly connections: Readonly<Record<string, ConnectionSettings>>;
}

/** Hours of the day in UTC, 0 to 23: from the one until the other, over midnight where the second is the smaller one. */
export interface OrdersExpected {
  readonly fromHour: number;
  readonly toHour: number;
  /** So long without a delivery is silence: 5 to 360, and no longer than the hours are. */
  readonly withinMinutes: number;
}

export interface ConnectionSettings {
  /** Nothing is sent to this ERP; its queue holds what comes for up to 14 days. */
  readonly paused: boolean;
  /** Batches that are posted at once, 2 to 1000: what the ERP takes. */
  readonly batchesAtOnce: number;
}

const connection = z.strictObject({
  paused: z.boolean("true or false").default(false),
  batchesAtOnce: z
    .int("a whole number from 2 to 1000")
    .min(2, "a whole number from 2 to 1000")
    .max(1000, "a whole number from 2 to 1000")
    .default(2),
});

const hourOfDay = z.int("an hour from 0 to 23").min(0, "an hour from 0 to 23").max(23, "an hour from 0 to 23");
/** An open shop that has been silent for longer is no news to anybody; and a stretch of a day always begins at one hour, at which perhaps nothing is expected. */
const silenceMinutesMax = 360;
const minutesOfSilence = `a whole number of minutes from 5 to ${silenceMinutesMax}`;

const ordersExpected = z
  .strictObject({
    fromHour: hourOfDay,
    toHour: hourOfDay,
    withinMinutes: z.int(minutesOfSilence).min(5, minutesOfSilence).max(silenceMinutesMax, minutesOfSilence),
  })
  .refine(({ fromHour, toHour }) => fromHour !== toHour, "hours that differ: fromHour and toHour are the same")
  // The alarm looks at stretches that follow one another, and at the hour at which each begins: hours that are shorter may contain no beginning.
  .refine(({ fromHour, toHour, withinMinutes }) => withinMinutes <= ((toHour - fromHour + 24) % 24 || 24) * 60, {
    path: ["withinMinutes"],
    error: "no more minutes than there are from fromHour to toHour, or the alarm may never go off",
  });

const schema = z.strictObject(
  {
    profile: z.enum(["lite", "peak"], '"lite" or "peak"'),
    removal: z.enum(["retain", "destroy"], '"retain" or "destroy"'),
    shopifyEventSource: z
      .string()
      .regex(
        /^aws\.partner\/shopify\.com(?:\.test)?\/[0-9]{1,20}\/[A-Za-z0-9._-]{1,100}$/,
        "aws.partner/shopify.com/<app id>/<source name>",
      )
      .optional(),
    alarmEmail: z.email("an e-mail address").max(254, "an e-mail address").optional(),
    ordersExpected: ordersExpected.optional(),
    secondPerson: z.boolean("true or false").optional(),
    connections: z.record(z.string(), connection).default({}),
  },
  "an object of settings",
);

/** Names of Lambda functions end at 64 characters. */
const stagePattern = /^[a-z][a-z0-9-]{0,15}$/;

/** Reads `<folder>/<stage>.json`. Throws Invalid with every fault and what to set. */
export function readSettings(stage: unknown, folder: string): Settings {
  if (typeof stage !== "string" || !stagePattern.test(stage))
    throw new Invalid(`the stage is ${JSON.stringify(stage)}: name one of 1 to 16 letters, digits and "-" such as -c stage=dev`);
  const file = join(folder, `${stage}.json`);
  return { stage, ...parse(read(file, stage), file) };
}

function read(file: string, stage: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new Invalid(`the stage ${stage} has no settings: write ${file}, or name another stage with -c stage=…`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Invalid(`${file} is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function parse(content: unknown, file: string): Omit<Settings, "stage"> {
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) =>
    issue.code === "unrecognized_keys"
      ? `${[...issue.path, issue.keys.join(", ")].join(".")}: no such setting; allowed: ${allowedAt(issue.path).join(", ")}`
      : `${issue.path.join(".") || "the file"}: set it to ${issue.message}`,
  );
  throw new Invalid(`${file} has ${faults.length} fault${faults.length === 1 ? "" : "s"}:\n${faults.join("\n")}`);
}

function allowedAt(path: readonly PropertyKey[]): string[] {
  if (path[0] === "ordersExpected") return Object.keys(ordersExpected.shape);
  return Object.keys(path.length === 0 ? schema.shape : connection.shape);
}

/** The settings of a connection; those of one that the policies do not know are refused. Throws Invalid. */
export function connectionSettings(settings: Settings, connections: readonly string[]): ReadonlyMap<string, ConnectionSettings> {
  const unknown = Object.keys(settings.connections).filter((id) => !connections.includes(id));
  if (unknown.length > 0)
    throw new Invalid(
      `stages/${settings.stage}.json: connections.${unknown[0]} is no ERP connection of the policies; known: ${connections.join(", ")}`,
    );
  return new Map(connections.map((id) => [id, settings.connections[id] ?? { paused: false, batchesAtOnce: 2 }]));
}
