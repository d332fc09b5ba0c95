// @ts-check
/** Every method of a client, against every generation of the server. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ClientKeysError, ClientKeysManager, createClient } from "fluxbase-client-keys";
import { GENERATIONS } from "../../../examples/emulator/emulator.mjs";
import { listening, serve, TWO_FACTORS } from "./emulator.mjs";

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

for (const generation of GENERATIONS) {
  for (const role of ["user", "admin"]) {
    test(`${generation}, ${role}: the documented results`, async (t) => {
      const server = await serve(t, generation);
      const client = createClient({ url: server.url });
      const [account] = role === "user" ? server.users : server.admins;
      const signedIn = role === "user" ? await client.auth.login(account) : await client.auth.adminLogin(account);
      assert.equal(signedIn.user?.email, account.email);
      const { clientKeys } = client.management;

      const { client_key, key } = await clientKeys.create({
        name: "Production Service",
        description: "Client key for production service",
        scopes: ["read:tables", "write:tables"],
        rate_limit_per_minute: 100,
        expires_at: "2031-12-31T23:59:59Z",
      });
      assert.ok(key.startsWith(client_key.key_prefix) && key.length > client_key.key_prefix.length);
      assert.equal(client_key.name, "Production Service");
      assert.equal(client_key.description, "Client key for production service");
      assert.equal(client_key.rate_limit_per_minute, 100);
      assert.equal(client_key.expires_at, "2031-12-31T23:59:59Z");
      assert.equal(client_key.scopes.length, 2);
      assert.ok(!("key" in client_key));

      const listed = await clientKeys.list();
      assert.ok(Array.isArray(listed.client_keys));
      assert.equal(listed.total, listed.client_keys.length);
      assert.equal(listed.skipped, 0);
      assert.ok(!JSON.stringify(listed).includes(key));
      // Real servers store no owner, and show users only what they own.
      const seen = role === "admin" || generation === "documented";
      assert.equal(listed.client_keys.some(({ id }) => id === client_key.id), seen);

      const read = await clientKeys.get(client_key.id);
      assert.deepEqual({ ...read, updated_at: undefined, last_used_at: undefined }, { ...client_key, updated_at: undefined, last_used_at: undefined });
      assert.match(read.created_at ?? "", INSTANT);

      const updated = await clientKeys.update(client_key.id, { name: "Updated Name", rate_limit_per_minute: 200 });
      assert.equal(updated.id, client_key.id);
      assert.equal(updated.name, "Updated Name");
      assert.equal(updated.rate_limit_per_minute, 200);
      assert.equal(updated.description, "Client key for production service");
      assert.deepEqual(updated.scopes, client_key.scopes);

      const used = createClient({ url: server.url, clientKey: key });
      assert.equal((await used.health()).status, "ok");

      const revoked = await clientKeys.revoke(client_key.id);
      assert.ok(revoked.message.length > 0);
      assert.match((await clientKeys.get(client_key.id)).revoked_at ?? "", INSTANT);
      await assert.rejects(used.management.clientKeys.list(), { kind: "refused", status: 401 });

      const deleted = await clientKeys.delete(client_key.id);
      assert.ok(deleted.message.length > 0);
      for (const gone of [
        () => clientKeys.get(client_key.id),
        () => clientKeys.update(client_key.id, { name: "x" }),
        () => clientKeys.revoke(client_key.id),
        () => clientKeys.delete(client_key.id),
      ]) {
        await assert.rejects(gone(), { name: "ClientKeysError", kind: "not_found" });
      }
    });
  }

  test(`${generation}: a list of nothing is a list`, async (t) => {
    const server = await serve(t, generation);
    const client = createClient({ url: server.url });
    await client.auth.signIn(server.users[0]);
    assert.deepEqual(await client.management.clientKeys.list(), { client_keys: [], total: 0, skipped: 0 });
  });

  test(`${generation}: the session, from a second factor to its end`, async (t) => {
    const server = await serve(t, generation, { state: TWO_FACTORS });
    const [{ email, password, id }] = TWO_FACTORS.users;
    const client = createClient({ url: server.url });
    assert.equal(await client.auth.tokens(), null);
    assert.deepEqual(await client.auth.login({ email, password }), { requires_2fa: true, user_id: id });
    await assert.rejects(client.auth.verify2fa({ user_id: id, code: "000000" }), { kind: "refused", operation: "verify two-factor code" });
    const { user } = await client.auth.verify2fa({ user_id: id, code: "123456" });
    assert.equal(user.email, email);

    const before = await client.auth.tokens();
    assert.equal(await client.auth.refresh(), undefined);
    const after = await client.auth.tokens();
    assert.ok(before?.refresh_token && after?.refresh_token);
    assert.notEqual(after.refresh_token, before.refresh_token);
    assert.equal(after.admin, false);

    const other = createClient({ url: server.url });
    assert.equal(await other.auth.restore(after), undefined);
    assert.equal((await other.management.clientKeys.list()).total, 0);
    assert.equal(await other.auth.forget(), undefined);
    assert.equal(await other.auth.tokens(), null);

    assert.equal((await createClient({ url: server.url, tokens: after }).management.clientKeys.list()).total, 0);

    await client.auth.signOut();
    assert.equal(await client.auth.tokens(), null);
    await assert.rejects(client.management.clientKeys.list(), { kind: "invalid_input", outcome: "not_applied", attempts: 0 });
  });
}

test("health tells of a database that is away", async (t) => {
  const server = await serve(t);
  const client = createClient({ url: server.url });
  assert.equal((await client.health()).status, "ok");
  await server.control("database/away");
  assert.equal((await client.health()).status, "degraded");
});

test("an access token, a client key and a service key stand in for signing in", async (t) => {
  const server = await serve(t);
  const signedIn = createClient({ url: server.url });
  await signedIn.auth.login(server.users[0]);
  const accessToken = (await signedIn.auth.tokens())?.access_token;
  const { key: clientKey } = await signedIn.management.clientKeys.create({ name: "k", scopes: ["clientkeys:read", "clientkeys:write"] });
  for (const credential of [{ accessToken }, { clientKey }, { serviceKey: server.serviceKeys[0] }]) {
    const made = await createClient({ url: server.url, ...credential }).management.clientKeys.create({ name: "n", scopes: ["tables:read"] });
    assert.equal(made.client_key.name, "n", Object.keys(credential)[0]);
  }
  const manager = new ClientKeysManager(null, { url: server.url, accessToken });
  assert.equal((await manager.create({ name: "m", scopes: ["tables:read"] })).client_key.name, "m");
  await assert.rejects(createClient({ url: server.url, accessToken, clientKey }).ready(), { kind: "invalid_input" });
});

test("an idempotent create whose answer is lost makes one key", async (t) => {
  const server = await serve(t, "2026.3.7", { options: ["--fail", "lose-after:POST:/api/v1/client-keys$:1"] });
  const client = createClient({ url: server.url, serviceKey: server.serviceKeys[0] });
  const { client_key } = await client.management.clientKeys.create({ name: "once", scopes: ["tables:read"] }, { idempotent: true });
  const { client_keys } = await client.management.clientKeys.list();
  assert.deepEqual(client_keys.map(({ id }) => id), [client_key.id]);
});

test("a create that is not is sent once, and its outcome is not known", async (t) => {
  const server = await serve(t, "2026.3.7", { options: ["--fail", "lose-after:POST:/api/v1/client-keys$:1"] });
  const fetch = listening();
  const client = createClient({ url: server.url, serviceKey: server.serviceKeys[0], fetch, scopeSpelling: "as_given" });
  await assert.rejects(client.management.clientKeys.create({ name: "once", scopes: ["tables:read"] }), { kind: "transport", outcome: "unknown", attempts: 1 });
  assert.deepEqual(fetch.asked, ["POST /api/v1/client-keys"]);
});

test("an update that takes every scope away has to say so", async (t) => {
  const server = await serve(t, "documented");
  const { clientKeys } = createClient({ url: server.url, serviceKey: server.serviceKeys[0] }).management;
  const { client_key } = await clientKeys.create({ name: "n", scopes: ["tables:read"], expires_at: new Date("2031-01-01T00:00:00Z") });
  assert.equal(client_key.expires_at, "2031-01-01T00:00:00Z");
  await assert.rejects(clientKeys.update(client_key.id, { scopes: [] }), { kind: "invalid_input", outcome: "not_applied" });
  assert.deepEqual((await clientKeys.get(client_key.id)).scopes, ["tables:read"]);
});

test("arguments of another kind are refused, each by its name", async () => {
  const { clientKeys } = createClient({ url: "http://127.0.0.1:1", serviceKey: "sk_c2VjcmV0c2VjcmV0" }).management;
  const now = new Date();
  for (const [member, value, wanted] of /** @type {[string, any, string][]} */ ([
    ["name", 5, "a string"],
    ["name", ["n"], "a string"],
    ["description", Symbol("d"), "a string"],
    ...["5", 5n, 1.5, -1, NaN, Infinity, 2 ** 53, [5]].map((value) => ["rate_limit_per_minute", value, "a whole number, not negative"]),
    ["scopes", "tables:read", "an array of strings"],
    ["scopes", 0, "an array of strings"],
    ["scopes", [["tables:read"]], "an array of strings"],
    ["scopes", ["tables:read", 5], "an array of strings"],
    ["scopes", now, "an array of strings"],
    ["scopes", [now], "an array of strings"],
  ])) {
    const given = { name: "n", scopes: ["tables:read"], [member]: value };
    for (const [operation, call] of Object.entries({ create: clientKeys.create(given), update: clientKeys.update("0b5e4b36-3b8e-4f0e-9b43-6a0d6f3f7a11", given) })) {
      await assert.rejects(call, { name: "ClientKeysError", kind: "invalid_input", message: `${operation} client key: ${member} must be ${wanted}`, outcome: "not_applied" });
    }
  }
  await assert.rejects(clientKeys.create({ name: "n", scopes: ["tables:read"], rate_limit_per_minute: 2 ** 32 }), { message: /rate_limit_per_minute .*at most 2147483647/ });
  await assert.rejects(clientKeys.create({ name: "n", scopes: ["tables:read"], expires_at: new Date("no date") }), { message: /expires_at must be a string$/ });
  await assert.rejects(clientKeys.get(/** @type {any} */ (7)), { message: "get client key: id must be a string" });
  await assert.rejects(clientKeys.list({ user_id: /** @type {any} */ (7) }), { message: "list client keys: user_id must be a string" });
});

