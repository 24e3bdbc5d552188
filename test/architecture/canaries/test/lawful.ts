import "../hub/index.ts";
import "#adapters/aws/dynamodb";
import "fast-check";
