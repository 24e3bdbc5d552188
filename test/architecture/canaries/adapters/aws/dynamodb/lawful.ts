import "@aws-sdk/client-dynamodb";
import "#domain/money";
import "node:zlib";
