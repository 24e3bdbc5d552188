import "node:https";
