import "@smithy/signature-v4";
import "#domain/money";
import "node:zlib";
import "node:crypto";
