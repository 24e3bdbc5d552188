/** What the emulator lacks or does in another way than AWS, and which test looks at it instead. */
export interface EmulatorGap {
  readonly what: string;
  readonly reason: string;
  /** Path in the project. */
  readonly checkedBy: string;
  /** Resources of this type are taken out of the templates before they are deployed. */
  readonly leftOut?: string;
}

export const emulatorGaps: readonly EmulatorGap[] = [
  {
    what: "the archive of the bus",
    reason: "its CloudFormation refuses the type AWS::Events::Archive",
    checkedBy: "test/infrastructure/integration-stack.test.ts",
    leftOut: "AWS::Events::Archive",
  },
  {
    what: "permissions",
    reason: "it lets every role do everything",
    checkedBy: "test/infrastructure/integration-stack.test.ts",
  },
  {
    what: "the windows in which queues and streams gather a batch",
    reason: "it invokes at once with what is there",
    checkedBy: "test/infrastructure/integration-stack.test.ts",
  },
  {
    what: "the address of the API",
    reason: "this machine need not know its host name, so the same API is called under a path",
    checkedBy: "test/infrastructure/integration-stack.test.ts",
  },
  {
    what: "events on their way from the bus to the stream of a subscriber, and the packing of its files",
    reason: "it has no such target, and writes each record of a stream at once as it is",
    checkedBy: "test/infrastructure/analytics-subscriber.test.ts",
  },
  {
    what: "new code of the doors that takes over by degrees, and goes back by an alarm",
    reason: "the stage dev is deployed, whose profile is lite; the emulator's aliases move at once, as it has no CodeDeploy",
    checkedBy: "test/infrastructure/canaries.test.ts",
  },
  {
    what: "warm tables, keys of one's own, retained stacks",
    reason: "the stage dev is deployed, whose profile is lite",
    checkedBy: "test/infrastructure/data-stack.test.ts",
  },
];

export const leftOutTypes: readonly string[] = emulatorGaps.flatMap(({ leftOut }) => (leftOut === undefined ? [] : [leftOut]));
