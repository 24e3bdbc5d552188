import "../../test/anything.ts";
