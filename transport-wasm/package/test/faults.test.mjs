// @ts-check
/** What goes wrong on the way, over raw sockets. */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { createClient } from "fluxbase-client-keys";

const HEAD = "content-type: application/json\r\n";

/**
 * A server that does this with each connection as soon as something has come in.
 * @param {import("node:test").TestContext} t
 * @param {(socket: import("node:net").Socket) => void} fault
 */
async function faulty(t, fault) {
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  /** @type {Set<import("node:net").Socket>} */
  const all = new Set();
  const server = createServer((socket) => {
    all.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    // Node may connect once more and send nothing.
    socket.once("data", () => {
      sockets.add(socket);
      fault(socket);
    });
  });
  t.after(() => {
    for (const socket of all) socket.destroy();
    server.close();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  const client = createClient({ url: `http://127.0.0.1:${port}`, serviceKey: "sk_secret", attempts: 1, attemptTimeout: 1000, bodyLimit: 100_000, listLimit: 100_000 });
  return { sockets, create: () => client.management.clientKeys.create({ name: "n", scopes: ["tables:read"] }), list: () => client.management.clientKeys.list() };
}

/** @param {import("node:net").Socket} socket @param {string} status @param {string} headers @param {string} body */
const answer = (socket, status, headers, body) =>
  socket.end(`HTTP/1.1 ${status}\r\n${headers}content-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);

/** @type {[string, (socket: import("node:net").Socket) => void, object][]} */
const FAULTS = [
  ["closed before an answer", (socket) => socket.destroy(), { kind: "transport", outcome: "unknown" }],
  ["cut in the headers", (socket) => socket.end("HTTP/1.1 201 Created\r\ncontent-ty"), { kind: "transport", outcome: "unknown" }],
  ["cut in the body", (socket) => socket.end(`HTTP/1.1 201 Created\r\n${HEAD}content-length: 1000\r\n\r\n{"id":"k",`), { kind: "transport", outcome: "applied", status: undefined }],
  ["silent", () => {}, { kind: "transport", outcome: "unknown" }],
  ["silent in the body", (socket) => void socket.write(`HTTP/1.1 201 Created\r\n${HEAD}content-length: 1000\r\n\r\n{`), { kind: "transport", outcome: "applied", status: undefined }],
  ["no HTTP", (socket) => socket.end("220 mail.example.com ESMTP\r\n"), { kind: "transport", outcome: "unknown" }],
  ["a redirect", (socket) => answer(socket, "307 Temporary Redirect", "location: /elsewhere\r\n", ""), { kind: "redirected" }],
  ["a proxy's page", (socket) => answer(socket, "200 OK", "content-type: text/html\r\n", "<!doctype html><h1>Sign in</h1>"), { kind: "not_fluxbase" }],
  ["a proxy's failure", (socket) => answer(socket, "502 Bad Gateway", "content-type: text/html\r\n", "<h1>502</h1>"), { kind: "server", status: 502, outcome: "unknown" }],
  ["JSON that is not what was promised", (socket) => answer(socket, "201 Created", HEAD, "{}"), { kind: "unexpected_response", outcome: "applied" }],
  ["too large", (socket) => answer(socket, "201 Created", HEAD, " ".repeat(200_000)), { kind: "response_too_large", outcome: "applied" }],
];

for (const [name, fault, expected] of FAULTS) {
  test(`a create: ${name}`, async (t) => {
    const { create } = await faulty(t, fault);
    await assert.rejects(create(), (error) => {
      const { message, ...rest } = /** @type {any} */ (error);
      assert.equal(rest.name ?? /** @type {any} */ (error).name, "ClientKeysError");
      for (const [member, value] of Object.entries(expected)) assert.equal(/** @type {any} */ (error)[member], value, `${member} of: ${/** @type {any} */ (error).message}`);
      assert.ok(!/** @type {any} */ (error).message.includes("sk_secret"));
      return true;
    });
  });
}

test("an endless list is cut at the limit, and its connection closed", async (t) => {
  const { list, sockets } = await faulty(t, (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\n${HEAD}transfer-encoding: chunked\r\n\r\n`);
    const more = () => void (socket.destroyed || socket.write(`4000\r\n${" ".repeat(0x4000)}\r\n`, () => setTimeout(more, 1)));
    more();
  });
  await assert.rejects(list(), (/** @type {any} */ error) => ["response_too_large", "transport"].includes(error.kind));
  for (let waited = 0; sockets.size && waited < 2000; waited += 20) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(sockets.size, 0);
});

test("a refused connection: certainly nothing was sent, and no secret shows", async () => {
  const closed = createServer();
  await new Promise((resolve) => closed.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (closed.address());
  await new Promise((resolve) => closed.close(resolve));
  const client = createClient({ url: `http://127.0.0.1:${port}`, serviceKey: "sk_secret", attempts: 1 });
  await assert.rejects(client.management.clientKeys.create({ name: "n", scopes: ["tables:read"] }), (/** @type {any} */ error) => {
    assert.equal(error.kind, "transport");
    assert.equal(error.outcome, "not_applied");
    assert.match(error.message, /ECONNREFUSED/);
    return !error.message.includes("sk_secret");
  });
});
