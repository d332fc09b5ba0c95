// @ts-check
/** A session that tabs share. */
import { createClient, localStorageStore } from "/package/index.js";

/** The entry of the storage. */
const ENTRY = "shared-session";

/** @param {string} url */
const client = (url, store = localStorageStore(ENTRY)) => createClient({ url, store });

/**
 * The storage of a browser that shows what another tab has stored so many milliseconds later than it might.
 * @param {number} late
 */
function lateStore(late) {
  const store = localStorageStore(ENTRY);
  let shown = localStorage.getItem(ENTRY);
  addEventListener("storage", ({ newValue }) => void setTimeout(() => (shown = newValue), late));
  /** @param {string} text */
  const save = (text) => store.save((shown = text));
  return { ...store, load: () => shown, save };
}

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
 * @param {number} [late] how many milliseconds later than it might what another tab stores is seen
 */
export async function list(url, late) {
  const mine = client(url, late === undefined ? undefined : lateStore(late));
  try {
    const { total } = await mine.management.clientKeys.list();
    return { total, tokens: await mine.auth.tokens() };
  } catch (error) {
    const { kind, message } = /** @type {import("../../transport-wasm/package/index.js").ClientKeysError} */ (error);
    return { kind, message };
  }
}
