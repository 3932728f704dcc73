import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { SessionRequests } from "../../../../templates/static/shared/session/session_requests.js";

const UNREACHABLE = { name: "SessionError", code: "unreachable", message: "The server can't be reached" };
let server;
let requests;

before(async () => {
  server = createServer((request, response) => {
    if (request.url.endsWith("half/")) response.write('{"access": ');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  requests = new SessionRequests(`http://127.0.0.1:${server.address().port}`, "/", 200);
});
after(() => server.closeAllConnections() ?? server.close());

test("it gives up a server that never answers", { timeout: 10_000 }, async () => {
  await assert.rejects(requests.post("none/", {}), UNREACHABLE);
});

test("it gives up a server that answers by half", { timeout: 10_000 }, async () => {
  await assert.rejects(requests.get("half/", "token"), UNREACHABLE);
});
