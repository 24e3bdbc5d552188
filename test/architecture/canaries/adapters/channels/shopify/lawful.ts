import "#domain/money";
import "#ports/clock";
import "saxes";
import "./index.ts";
import "node:crypto";
