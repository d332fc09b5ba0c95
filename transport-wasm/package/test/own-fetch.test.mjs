// @ts-check
/** A `fetch`, and callbacks, of one's own that misbehave: nothing stays open, and nothing escapes. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "fluxbase-client-keys";
import { after, ENDED, granting } from "./scripted.mjs";

const url = "http://127.0.0.1:1";
const serviceKey = "sk_c2VjcmV0c2VjcmV0";

test("an answer that comes after its call was given up is let go of", async () => {
  let let_go = false;
  const fetch = async () => {
    await after(50);
    return new Response(new ReadableStream({ cancel: () => void (let_go = true) }));
  };
  const client = createClient({ url, serviceKey, fetch });
  await client.ready();
  await assert.rejects(client.management.clientKeys.list({ signal: AbortSignal.timeout(10) }), { kind: "cancelled" });
  await after(100);
  assert.ok(let_go);
});

test("a body that cannot be let go of fails its call and no more", async () => {
  for (const cancel of [undefined, () => { throw new Error("no"); }, () => Promise.reject(new Error("no")), () => undefined]) {
    const reader = { read: () => Promise.reject(new Error("broken")), cancel };
    const fetch = async () => ({ status: 200, headers: {}, body: { getReader: () => reader } });
    const { clientKeys } = createClient({ url, serviceKey, attempts: 1, fetch: /** @type {any} */ (fetch) }).management;
    await assert.rejects(clientKeys.list(), { name: "ClientKeysError", kind: "transport" });
  }
});

test("a body without a reader is read whole, and nothing in place of a piece is an end before its time", async () => {
  const bytes = new TextEncoder().encode('{"client_keys":[],"total":0}');
  /** @param {object} response */
  const listOf = (response) => {
    const fetch = async () => ({ status: 200, headers: { "content-type": "application/json" }, ...response });
    return createClient({ url, serviceKey, attempts: 1, fetch: /** @type {any} */ (fetch) }).management.clientKeys.list();
  };
  assert.equal((await listOf({ body: {}, arrayBuffer: async () => bytes.buffer })).total, 0);
  await assert.rejects(listOf({ body: {}, arrayBuffer: async () => { throw new Error("broken"); } }), { kind: "transport" });
  const pieces = [{ done: false, value: bytes }, undefined];
  const body = { getReader: () => ({ read: async () => pieces.shift(), cancel: async () => {} }) };
  await assert.rejects(listOf({ body }), { name: "ClientKeysError", kind: "transport", message: /broke|closed|cut/ });
});

test("what a fetch throws may be anything", async () => {
  const trap = () => { throw new Error("escaped"); };
  const odd = [new Proxy({}, { get: trap }), { cause: { code: Symbol("c") } }, { cause: { errors: [null] } }, { cause: 7 }, null, 7n, Symbol("s")];
  for (const reason of odd) {
    const { clientKeys } = createClient({ url, serviceKey, attempts: 1, fetch: () => Promise.reject(reason) }).management;
    await assert.rejects(clientKeys.list(), { name: "ClientKeysError", kind: "transport" });
  }
});

test("an onWarning that rejects is no unhandled rejection", async () => {
  /** @type {unknown[]} */
  const unhandled = [];
  const note = (/** @type {unknown} */ reason) => void unhandled.push(reason);
  process.on("unhandledRejection", note);
  const onWarning = /** @type {any} */ (async () => { throw new Error("not the call's trouble"); });
  await createClient({ url, fetch: granting(), onToken: () => { throw new Error("full"); }, onWarning }).auth.restore(ENDED);
  await after(20);
  process.off("unhandledRejection", note);
  assert.deepEqual(unhandled, []);
});


test("tokens that are no JSON are refused like any others", async () => {
  const round = /** @type {any} */ ({ ...ENDED });
  round.self = round;
  for (const tokens of [round, { access_token: 1n }, null, undefined, 7, "{}"]) {
    await assert.rejects(createClient({ url }).auth.restore(tokens), { name: "ClientKeysError", kind: "invalid_input", operation: "restore tokens" });
  }
  for (const tokens of [round, { access_token: 1n }]) {
    await assert.rejects(createClient({ url, tokens }).ready(), { name: "ClientKeysError", kind: "invalid_input" });
  }
});
