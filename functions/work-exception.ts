import * as z from "zod/mini";
import { Invalid } from "#domain/failures";
import type { WebhookChannel } from "#ports/channel";
import type { ChannelSource } from "#ports/channel-source";
import type { Clock } from "#ports/clock";
import type { DocumentStore } from "#ports/document-store";
import type { LineageStore } from "#ports/lineage-store";
import type { PolicyStore } from "#ports/policy-store";
import type { PosFormat } from "#ports/pos-format";
import type { References } from "#ports/references";
import type { WorkLists } from "#ports/work-lists";
import { createHandler as createEdit, type DocumentEdit } from "./edit-document.ts";
import type { PosFormats } from "./known-pos-formats.ts";
import { type ListedException, openExceptions } from "./open-exceptions.ts";
import { createHandler as createResolve, type ExceptionResolution } from "./resolve-exception.ts";
import { createHandler as createRetry, type ExceptionRetry } from "./retry-exception.ts";
import { createHandler as createRetryAll, type RetriedExceptions } from "./retry-exceptions.ts";

export interface WorkExceptionDependencies {
  readonly channels: readonly WebhookChannel[];
  readonly sources: readonly ChannelSource[];
  readonly formats: readonly PosFormat[];
  readonly tableFormat?: PosFormats["tableFormat"];
  readonly documents: DocumentStore;
  readonly lineage: LineageStore;
  readonly references: References;
  readonly workLists: WorkLists;
  readonly policies: PolicyStore;
  readonly clock: Clock;
}

const inputSchema = z.looseObject({ action: z.enum(["list", "retry", "retry-all", "resolve", "edit"]) });
const listSchema = z.object({ after: z.optional(z.string().check(z.maxLength(2_000))) });
const pageEntries = 100;

/** A page of what is open, the one that is due first at the top; `next` is the `after` of the page behind it. */
export interface OpenExceptionsPage {
  readonly exceptions: readonly ListedException[];
  readonly next?: string;
}

export type WorkedException = ExceptionRetry | RetriedExceptions | ExceptionResolution | DocumentEdit | OpenExceptionsPage;

/**
 * The exception desk where there is no command line: `{action: "list", after?}`, and what a named person does about one,
 * `{action: "retry" | "resolve" | "edit", transaction, exception, by, reason, …}` or, about all of a kind,
 * `{action: "retry-all", class?, connection?, olderThanMinutes?, limit?, by, reason}`. Throws what they throw.
 */
export function createHandler(dependencies: WorkExceptionDependencies) {
  const retry = createRetry(dependencies);
  const retryAll = createRetryAll(dependencies);
  const resolve = createResolve(dependencies);
  const edit = createEdit(dependencies);

  return async function workException(input: unknown): Promise<WorkedException> {
    const parsed = inputSchema.safeParse(input);
    if (!parsed.success) throw new Invalid('work-exception takes {action}, which is "list", "retry", "retry-all", "resolve" or "edit"');
    const { action, ...asked } = parsed.data;
    switch (action) {
      case "list":
        return list(asked);
      case "retry":
        return retry(asked);
      case "retry-all":
        return retryAll(asked);
      case "resolve":
        return resolve(asked);
      case "edit":
        return edit(asked);
    }
  };

  async function list(asked: unknown): Promise<OpenExceptionsPage> {
    const parsed = listSchema.safeParse(asked);
    if (!parsed.success) throw new Invalid('{action: "list"} takes `after`, the `next` of the page before');
    const { entries, next } = await dependencies.workLists.read(openExceptions, parsed.data.after, pageEntries);
    return { exceptions: entries.map(({ body }) => body as ListedException), ...(next === undefined ? {} : { next }) };
  }
}
