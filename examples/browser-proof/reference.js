// @ts-check
/** Every call of the published reference, with its names, members, destructuring and printing. */
import { createClient } from "/package/index.js";

/** @typedef {{ promise: string, failure: string | null }} Found what a promise came to: kept where there is no failure */

/** @param {boolean} holds @param {string} what */
function check(holds, what) {
  if (!holds) throw new Error(`not so: ${what}`);
}

/**
 * Scopes in an order and a spelling in which they can be compared: servers before April 2026 have `read:clientkeys` where
 * later ones have `clientkeys:read`, and mean the same.
 * @param {string[]} scopes
 */
const meaning = (scopes) => scopes.map((scope) => scope.split(":").sort().join(":")).sort().join();

/**
 * @param {"user" | "admin"} role
 * @param {{ email: string, password: string }} login
 * @param {(key: string) => Promise<number>} statusOf asks the server for something with a client key; what came back
 * @returns {Promise<Found[]>}
 */
export async function run(role, login, statusOf) {
  /** @type {Found[]} */
  const found = [];
  /** @param {string} promise @param {() => Promise<void>} body */
  const attempt = async (promise, body) => {
    let failure = null;
    try {
      await body();
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    found.push({ promise, failure });
  };

  const client = createClient({ url: 'http://localhost:8080' })
  await attempt("sign-in", async () => {
    await (role === "admin" ? client.auth.adminLogin(login) : client.auth.login(login));
    await client.management.clientKeys.list();
  });

  await attempt("create: documented scopes", async () => {
    const { client_key, key } = await client.management.clientKeys.create({
      name: 'Production Service',
      scopes: ['read:users', 'write:users'],
      rate_limit_per_minute: 100
    })
    check(key.startsWith(client_key.key_prefix), "the key begins with its prefix");
    check(client_key.scopes.join() === "read:users,write:users", "exactly these scopes");
  });

  const expires_at = new Date(Date.now() + 90 * 86_400_000).toISOString();
  const scopes = ["clientkeys:read", "clientkeys:write"];
  let id = "";
  let plaintext = "";
  await attempt("create: `client_key`", async () => {
    const { client_key, key } = await client.management.clientKeys.create({
      name: 'Production Service',
      description: 'Client key for production service',
      scopes,
      rate_limit_per_minute: 100,
      expires_at
    })
    // Store the key securely - it won't be shown again
    console.log('Client Key:', key)
    id = client_key.id;
    plaintext = key;
    check(id !== "" && client_key.name === "Production Service", "id and name");
    check(client_key.key_prefix !== "" && key.startsWith(client_key.key_prefix), "the key begins with its prefix");
    check(meaning(client_key.scopes) === meaning(scopes), `exactly these scopes, but ${client_key.scopes}`);
    await attempt("create: optional fields", async () => {
      for (const seen of [client_key, await client.management.clientKeys.get(id)]) {
        check(seen.description === "Client key for production service", "description");
        check(seen.rate_limit_per_minute === 100, "rate limit");
        check(Date.parse(seen.expires_at ?? "") === Date.parse(expires_at), "end");
      }
    });
  });

  await attempt("list: `client_keys` and total", async () => {
    const { client_keys, total } = await client.management.clientKeys.list()
    client_keys.forEach(key => {
      console.log(`${key.name}: ${key.key_prefix}... (expires: ${key.expires_at})`)
    })
    check(Array.isArray(client_keys) && total === client_keys.length, "as many as total says");
  });

  await attempt("list: own keys", async () => {
    const { client_keys } = await client.management.clientKeys.list()
    check(client_keys.some((key) => key.id === id), "the key just made is listed");
  });

  await attempt("create: key once", async () => {
    check(plaintext.startsWith("fbk_"), "create told the key");
    const later = [await client.management.clientKeys.get(id), await client.management.clientKeys.list()];
    check(!JSON.stringify(later).includes(plaintext), "no later call tells it");
  });

  await attempt("get", async () => {
    const clientKey = await client.management.clientKeys.get(id)
    console.log('Last used:', clientKey.last_used_at)
    check(clientKey.id === id, "the key that was asked for");
    const missing = await client.management.clientKeys.get("00000000-0000-4000-8000-000000000000").catch((error) => error);
    check(missing.name === "ClientKeysError" && missing.kind === "not_found", `a missing key is not found, but ${missing.kind}`);
  });

  await attempt("update", async () => {
    const updated = await client.management.clientKeys.update(id, {
      name: 'Updated Name',
      rate_limit_per_minute: 200
    })
    check(updated.id === id && updated.name === "Updated Name" && updated.rate_limit_per_minute === 200, "what was given");
    check(meaning(updated.scopes) === meaning(scopes), "the scopes as they were");
    check(updated.description === "Client key for production service", "the description as it was");
  });

  await attempt("revoke: audit", async () => {
    check((await statusOf(plaintext)) === 200, "the key is good before");
    await attempt("revoke", async () => {
      const { message } = await client.management.clientKeys.revoke(id)
      console.log('Client key revoked')
      check(typeof message === "string" && message !== "", "a message");
    });
    check((await statusOf(plaintext)) === 401, "the key is refused afterwards");
    const { revoked_at } = await client.management.clientKeys.get(id);
    check(!Number.isNaN(Date.parse(revoked_at ?? "")), "the record says when");
  });

  await attempt("delete", async () => {
    const { message } = await client.management.clientKeys.delete(id)
    console.log('Client key deleted')
    check(typeof message === "string" && message !== "", "a message");
    const missing = await client.management.clientKeys.get(id).catch((error) => error);
    check(missing.kind === "not_found", "the key is gone");
  });
  return found;
}
