/** The fields of each state type in a JSONata machine, and the ones that are refused by name because of what they are. */

const EVERY_STATE = ["Type", "Comment", "QueryLanguage"] as const;
const TRANSITION = ["Next", "End"] as const;

export const STATE_FIELDS: Readonly<Record<string, readonly string[]>> = {
  Task: [
    ...EVERY_STATE,
    ...TRANSITION,
    "Resource",
    "Arguments",
    "Assign",
    "Output",
    "Retry",
    "Catch",
    "TimeoutSeconds",
    "HeartbeatSeconds",
  ],
  Map: [...EVERY_STATE, ...TRANSITION, "Items", "ItemSelector", "ItemProcessor", "MaxConcurrency", "Assign", "Output", "Retry", "Catch"],
  Parallel: [...EVERY_STATE, ...TRANSITION, "Arguments", "Branches", "Assign", "Output", "Retry", "Catch"],
  Choice: [...EVERY_STATE, "Choices", "Default", "Assign", "Output"],
  Pass: [...EVERY_STATE, ...TRANSITION, "Assign", "Output"],
  Wait: [...EVERY_STATE, ...TRANSITION, "Seconds", "Timestamp", "Assign", "Output"],
  Succeed: [...EVERY_STATE, "Output"],
  Fail: [...EVERY_STATE, "Error", "Cause"],
};

export const MACHINE_FIELDS = ["Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"] as const;
export const ITEM_PROCESSOR_FIELDS = ["Comment", "ProcessorConfig", "StartAt", "States"] as const;
export const BRANCH_FIELDS = ["Comment", "StartAt", "States"] as const;
export const CHOICE_RULE_FIELDS = ["Comment", "Condition", "Next", "Assign", "Output"] as const;
export const CATCHER_FIELDS = ["Comment", "ErrorEquals", "Next", "Assign", "Output"] as const;
export const RETRIER_FIELDS = [
  "Comment",
  "ErrorEquals",
  "IntervalSeconds",
  "MaxAttempts",
  "BackoffRate",
  "MaxDelaySeconds",
  "JitterStrategy",
] as const;

const JSON_PATH = "is a field of JSONPath machines; in JSONata write";

/** Field → why this interpreter refuses it, and what to write instead. */
export const REFUSED_FIELDS: Readonly<Record<string, string>> = {
  InputPath: `${JSON_PATH} Arguments or Output`,
  OutputPath: `${JSON_PATH} Output`,
  ResultPath: `${JSON_PATH} Output with $merge, or Assign`,
  ResultSelector: `${JSON_PATH} Output`,
  Parameters: `${JSON_PATH} Arguments (in a Map: ItemSelector)`,
  Result: `${JSON_PATH} Output`,
  ItemsPath: `${JSON_PATH} Items`,
  SecondsPath: `${JSON_PATH} Seconds`,
  TimestampPath: `${JSON_PATH} Timestamp`,
  TimeoutSecondsPath: `${JSON_PATH} TimeoutSeconds`,
  HeartbeatSecondsPath: `${JSON_PATH} HeartbeatSeconds`,
  MaxConcurrencyPath: `${JSON_PATH} MaxConcurrency`,
  ErrorPath: `${JSON_PATH} Error`,
  CausePath: `${JSON_PATH} Cause`,
  Variable: `${JSON_PATH} Condition`,
  Iterator: "is the deprecated name of ItemProcessor",
  Branches: "belongs to Parallel",
  ItemReader: "belongs to the Distributed Map, which is not supported",
  ItemBatcher: "belongs to the Distributed Map, which is not supported",
  ResultWriter: "belongs to the Distributed Map, which is not supported",
  ToleratedFailureCount: "belongs to the Distributed Map, which is not supported: an iteration that may fail catches its error",
  ToleratedFailureCountPath: "belongs to the Distributed Map, which is not supported: an iteration that may fail catches its error",
  ToleratedFailurePercentage: "belongs to the Distributed Map, which is not supported: an iteration that may fail catches its error",
  ToleratedFailurePercentagePath: "belongs to the Distributed Map, which is not supported: an iteration that may fail catches its error",
  Label: "belongs to the Distributed Map, which is not supported",
  Credentials: "is not supported: a task runs with the role of its machine",
};
