import "temporal-polyfill";
