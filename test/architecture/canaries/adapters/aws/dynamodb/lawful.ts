import "node:crypto";
import "#domain/money";
import "node:zlib";
import "node:crypto";
