import { expect, test } from "vitest";
import { billedRequest } from "#adapters/aws";

const dynamo = (operation: string, input: object, units: number | readonly number[]) =>
  billedRequest(`DynamoDB_20120810.${operation}`, input, {
    ConsumedCapacity: typeof units === "number" ? { CapacityUnits: units } : units.map((CapacityUnits) => ({ CapacityUnits })),
  });

test("units of the table are those that DynamoDB reports, told apart by the kind of rows", () => {
  expect(dynamo("PutItem", { Item: { pk: { S: "sale:shopify:x:1" }, sk: { S: "P#erp-us#1" } } }, 2)).toEqual({
    service: "DynamoDB",
    operation: "PutItem lineage",
    writeUnits: 2,
    readUnits: 0,
    count: 0,
  });
  expect(dynamo("GetItem", { Key: { pk: { S: "E#erp-us" }, sk: { S: "pace" } } }, 1)).toMatchObject({
    operation: "GetItem pace",
    readUnits: 1,
  });
  const batch = { RequestItems: { lineage: [{ PutRequest: { Item: { pk: { S: "R##1001" } } } }] } };
  expect(dynamo("BatchWriteItem", batch, [25, 3])).toMatchObject({ operation: "BatchWriteItem references", writeUnits: 28 });
});

test("a read that finds nothing is one unit, or half of one where it need not be consistent, though DynamoDB Local says none", () => {
  const query = { KeyConditionExpression: "pk = :value AND begins_with(sk, :prefix)" };
  const asked = { ...query, ExpressionAttributeValues: { ":prefix": { S: "W#" }, ":value": { S: "R#612" } } };
  expect(dynamo("Query", asked, 0)).toMatchObject({ operation: "Query references", readUnits: 1, writeUnits: 0 });
  expect(dynamo("Query", { ...asked, ConsistentRead: false }, 0)).toMatchObject({ readUnits: 0.5 });
  expect(dynamo("Query", { ...asked, ConsistentRead: false }, 1.5)).toMatchObject({ readUnits: 1.5 });
});

test("events and messages are counted by 64 KB begun", () => {
  const event = (bytes: number) => ({ Source: "s", DetailType: "t", Detail: "x".repeat(bytes - 2) });
  expect(billedRequest("AWSEvents.PutEvents", { Entries: [event(65_536), event(65_537), event(10)] }, {})).toMatchObject({ count: 4 });
  const message = { Id: "1", MessageBody: "x".repeat(65_536) };
  expect(billedRequest("AmazonSQS.SendMessageBatch", { Entries: [message] }, {})).toMatchObject({ service: "SQS", count: 2 });
});

test("an execution, an object and a look at the parameters count as one each", () => {
  expect(billedRequest("AWSStepFunctions.StartSyncExecution", {}, {})).toMatchObject({ service: "Step Functions", count: 1 });
  expect(billedRequest("S3 PUT", undefined, undefined)).toMatchObject({ service: "S3", operation: "PUT", count: 1 });
  expect(billedRequest("AmazonSSM.GetParametersByPath", {}, {})).toMatchObject({ service: "Systems Manager", count: 1 });
});

test("what nobody said how to bill, or did not ask the units of, is not passed over", () => {
  expect(() => billedRequest("DynamoDB_20120810.PutItem", {}, {})).toThrow(
    "PutItem was answered without its consumed capacity: ask for it",
  );
  expect(() => billedRequest("AWSLambda.Invoke", {}, {})).toThrow("nobody knows what AWS bills for AWSLambda.Invoke");
});
