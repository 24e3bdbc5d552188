export { createHttp } from "./node-http.ts";
