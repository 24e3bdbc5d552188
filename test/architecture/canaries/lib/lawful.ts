import "#wiring";
import "#domain/policy";
import "node:fs";
