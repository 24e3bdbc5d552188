import { describe, expect, test } from "vitest";
import type { Problem } from "#domain/exceptions";
import type { DocumentItem } from "#domain/lineage";
import { gatherFacts } from "../../../domain/posting/gather-facts.ts";
import { at, fact } from "../../fixtures/posting-case.ts";

const issue: Problem = { class: "data.value", code: "price", cause: "order 1 price", message: "price is no number" };
const versioned = (version: string, more: Partial<DocumentItem> = {}) =>
  fact("order", { key: `D#${version}`, events: [{ ...fact("order").events[0]!, version }], ...more });
const unreadable = (more: Partial<DocumentItem>) => fact("order", { key: "D#broken", events: [], issues: [issue], ...more });
const held = (...documents: DocumentItem[]) => gatherFacts(documents).issues;

test("the events of sound documents are the facts; those of a document with issues are not", () => {
  const broken = fact("b", { issues: [issue] });
  expect(gatherFacts([fact("a"), broken])).toEqual({ events: fact("a").events, issues: [issue] });
});

describe("a document with issues is a problem until a later version of the same resource replaces it", () => {
  const broken = versioned("2", { key: "D#broken", issues: [issue] });
  test.each([
    ["an earlier version", versioned("1"), [issue]],
    ["the same version", versioned("2"), []],
    ["a later version", versioned("3"), []],
    ["a later version of another resource", { ...versioned("3"), source: "shopify:shop.example:refund:1" }, [issue]],
  ])("%s", (_, other, issues) => {
    expect(held(broken, other)).toEqual(issues);
  });

  test("a later version that is broken too replaces nothing", () => {
    expect(held(broken, versioned("3", { issues: [issue] }))).toEqual([issue, issue]);
  });
});

describe("a document whose facts could not be read", () => {
  test("is compared by the version that its channel could still tell", () => {
    expect(held(unreadable({ version: "2", at: at(0) }), versioned("1", { at: at(9) }))).toEqual([issue]);
    expect(held(unreadable({ version: "2", at: at(9) }), versioned("3", { at: at(0) }))).toEqual([]);
  });

  test("without a version it is replaced only by what came after it", () => {
    expect(held(unreadable({ at: at(5) }), versioned("9", { at: at(4) }))).toEqual([issue]);
    expect(held(unreadable({ at: at(5) }), versioned("9", { at: at(5) }))).toEqual([issue]);
    expect(held(unreadable({ at: at(5) }), versioned("1", { at: at(6) }))).toEqual([]);
  });
});