test("calls of one client share one renewal", async (t) => {
  const server = await serve(t);
  const fetch = listening();
  const client = createClient({ url: server.url, fetch });
  await client.auth.login(server.users[0]);
  const tokens = await client.auth.tokens();
  assert.ok(tokens);
  await client.auth.restore({ ...tokens, access_token: "eyJhbGciOiJub25lIn0.e30.x", expires_at: "2020-01-01T00:00:00Z" });
  await Promise.all(Array.from({ length: 8 }, () => client.management.clientKeys.list()));
  assert.equal(fetch.asked.filter((what) => what.endsWith("/auth/refresh")).length, 1);
});

test("a refused password is sent once, and says what happened", async (t) => {
  const server = await serve(t);
  const fetch = listening();
  const client = createClient({ url: server.url, fetch });
  const [{ email }] = server.users;
  const failure = await client.auth.login({ email, password: "not the password" }).catch((error) => error);
  assert.ok(failure instanceof ClientKeysError && failure instanceof Error);
  const { kind, operation, status, code, outcome, retryable, requestId } = failure;
  assert.deepEqual({ kind, operation, status, code, outcome, retryable }, {
    kind: "refused", operation: "sign in", status: 401, code: "INVALID_CREDENTIALS", outcome: "not_applied", retryable: false,
  });
  // The other is the question whether the server has its database.
  assert.deepEqual(fetch.asked, ["POST /api/v1/auth/signin", "GET /health"]);
  assert.equal(failure.attempts, 2);
  assert.equal(typeof requestId, "string");
});
