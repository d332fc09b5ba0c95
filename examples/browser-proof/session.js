// @ts-check
/** A session that tabs share. */
import { createClient, localStorageStore } from "/package/index.js";

/** The entry of the storage. */
const ENTRY = "shared-session";

/** @param {string} url */
const client = (url) => createClient({ url, store: localStorageStore(ENTRY) });

/** @param {string} url @param {{ email: string, password: string }} login */
export const signIn = async (url, login) => void (await client(url).auth.login(login));

/** As if so much time had passed that whoever is next has to renew. */
export function age() {
  const pair = JSON.parse(localStorage.getItem(ENTRY) ?? "");
  localStorage.setItem(ENTRY, JSON.stringify({ ...pair, expires_at: "2020-01-01T00:00:00Z" }));
}

/** What is stored. */
export const stored = () => localStorage.getItem(ENTRY);

/**
 * A call in a client of its own.
 * @param {string} url
 */
export async function list(url) {
  const mine = client(url);
  try {
    const { total } = await mine.management.clientKeys.list();
    return { total, tokens: await mine.auth.tokens() };
  } catch (error) {
    const { kind, message } = /** @type {import("../../transport-wasm/package/index.js").ClientKeysError} */ (error);
    return { kind, message };
  }
}
