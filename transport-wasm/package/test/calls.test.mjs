// @ts-check
/** What bounds a call, and what is told to the application. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { createClient } from "fluxbase-client-keys";
import { listening, serve } from "./emulator.mjs";

/**
 * A client that needs no signing in.
 * @param {import("../../../examples/emulator/emulator.mjs").Emulator} server
 * @param {Partial<import("fluxbase-client-keys").ClientOptions>} [options]
 */
const clientOf = (server, options) => createClient({ url: server.url, serviceKey: server.serviceKeys[0], ...options });

test("a signal ends a call, and its reason is the error's cause", { timeout: 30_000 }, async (t) => {
  const server = await serve(t);
  const client = clientOf(server);
  await client.ready();
  await server.control("latency", "600000");
  const controller = new AbortController();
  const call = client.management.clientKeys.list({ signal: controller.signal });
  setTimeout(() => controller.abort("enough"), 50);
  await assert.rejects(call, { kind: "cancelled", cause: "enough", operation: "list client keys" });
});

test("a signal that was aborted before lets nothing be sent", async (t) => {
  const server = await serve(t);
  const fetch = listening();
  const client = clientOf(server, { fetch });
  await assert.rejects(client.management.clientKeys.list({ signal: AbortSignal.abort() }), { kind: "cancelled", outcome: "not_applied", attempts: 0 });
  assert.deepEqual(fetch.asked, []);
});

test("a timeout ends one call, and a client's holds for all", { timeout: 30_000 }, async (t) => {
  const server = await serve(t);
  await server.control("latency", "600000");
  // Cut in the middle of its one request: the core tells what became of that.
  const cut = { name: "ClientKeysError", kind: "transport", outcome: "not_applied", attempts: 1 };
  await assert.rejects(clientOf(server).management.clientKeys.list({ timeout: 100 }), cut);
  await assert.rejects(clientOf(server, { timeout: 100 }).management.clientKeys.list(), cut);
});

test("what is no signal and no timeout is refused", async (t) => {
  const server = await serve(t);
  const { clientKeys } = clientOf(server).management;
  // @ts-expect-error A wrong use.
  await assert.rejects(clientKeys.list({ signal: "soon" }), { kind: "invalid_input" });
  await assert.rejects(clientKeys.list({ timeout: -1 }), { kind: "invalid_input" });
  for (const timeout of /** @type {any[]} */ ([NaN, "5", 5n, Symbol("5"), [5]])) {
    await assert.rejects(clientKeys.list({ timeout }), { kind: "invalid_input" });
  }
  for (const wrong of /** @type {any[]} */ ([{ attempts: Symbol("1") }, { timeout: 5n }, { scopeSpelling: Symbol("old") }, { scopeSpelling: 7 }])) {
    await assert.rejects(clientOf(server, wrong).ready(), { name: "ClientKeysError", kind: "invalid_input" });
  }
});

test("a bound that is no whole number is refused, each by its name", async () => {
  for (const name of ["attempts", "attemptTimeout", "timeout", "bodyLimit", "listLimit"]) {
    for (const value of /** @type {any[]} */ (["5", 5n, 1.5, -1, NaN, Infinity, 2 ** 53, Symbol("5"), [5]])) {
      const client = createClient({ url: "http://127.0.0.1:1", [name]: value });
      const message = new RegExp(`: ${name} must be a (whole number, not negative|number of milliseconds)$`);
      await assert.rejects(client.ready(), { name: "ClientKeysError", kind: "invalid_input", message, outcome: "not_applied" });
    }
  }
});

test("onToken is awaited before new tokens are used", async (t) => {
  const server = await serve(t);
  /** @type {string[]} */
  const events = [];
  const client = createClient({
    url: server.url,
    fetch(input, init) {
      events.push(`${init?.method} ${new URL(`${input}`).pathname}`);
      return fetch(input, init);
    },
    async onToken(tokens) {
      await new Promise((resolve) => setTimeout(resolve, 100));
      events.push(tokens ? "kept" : "none");
    },
  });
  await client.auth.login(server.users[0]);
  await client.auth.refresh();
  await client.management.clientKeys.list();
  await client.auth.signOut();
  const [, first, refresh, second, list] = events;
  assert.deepEqual([first, second, events.at(-1)], ["kept", "kept", "none"]);
  assert.match(refresh, /refresh$/);
  assert.equal(list, "GET /api/v1/client-keys");
});

