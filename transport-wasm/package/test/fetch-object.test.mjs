// @ts-check
/** `new ClientKeysManager(fetch)`: exactly what the reference says is asked of the fetch object. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { ClientKeysError, ClientKeysManager } from "fluxbase-client-keys";
import { GENERATIONS } from "../../../examples/emulator/emulator.mjs";
import { serve } from "./emulator.mjs";
import { publishedFetch, refusal } from "./published.mjs";

const ID = "0B5e4b36-3b8e-4f0e-9b43-6a0d6f3f7a11";
const PATH = "/api/v1/client-keys";
const KEY = { id: ID.toLowerCase(), name: "n", key_prefix: "fbk_abcd", scopes: ["tables:read"], created_at: "2026-01-02T03:04:05.123456Z" };

/**
 * A fetch object that gives these answers in turn and remembers how it was called.
 * @param {...unknown} answers an `Error` is what it rejects with
 */
function objectOf(...answers) {
  /** @type {unknown[][]} */
  const calls = [];
  const method = (/** @type {string} */ name) =>
    async function (/** @type {unknown[]} */ ...given) {
      calls.push([name, ...given]);
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    };
  return { calls, get: method("get"), post: method("post"), patch: method("patch"), delete: method("delete") };
}

test("exactly the documented arguments, and the request as it was given", async () => {
  const request = Object.freeze({ name: " n ", scopes: ["read:users", "write:users"], rate_limit_per_minute: 0, expires_at: "2025-12-31T23:59:59Z", unknown: { deep: true } });
  const updates = Object.freeze({ name: "", scopes: [] });
  const object = objectOf({ ...KEY, key: "fbk_abcdefgh" }, [], KEY, KEY, { message: "m" }, "");
  const manager = new ClientKeysManager(object);
  await manager.create(/** @type {any} */ (request), { timeout: 1 });
  await manager.list({ timeout: 1 });
  await manager.get(ID, { timeout: 1 });
  await manager.update(ID, updates, { timeout: 1 });
  await manager.revoke(ID, { timeout: 1 });
  await manager.delete(ID, { timeout: 1 });
  assert.deepEqual(object.calls, [
    ["post", PATH, request],
    ["get", PATH],
    ["get", `${PATH}/${ID}`],
    ["patch", `${PATH}/${ID}`, updates],
    ["post", `${PATH}/${ID}/revoke`, {}],
    ["delete", `${PATH}/${ID}`],
  ]);
  assert.equal(object.calls[0][2], request);
  assert.equal(object.calls[3][2], updates);
});

test("methods are called on the object that they belong to", async () => {
  class Fetch {
    #answer = [KEY];
    async get() {
      return this.#answer;
    }
    async post() {}
    async patch() {}
    async delete() {}
  }
  assert.equal((await new ClientKeysManager(new Fetch()).list()).total, 1);
});

for (const [shape, answer] of /** @type {[string, any][]} */ ([
  ["a bare array", [KEY]],
  ["the documented object", { client_keys: [KEY], total: 1 }],
])) {
  test(`a list as ${shape}`, async () => {
    const { client_keys, total } = await new ClientKeysManager(objectOf(answer)).list();
    assert.equal(total, 1);
    assert.equal(client_keys[0].name, "n");
  });
}

for (const answer of [null, undefined, "", []]) {
  test(`a list that is ${JSON.stringify(answer)} is empty`, async () => {
    assert.deepEqual(await new ClientKeysManager(objectOf(answer)).list(), { client_keys: [], total: 0, skipped: 0 });
  });
}

test("a create, flat or as documented, gives both parts", async () => {
  for (const answer of [{ ...KEY, key: "fbk_abcdefgh" }, { client_key: KEY, key: "fbk_abcdefgh" }]) {
    const { client_key, key } = await new ClientKeysManager(objectOf(answer)).create({ name: "n", scopes: ["tables:read"] });
    assert.equal(key, "fbk_abcdefgh");
    assert.deepEqual(client_key, KEY);
  }
});

test("an update that answered no key is read, once", async () => {
  for (const answer of [{ message: "Client key updated successfully" }, { success: true }, null, ""]) {
    const object = objectOf(answer, KEY);
    assert.equal((await new ClientKeysManager(object).update(ID, { name: "n" })).name, "n");
    assert.deepEqual(object.calls, [["patch", `${PATH}/${ID}`, { name: "n" }], ["get", `${PATH}/${ID}`]]);
  }
  const direct = objectOf(KEY);
  await new ClientKeysManager(direct).update(ID, { name: "n" });
  assert.equal(direct.calls.length, 1);
});

test("an update whose key cannot be read is applied", async () => {
  const manager = new ClientKeysManager(objectOf({ message: "m" }, refusal(403)));
  await assert.rejects(manager.update(ID, { name: "n" }), { outcome: "applied", operation: "update client key", status: 403 });
});

test("revoke and delete give a message, whatever came", async () => {
  for (const answer of [{ message: "gone" }, null, undefined, ""]) {
    const manager = new ClientKeysManager(objectOf(answer, answer));
    for (const { message } of [await manager.revoke(ID), await manager.delete(ID)]) {
      assert.ok(answer ? message === "gone" : message.length > 0);
    }
  }
});

