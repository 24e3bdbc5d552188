import "node:http";
import "zod";
