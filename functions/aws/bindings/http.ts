import { createHttp } from "#adapters/http";

export const http = createHttp();
