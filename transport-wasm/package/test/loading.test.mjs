// @ts-check
/** Loading the WebAssembly, and what becomes of calls when it fails. */
import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import binaryen from "binaryen";
import { ClientKeysManager, createClient } from "fluxbase-client-keys";
import { serve } from "./emulator.mjs";

const cwd = fileURLToPath(new URL("..", import.meta.url));
const bytes = readFileSync(fileURLToPath(import.meta.resolve("fluxbase-client-keys/machine.wasm")));

/** What the machine is told: see its page. */
const [OPEN, CANCELLED, FIRST_OPERATION, LAST_OPERATION] = [0, 8, 10, 25];

/**
 * A module with the machine's exports, which lets every call wait and traps when it is told one of these.
 * @param {number} first
 * @param {number} [last]
 */
function trapping(first, last = first) {
  const command = '{"do":"sleep","ms":100000}';
  const module = binaryen.parseText(`(module
    (memory (export "memory") 2)
    (data (i32.const 65536) "${command.replaceAll('"', '\\22')}")
    (func (export "input") (param i32) (result i32) (i32.const 0))
    (func (export "output_length") (result i32) (i32.const ${command.length}))
    (func (export "tell") (param i32 i32 f64 f64 i32) (result i32)
      (if (i32.and (i32.ge_u (local.get 0) (i32.const ${first})) (i32.le_u (local.get 0) (i32.const ${last}))) (then (unreachable)))
      (i32.const 65536)))`);
  const wasm = module.emitBinary();
  module.dispose();
  return new Uint8Array(wasm);
}

for (const [entry, ...words] of [["node.js"], ["browser.js", "--conditions=browser"]]) {
  test(`importing ${entry} touches nothing, and nothing keeps a program alive`, () => {
    const program = `
      const touched = [];
      for (const name of ["fetch", "localStorage", "navigator", "setTimeout", "crypto", "performance", "document", "window"]) {
        Object.defineProperty(globalThis, name, { configurable: true, get() { touched.push(name); } });
      }
      WebAssembly.compile = WebAssembly.instantiate = () => touched.push("WebAssembly");
      const { createClient, ClientKeysManager, localStorageStore } = await import("fluxbase-client-keys");
      createClient({ url: "http://localhost:8080", store: localStorageStore() });
      createClient({ url: "no url at all" });
      new ClientKeysManager({ get() {}, post() {}, patch() {}, delete() {} });
      process.stdout.write(JSON.stringify([import.meta.resolve("fluxbase-client-keys").split("/").pop(), ...touched]));`;
    const out = execFileSync(process.execPath, [...words, "--input-type=module", "-e", program], { cwd, timeout: 10_000 });
    assert.deepEqual(JSON.parse(`${out}`), [entry]);
  });
}

test("an error that nobody catches shows its message, not the package", () => {
  const program = `
    import { createClient } from "fluxbase-client-keys";
    await createClient({ url: "no url at all" }).management.clientKeys.list();`;
  const { stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", program], { cwd, encoding: "utf8", timeout: 10_000 });
  assert.match(stderr, /^ClientKeysError: .*server's URL/m);
  assert.ok(stderr.length < 3000, `${stderr.length} characters`);
});

test("a wrong url is the call's rejection", async () => {
  for (const url of ["", "no url", "ftp://example.com", "http://example.com", undefined, 7]) {
    const client = createClient({ url: /** @type {any} */ (url) });
    await assert.rejects(client.management.clientKeys.list(), { name: "ClientKeysError", kind: "invalid_input", outcome: "not_applied" }, `${url}`);
    await assert.rejects(client.ready(), { kind: "invalid_input" });
  }
});

test("the WebAssembly may be given: bytes, compiled, or where it is", async (t) => {
  const server = await serve(t);
  const address = new URL(import.meta.resolve("fluxbase-client-keys/machine.wasm"));
  for (const wasm of [bytes, bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), await WebAssembly.compile(bytes), address, address.href]) {
    assert.equal((await createClient({ url: server.url, wasm }).health()).status, "ok");
  }
});

test("a failed load is tried again", async (t) => {
  const server = await serve(t);
  const client = createClient({ url: server.url });
  const { instantiate } = WebAssembly;
  t.after(() => (WebAssembly.instantiate = instantiate));
  const reason = new Error("the network is away");
  WebAssembly.instantiate = /** @type {any} */ (() => Promise.reject(reason));
  const failed = { name: "ClientKeysError", kind: "not_loaded", outcome: "not_applied", retryable: true, cause: reason };
  await assert.rejects(client.health(), failed);
  await assert.rejects(client.ready(), failed);
  const manager = new ClientKeysManager({ get: async () => [], post: async () => null, patch: async () => null, delete: async () => null });
  await assert.rejects(manager.list(), failed);
  WebAssembly.instantiate = instantiate;
  assert.equal((await client.health()).status, "ok");
  assert.deepEqual((await manager.list()).client_keys, []);
});

test("what is no WebAssembly is a failed load", async (t) => {
  const page = createServer((_, response) => response.end("<!doctype html>")).listen(0, "127.0.0.1");
  t.after(() => page.close());
  await new Promise((resolve) => page.once("listening", resolve));
  for (const wasm of [new Uint8Array([1, 2, 3]), "no address", new URL("file:///nowhere/machine.wasm")]) {
    await assert.rejects(createClient({ url: "http://localhost:8080", wasm }).ready(), { kind: "not_loaded" });
  }
});

test("a machine that traps is an error of the package, and the client is begun anew", async () => {
  const options = { url: "http://localhost:8080" };
  const opening = createClient({ ...options, wasm: trapping(OPEN) });
  const failed = { name: "ClientKeysError", kind: "broken", retryable: false };
  await assert.rejects(opening.health(), { ...failed, outcome: "not_applied", operation: "connect" });
  await assert.rejects(opening.health(), failed);

  const starting = createClient({ ...options, wasm: trapping(FIRST_OPERATION, LAST_OPERATION) });
  await starting.ready();
  const both = await Promise.allSettled([starting.health(), starting.management.clientKeys.list()]);
  for (const { status, reason } of /** @type {any[]} */ (both)) {
    assert.equal(status, "rejected");
    assert.equal(reason.kind, "broken");
    assert.equal(reason.outcome, "not_applied");
    assert.ok(reason.cause instanceof WebAssembly.RuntimeError);
  }

  // Here every call waits for ever: until the machine traps while one is cancelled.
  const cancelling = createClient({ ...options, wasm: trapping(CANCELLED) });
  const controller = new AbortController();
  const waiting = cancelling.health();
  const cancelled = cancelling.health({ signal: controller.signal });
  setTimeout(() => controller.abort(), 20);
  await assert.rejects(cancelled, { ...failed, operation: "check health" });
  await assert.rejects(waiting, failed);
});

test("a trap on the way through a fetch object is one too", async () => {
  let asked = 0;
  const object = { get: async () => asked++, post: async () => asked++, patch: async () => asked++, delete: async () => asked++ };
  const manager = new ClientKeysManager(object, { wasm: trapping(FIRST_OPERATION, LAST_OPERATION) });
  for (let times = 0; times < 2; times++) {
    await assert.rejects(manager.create({ name: "n", scopes: ["tables:read"] }), { name: "ClientKeysError", kind: "broken", outcome: "not_applied", operation: "create client key" });
  }
  assert.equal(asked, 0);
});
