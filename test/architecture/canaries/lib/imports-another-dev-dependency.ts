import "fast-check";
