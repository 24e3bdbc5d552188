import * as z from "zod/mini";
import { exceptionClasses } from "#domain/exceptions";
import { id, why } from "./schema-parts.ts";

const known = Object.keys(exceptionClasses);
const families = [...new Set(known.map((name) => name.split(".")[0] as string))].sort();

const escalationRule = z.strictObject({
  class: z.optional(
    z
      .string()
      .check(
        z.refine(
          (value) => known.includes(value) || families.includes(value),
          `a class of docs/exceptions.md, or the first part of several: ${families.join(", ")}`,
        ),
      ),
  ),
  afterHours: z.int("a whole number of hours").check(z.minimum(0, "hours from 0 to 2160"), z.maximum(2_160, "hours from 0 to 2160")),
  owner: id,
  severity: z.optional(z.enum(["info", "warning", "error", "critical"])),
  why,
});

/** To whom overdue exceptions go, and when. */
export const escalations = z.optional(z.array(escalationRule).check(z.maxLength(200, "at most 200 escalations")));
