import "node:sqlite";