test("ids are checked before anything is asked for, and not altered", async () => {
  const object = objectOf();
  const manager = new ClientKeysManager(object);
  for (const id of ["", "..", "a/b", "a?b", "a#b", "a%2fb", "a b", 7, null, undefined]) {
    for (const call of /** @type {const} */ (["get", "revoke", "delete"])) {
      await assert.rejects(manager[call](/** @type {any} */ (id)), { name: "ClientKeysError", kind: "invalid_input", outcome: "not_applied" }, `${id}`);
    }
    await assert.rejects(manager.update(/** @type {any} */ (id), {}), { kind: "invalid_input" });
  }
  assert.deepEqual(object.calls, []);
});

test("what is no fetch object is refused, the global fetch above all", async () => {
  for (const object of /** @type {any[]} */ ([globalThis.fetch, "https://fluxbase.example.com", {}])) {
    await assert.rejects(new ClientKeysManager(object).list(), { kind: "invalid_input", outcome: "not_applied", message: /give null and \{ url \}$/ });
  }
});

test("an error is printed under its own name", async () => {
  const error = await new ClientKeysManager(objectOf(refusal(404))).get(ID).catch((error) => error);
  assert.match(inspect(error), /^ClientKeysError: get client key: /);
  assert.match(error.stack, /^ClientKeysError: get client key: /);
});

test("what the object rejects with is the cause, and its status is read", async () => {
  for (const [status, kind, outcome] of /** @type {[number, string, string][]} */ ([
    [400, "rejected", "not_applied"],
    [401, "refused", "not_applied"],
    [403, "forbidden", "not_applied"],
    [404, "not_found", "not_applied"],
    [409, "conflict", "not_applied"],
    [429, "rate_limited", "not_applied"],
    [500, "server", "unknown"],
  ])) {
    const reason = refusal(status, { error: "words", code: "A_CODE", request_id: "r-1" });
    const object = objectOf(reason);
    await assert.rejects(new ClientKeysManager(object).delete(ID), {
      name: "ClientKeysError", kind, outcome, status, code: "A_CODE", requestId: "r-1", operation: "delete client key", attempts: 1, cause: reason,
    });
    assert.equal(object.calls.length, 1);
  }
  const limited = new ClientKeysManager(objectOf(refusal(429, { retry_after: 5 })));
  await assert.rejects(limited.list(), { kind: "rate_limited", retryAfter: 5, retryable: true, code: undefined });
  // Such members are for programs and for the message: no place for whatever a server writes there.
  const odd = new ClientKeysManager(objectOf(refusal(400, { code: "fbk_secret", request_id: { deep: true }, retry_after: "soon" })));
  await assert.rejects(odd.list(), (/** @type {any} */ error) => {
    assert.deepEqual([error.code, error.requestId, error.retryAfter], [undefined, undefined, undefined]);
    return !error.message.includes("fbk_");
  });
  const lost = new ClientKeysManager(objectOf(new TypeError("Failed to fetch"), new TypeError("Failed to fetch")));
  await assert.rejects(lost.create({ name: "n", scopes: [] }), { kind: "transport", outcome: "unknown" });
  await assert.rejects(lost.list(), { kind: "transport", outcome: "not_applied", retryable: true });
});

test("a rejection may be anything, and none of it escapes", async () => {
  const odd = [{ status: 429, details: { retry_after: 5n } }, { status: 429, details: { retry_after: Symbol("s") } }, { status: "429" }, { details: null }, 7, Symbol("s")];
  for (const reason of odd) {
    const reject = () => Promise.reject(reason);
    const manager = new ClientKeysManager({ get: reject, post: reject, patch: reject, delete: reject });
    await assert.rejects(manager.list(), { name: "ClientKeysError", retryAfter: undefined, cause: reason });
  }
});

test("answers that are not what was promised", async () => {
  for (const answer of [{}, "<!doctype html>", 7, true, [[]], { client_key: {} }, () => {}]) {
    await assert.rejects(new ClientKeysManager(objectOf(answer)).get(ID), { name: "ClientKeysError" }, inspect(answer));
  }
  const error = await new ClientKeysManager(objectOf({ ...KEY, key: "" })).create({ name: "n", scopes: [] }).catch((error) => error);
  assert.ok(error instanceof ClientKeysError);
  assert.equal(error.outcome, "applied");
  const round = /** @type {any} */ ({});
  round.self = round;
  await assert.rejects(new ClientKeysManager(objectOf(round)).get(ID), { name: "ClientKeysError" });
});

for (const generation of GENERATIONS) {
  test(`${generation}: one line repairs an existing application`, async (t) => {
    const server = await serve(t, generation);
    const login = await fetch(`${server.url}/api/v1/admin/login`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(server.admins[0]) });
    const session = /** @type {any} */ (await login.json());
    const token = session.access_token ?? session.tokens?.access_token;
    const manager = new ClientKeysManager(publishedFetch(server.url, token));
    const scopes = generation === "2026.1" || generation === "2026.3.6" ? ["read:tables"] : ["tables:read"];
    const { client_key, key } = await manager.create({ name: "Production Service", scopes });
    assert.ok(key.startsWith(client_key.key_prefix));
    assert.equal((await manager.list()).client_keys[0].id, client_key.id);
    assert.equal((await manager.get(client_key.id)).name, "Production Service");
    assert.equal((await manager.update(client_key.id, { name: "Updated Name" })).name, "Updated Name");
    assert.ok((await manager.revoke(client_key.id)).message);
    assert.ok((await manager.delete(client_key.id)).message);
    await assert.rejects(manager.get(client_key.id), { kind: "not_found", status: 404 });
  });
}
