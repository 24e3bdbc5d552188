import "node:sqlite";
import "node:fs";
import "#ports/clock";
