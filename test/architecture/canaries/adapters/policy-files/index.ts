import "#domain/policy";
import "node:fs";

export const value = 1;
