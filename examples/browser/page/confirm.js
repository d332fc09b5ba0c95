// @ts-check
/** Asking before a key is revoked or deleted. */
import { make, the } from "./dom.js";
import { ask } from "./modal.js";
import { ago, instant } from "./status.js";
import { nameOf } from "./table.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("../../../transport-wasm/package/index.js").ClientKey} ClientKey */

const WORDS = {
  revoke: {
    title: "Revoke",
    text: "Whatever uses this key is refused from now on. The key stays in the list, for the record. This cannot be undone.",
    doing: "Revoking…",
    unknown: "Reload the list and look; revoking it again does no harm.",
  },
  delete: {
    title: "Delete",
    text: "Whatever uses this key is refused from now on, and nothing of the key is kept. This cannot be undone. To keep a record of it, revoke it instead.",
    doing: "Deleting…",
    unknown: "Reload the list: if the key is still there, delete it again.",
  },
};

/**
 * Asks, and does it.
 * @param {"revoke" | "delete"} what
 * @param {Session} session
 * @param {ClientKey} key
 * @returns {Promise<string | null>} the server's confirmation, or null when it was given up
 */
export async function confirm(what, session, key) {
  const { title, text, doing, unknown } = WORDS[what];
  const used = instant(key.last_used_at);
  the("confirm-title").textContent = `${title} ${nameOf(key)}?`;
  the("confirm-text").textContent = text;
  the("confirm-button").textContent = `${title} key`;
  the("confirm-facts").replaceChildren(
    make("div", {}, make("dt", {}, "Key"), make("dd", {}, make("code", {}, `${key.key_prefix}…`))),
    make("div", {}, make("dt", {}, "Last used"), make("dd", {}, used === null ? "never" : ago(used, Date.now()))),
  );
  const answer = await ask({
    dialog: "confirm-dialog",
    form: "confirm-form",
    notice: "confirm-notice",
    fields: null,
    doing,
    unknown,
    act: (signal) => session.clientKeys[what](key.id, { signal }),
  });
  return answer && (answer.message || `${nameOf(key)}: done.`);
}
