// Runs a built machine: `node check.mjs machine.wasm`. The tests drive the same code natively; this is for what they cannot
// see: the optimizer's work and the module's own allocator.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";

import { CHUNK, END, fields, GET, HEAD, Machine, OPEN } from "../package/machine.js";

const NONE = new Uint8Array();
const PADDING = "p".repeat(3000);

const module = await WebAssembly.compile(await readFile(process.argv[2]));
assert.deepEqual(WebAssembly.Module.imports(module), [], "the machine imports nothing");
const instance = await WebAssembly.instantiate(module);
const machine = new Machine(instance);

let now = 0;
const time = () => [1.7e12 + now, (now += 1), 7];
const begin = (call, list) => machine.tell(GET, call, fields(list), time());
const tell = (call, what, input = NONE) => machine.tell(what, call, input, time());
const named = (command, what) => {
  assert.equal(command.do, what, JSON.stringify(command));
  return command;
};

/** Gets a key whose description is as long as asked. */
function get(call, length) {
  const key = { id: "7c1e8a52-3d4f-4b6a-9c0d-112233445566", name: "k", key_prefix: "fbk_abcd", scopes: ["tables:read"] };
  const body = new TextEncoder().encode(JSON.stringify({ ...key, description: PADDING.slice(0, length) }));
  const fetch = named(begin(call, [null, key.id]), "fetch");
  assert.equal(fetch.method, "GET");
  assert.ok(fetch.url.endsWith(key.id), fetch.url);
  named(tell(call, HEAD, fields(["200", "content-type", "application/json"])), "read");
  named(tell(call, CHUNK, body), "read");
  const done = named(tell(call, END), "done");
  assert.equal(done.status, 200);
  assert.equal(done.value.id, key.id);
  assert.deepEqual(done.value.scopes, key.scopes);
  assert.equal(done.value.description, PADDING.slice(0, length));
}

assert.deepEqual(machine.tell(OPEN, 0, fields(["http://127.0.0.1:1", "1", "serviceKey", null, "s"]), time()), {});
for (let call = 1; call <= 500; call += 1) get(call, 1 + ((call * 37) % 3000));
const held = instance.exports.memory.buffer.byteLength;
for (let call = 501; call <= 5000; call += 1) get(call, 1 + ((call * 37) % 3000));
assert.equal(instance.exports.memory.buffer.byteLength, held, "memory is used again");

// A refusal, and input that makes no sense: each ends its call, and the machine goes on.
const refused = named(begin(6001, [null, "not/an id"]), "done");
assert.equal(refused.error.kind, "invalid_input");
const nonsense = named(tell(6002, GET, new Uint8Array([9, 0, 0, 0, 1])), "done");
assert.equal(nonsense.error.kind, "invalid_input");
assert.equal(tell(4_000_000, HEAD), undefined);
get(6003, 100);
console.log(`runs: 5001 calls in ${held / 1024} KiB of memory`);
