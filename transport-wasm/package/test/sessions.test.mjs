// @ts-check
/** Calls at the same time that sign in, renew and store: what is in force in the end, and who waits for whom. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "fluxbase-client-keys";
import { ADA, after, ENDED, gate, granting, memoryStore } from "./scripted.mjs";

const url = "http://127.0.0.1:1";

test("who waits for a renewal that hangs goes on with the tokens of a sign-in", { timeout: 20_000 }, async () => {
  const { open, opened } = gate();
  const fetch = granting((path) => (path.endsWith("refresh") ? opened : undefined));
  const client = createClient({ url, fetch, tokens: ENDED });
  const list = client.management.clientKeys.list({ timeout: 5000 });
  await after(20);
  await client.auth.login(ADA);
  assert.equal((await list).total, 0);
  assert.equal(fetch.asked.at(-1), "client-keys access-1");
  open();
});

test("who waits for a renewal of tokens that are forgotten is told at once", { timeout: 20_000 }, async () => {
  const { open, opened } = gate();
  const client = createClient({ url, fetch: granting((path) => (path.endsWith("refresh") ? opened : undefined)), tokens: ENDED });
  const list = client.management.clientKeys.list({ timeout: 5000 }).catch((error) => error);
  await after(20);
  await client.auth.forget();
  assert.equal((await Promise.race([list, after(2000)])).kind, "invalid_input");
  open();
});

test("clients that share a store take turns in renewing, without the browser's locks too", async () => {
  const slow = () => after(20);
  const fetch = granting(slow);
  const store = memoryStore();
  await createClient({ url, fetch, store }).auth.login(ADA);
  const clients = [1, 2, 3].map(() => createClient({ url, fetch, store }));
  for (const client of clients) await client.management.clientKeys.list();
  await Promise.all(clients.map((client) => client.auth.refresh()));
  assert.deepEqual(fetch.asked.filter((asked) => asked === "refresh").length, 1);
});

for (const [what, load] of /** @type {[string, () => any][]} */ ([
  ["a symbol", () => Symbol("tokens")],
  ["no text", () => Object.create(null)],
  ["nothing, and throws", () => { throw new Error("no storage"); }],
])) {
  test(`a store that gives ${what} counts as empty, and a renewal goes on`, { timeout: 20_000 }, async () => {
    /** @type {string[]} */
    const warnings = [];
    const store = memoryStore();
    const client = createClient({ url, fetch: granting(), store, onWarning: (warning) => void warnings.push(warning) });
    await client.auth.login(ADA);
    store.load = load;
    await client.auth.refresh();
    await client.management.clientKeys.list();
    assert.ok(warnings.includes("the store could not be read: it counts as empty"), `${warnings}`);
  });
}

test("a client whose tokens are in its store refreshes them first of all", async () => {
  const fetch = granting();
  const store = memoryStore();
  await createClient({ url, fetch, store }).auth.login(ADA);
  await createClient({ url, fetch, store }).auth.refresh();
  assert.deepEqual(fetch.asked, ["signin", "refresh"]);
});

test("the tokens that were told last are those in force", { timeout: 20_000 }, async () => {
  const slow = gate();
  /** @type {(string | undefined)[]} */
  const told = [];
  const client = createClient({
    url,
    fetch: granting(),
    onToken: async (tokens) => {
      told.push(tokens?.access_token);
      if (told.length === 2) await slow.opened;
    },
  });
  await client.auth.login(ADA);
  const second = client.auth.login(ADA);
  while (told.length < 2) await after(1);
  await client.auth.refresh().catch(() => {});
  await client.auth.login(ADA);
  slow.open();
  await second;
  assert.equal((await client.auth.tokens())?.access_token, told.at(-1));
});

test("a store that hangs holds a call no longer than its signal and its time", { timeout: 20_000 }, async () => {
  const never = () => new Promise(() => {});
  const store = { ...memoryStore(), load: never };
  const fetch = granting();
  const { auth, management } = createClient({ url, fetch, store });
  await assert.rejects(management.clientKeys.list({ timeout: 50 }), { kind: "deadline_exceeded", outcome: "not_applied" });
  await assert.rejects(auth.refresh({ timeout: 50 }), { kind: "deadline_exceeded" });
  const signal = AbortSignal.timeout(50);
  await assert.rejects(management.clientKeys.list({ signal }), (/** @type {any} */ error) => error.kind === "cancelled" && error.cause === signal.reason);
  assert.deepEqual(fetch.asked, []);
  await auth.login(ADA);
  await auth.signOut({ timeout: 50 });
  assert.equal(await auth.tokens(), null);
});

test("a sign-out that waits for others ends with its signal, and the lock is not kept", { timeout: 20_000 }, async () => {
  const slow = gate();
  const fetch = granting();
  const store = memoryStore();
  const client = createClient({ url, fetch, store });
  await client.auth.login(ADA);
  const other = createClient({ url, fetch, store: { name: url, load: () => store.load(), save: () => slow.opened, clear: () => {} } });
  const login = other.auth.login(ADA);
  await after(20);
  await assert.rejects(client.auth.signOut({ signal: AbortSignal.timeout(50) }), { kind: "cancelled", outcome: "not_applied" });
  slow.open();
  await login;
  await client.auth.signOut();
  assert.ok(fetch.asked.at(-1)?.startsWith("signout"));
});
