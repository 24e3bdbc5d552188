import "#hub";
import "#sample";
import "node:util";
