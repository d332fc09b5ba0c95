// @ts-check
/** Where tokens can be kept between visits. Without a store they are in memory only. */

/**
 * Keeps the tokens in `localStorage`, where every script of the origin can read them. Tabs of the origin share one
 * session and one renewal.
 * @param {string} [key] the name of the entry
 * @returns {import("./index.js").TokenStore}
 */
export function localStorageStore(key = "fluxbase-client-keys") {
  // The storage is touched when it is used, not before: there is none while a server renders.
  return {
    name: key,
    load: () => localStorage.getItem(key),
    save: (text) => localStorage.setItem(key, text),
    clear: () => localStorage.removeItem(key),
  };
}
