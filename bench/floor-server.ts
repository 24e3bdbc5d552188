// The floor: bare node:http, JSON.parse and one durable insert per request (SQLite WAL, synchronous FULL). Usage: node bench/floor-server.ts DATABASE
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DatabaseSync } from "node:sqlite";

const database = new DatabaseSync(process.argv[2] ?? ":memory:");
database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE document (seq INTEGER PRIMARY KEY, id TEXT, body TEXT)");
const insert = database.prepare("INSERT INTO document (id, body) VALUES (?, ?)");
const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on("data", (part) => parts.push(part));
  request.on("end", () => {
    const text = Buffer.concat(parts).toString("utf8");
    insert.run(String((JSON.parse(text) as { id: number }).id), text);
    response.writeHead(200).end("accepted");
  });
});
server.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/` })));
