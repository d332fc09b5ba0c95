// @ts-check
/**
 * The ids of keys that the server's list may leave out, kept until the tab is closed or the session ends.
 *
 * Real servers do not list to a user the keys which that user has made. An id is no secret; nothing else is kept.
 */

const PREFIX = "fluxbase-keys-page:";

export class KnownKeys {
  /** @param {string} server */
  constructor(server) {
    this.place = PREFIX + server;
  }

  /** @returns {string[]} */
  all() {
    try {
      const ids = JSON.parse(sessionStorage.getItem(this.place) ?? "[]");
      return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
    } catch {
      // Storage may be switched off, and what is in it may be somebody else's.
      return [];
    }
  }

  /** @param {string} id */
  add(id) {
    this.#keep([...new Set([...this.all(), id])]);
  }

  /** @param {string} id */
  forget(id) {
    this.#keep(this.all().filter((other) => other !== id));
  }

  clear() {
    this.#keep([]);
  }

  /** @param {string[]} ids */
  #keep(ids) {
    try {
      if (ids.length > 0) sessionStorage.setItem(this.place, JSON.stringify(ids));
      else sessionStorage.removeItem(this.place);
    } catch {
      // Without storage the ids are lost with a reload, and nothing else is.
    }
  }
}
