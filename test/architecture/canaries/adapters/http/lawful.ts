import "node:http";
