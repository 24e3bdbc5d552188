import "../lib/stack.ts";