test("tokens that could not be kept are a warning, not a failure", async (t) => {
  const server = await serve(t);
  /** @type {string[]} */
  const warnings = [];
  const client = createClient({
    url: server.url,
    onToken: () => Promise.reject(new Error("the disk is full")),
    onWarning: (warning) => {
      warnings.push(warning);
      throw new Error("not the call's trouble");
    },
  });
  await client.auth.login(server.users[0]);
  assert.equal((await client.management.clientKeys.list()).total, 0);
  assert.ok(warnings.includes("new tokens are in use and could not be stored"), `${warnings}`);
});

test("clients that share a store share the session, and signing out empties it", async (t) => {
  const server = await serve(t);
  /** @type {string | null} */
  let kept = null;
  const store = {
    load: () => kept,
    save: (/** @type {string} */ text) => void (kept = text),
    clear: async () => void (kept = null),
  };
  const first = createClient({ url: server.url, store });
  await first.auth.login(server.users[0]);
  assert.ok(kept);
  const second = createClient({ url: server.url, store });
  assert.equal((await second.management.clientKeys.list()).total, 0);
  await second.auth.signOut();
  assert.equal(kept, null);
});

test("a store that cannot be read counts as empty, and warns", async (t) => {
  const server = await serve(t);
  /** @type {string[]} */
  const warnings = [];
  const broken = () => Promise.reject(new Error("no storage"));
  const store = { load: broken, save: () => {}, clear: () => {} };
  const client = createClient({ url: server.url, store, onWarning: (warning) => void warnings.push(warning) });
  await assert.rejects(client.management.clientKeys.list(), { name: "ClientKeysError", outcome: "not_applied" });
  assert.ok(warnings.some((warning) => warning.includes("store could not be read")), `${warnings}`);
});

test("a fetch of one's own is used, whatever it gives", async (t) => {
  const server = await serve(t);
  const own = listening();
  await clientOf(server, { fetch: own }).management.clientKeys.list();
  assert.deepEqual(own.asked, ["GET /api/v1/client-keys"]);
  for (const fetch of [() => Promise.reject("no error"), () => Promise.reject(), () => Promise.resolve(null), () => Promise.resolve({ status: 0 }), () => { throw new TypeError("x"); }]) {
    const client = clientOf(server, { fetch: /** @type {any} */ (fetch), attempts: 1 });
    await assert.rejects(client.management.clientKeys.list(), { name: "ClientKeysError", kind: "transport" });
  }
});

test("no secret shows in an error or in what a client prints", async (t) => {
  const server = await serve(t);
  const secrets = { password: "p4ssw0rd-of-mine", accessToken: "eyJhbGciOiJub25lIn0.e30.c2VjcmV0", clientKey: "fbk_c2VjcmV0c2VjcmV0c2VjcmV0", serviceKey: "sk_c2VjcmV0c2VjcmV0" };
  /** @type {unknown[]} */
  const shown = [];
  const { password, ...credentials } = secrets;
  for (const credential of Object.entries(credentials)) {
    const client = createClient({ url: server.url, ...Object.fromEntries([credential]) });
    shown.push(client, await client.management.clientKeys.list().catch((error) => error));
  }
  const client = createClient({ url: server.url });
  shown.push(await client.auth.login({ email: "user1@example.com", password }).catch((error) => error), client);
  shown.push(await createClient({ url: "http://u:p4ssw0rd-of-mine@127.0.0.1:1" }).ready().catch((error) => error));
  shown.push(await createClient({ url: `${server.url}/fbk_c2VjcmV0c2VjcmV0c2VjcmV0`, clientKey: "two\nlines p4ssw0rd-of-mine" }).ready().catch((error) => error));
  assert.equal(shown.filter((what) => what instanceof Error).length, 6);
  for (const what of shown) {
    const printed = inspect(what, { depth: 12, showHidden: true }) + JSON.stringify(what);
    for (const secret of Object.values(secrets)) assert.ok(!printed.includes(secret), printed);
  }
});
