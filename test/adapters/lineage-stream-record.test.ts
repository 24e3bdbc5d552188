import { describe, expect, it } from "vitest";
import { readStreamRecord } from "#adapters/aws";

const pk = { S: "sale:1" };
const body = '{"type":"closure","transaction":"sale:1","key":"X#erp#1#0001#C","at":"2026-03-02T15:04:05.000Z","by":"hub","reason":"gone"}';
const image = { pk, sk: { S: "X#erp#1#0001#C" }, type: { S: "closure" }, body: { S: body } };
const insert = (NewImage: unknown) => ({ eventID: "1", eventName: "INSERT", dynamodb: { Keys: { pk }, NewImage, SequenceNumber: "111" } });
/** A byte 7, then whatever. */
const packedByVersion7 = { B: "B0NW" };

describe("records of the lineage's stream", () => {
  it("gives the inserted item", () => {
    expect(readStreamRecord(insert(image))).toEqual({
      kind: "item",
      item: {
        type: "closure",
        transaction: "sale:1",
        key: "X#erp#1#0001#C",
        at: "2026-03-02T15:04:05.000Z",
        by: "hub",
        reason: "gone",
      },
    });
  });

  it.each([
    ["the removal of a raw body", { eventName: "MODIFY", dynamodb: { NewImage: image } }, "MODIFY: only inserts are announced"],
    ["a removed row", { eventName: "REMOVE", dynamodb: { Keys: { pk } } }, "REMOVE: only inserts are announced"],
    ["a projection", insert({ pk: { S: "R##1001" }, sk: { S: "T#order#sale:1" } }), "the row is no item of the lineage"],
  ])("passes over %s", (_what, record, reason) => {
    expect(readStreamRecord(record)).toEqual({ kind: "passed-over", reason });
  });

  it.each([
    [
      "a type of item",
      { ...image, type: { S: "omen" } },
      'row X#erp#1#0001#C of sale:1 has type "omen", which this version of the program does not know: deploy the version that wrote it, or a later one, then send it again',
    ],
    [
      "a packing of the body",
      { ...image, body: packedByVersion7 },
      "row X#erp#1#0001#C of sale:1 has packing 7, which this version of the program does not know: deploy the version that wrote it, or a later one, then send it again",
    ],
    [
      "a packing of the raw body",
      { ...image, raw: packedByVersion7 },
      "row X#erp#1#0001#C of sale:1 has packing 7, which this version of the program does not know: deploy the version that wrote it, or a later one, then send it again",
    ],
  ])("names %s that a newer version wrote", (_what, newer, reason) => {
    expect(readStreamRecord(insert(newer))).toEqual({ kind: "newer-version", reason });
  });

  it.each([
    ["nothing", undefined, "it is no record of a DynamoDB stream"],
    ["a list", [], "it is no record of a DynamoDB stream"],
    ["a message of a queue", { messageId: "1", body: "{}" }, "it is no record of a DynamoDB stream"],
    ["a record without an event name", { dynamodb: { NewImage: image } }, "it has no event name of a DynamoDB stream"],
    [
      "a record of keys only",
      { eventName: "INSERT", dynamodb: { Keys: { pk } } },
      "it has no new image: the stream's view must be NEW_IMAGE",
    ],
    ["an image that is no row", insert({ ...image, body: "text" }), "its new image has no attributes as DynamoDB writes them"],
    [
      "an item without a body",
      insert({ ...image, body: undefined, type: { S: "closure" } }),
      "its new image has no attributes as DynamoDB writes them",
    ],
    [
      "a row of another program",
      insert({ pk, sk: { S: "a" }, type: { N: "1" } }),
      "row a of sale:1 has no type or no body: it was not written by this program, look at the table",
    ],
    [
      "a damaged body",
      insert({ ...image, body: { B: "" } }),
      "row X#erp#1#0001#C of sale:1 is damaged (it is empty): restore it from a backup",
    ],
    [
      "a body that is no JSON",
      insert({ ...image, body: { S: "{" } }),
      "row X#erp#1#0001#C of sale:1 is damaged (its body is no JSON): restore it from a backup",
    ],
  ])("says why %s cannot be read", (_what, record, reason) => {
    expect(readStreamRecord(record)).toEqual({ kind: "unreadable", reason });
  });

  it("shows no content of a row that it cannot read", () => {
    const reading = readStreamRecord(insert({ ...image, body: { S: '{"email":"someone@example.com"' } }));
    expect(JSON.stringify(reading)).not.toContain("someone");
  });
});
