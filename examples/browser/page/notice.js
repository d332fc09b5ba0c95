// @ts-check
/** Errors and successes, told where they belong. */
import { make, the } from "./dom.js";

/**
 * What can be done about an error, right there.
 * @typedef {{ label: string, act: () => void }} Remedy
 */

/** @typedef {import("../../../transport-wasm/package/index.js").ClientKeysError} ClientKeysError */

/**
 * The client's own error, or null for any other.
 * @param {unknown} error
 * @returns {ClientKeysError | null}
 */
export function clientError(error) {
  return error instanceof Error && error.name === "ClientKeysError" ? /** @type {ClientKeysError} */ (error) : null;
}

/**
 * What the error says, as sentences.
 * @param {unknown} error
 */
export function sentence(error) {
  const text = error instanceof Error ? error.message : String(error);
  const start = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(start) ? start : `${start}.`;
}

/**
 * What to do now, as far as the kind of error tells it.
 * @param {ClientKeysError} error
 * @param {string | undefined} refused
 * @returns {string | null}
 */
function advice(error, refused) {
  if (error.kind === "rate_limited" && error.retryAfter !== undefined) {
    return `Try again in ${Math.max(1, Math.ceil(error.retryAfter))} seconds.`;
  }
  switch (error.kind) {
    case "refused":
      return refused ?? null;
    case "unavailable":
      return "The server, or its database, is away. Your session and your keys are as they were: try again in a while.";
    case "transport":
      return "Is the server running, is its address right, and do its CORS settings allow this page? The browser does not say which of them it is.";
    case "deadline_exceeded":
      return "The server is slow, or not there. Try again in a while.";
    case "forbidden":
      return error.requiredScope ? `The scope ${error.requiredScope} is needed.` : null;
    default:
      return null;
  }
}

/**
 * Shows an error, in place of what was there.
 * @param {string} place the id of the element that gets it
 * @param {unknown} error
 * @param {{ unknown?: string, refused?: string, remedies?: Remedy[], focus?: boolean }} [more]
 *   what to do when nobody knows whether the change was made, and when it is refused; what can be done; whether the reader is
 *   taken there
 */
export function showError(place, error, { unknown, refused, remedies = [], focus = false } = {}) {
  const known = clientError(error);
  const uncertain = known?.outcome === "unknown" && unknown;
  const hint = !uncertain && known && advice(known, refused);
  const shown = make(
    "div",
    { class: "notice bad", role: "alert", tabindex: "-1" },
    make("p", { class: "notice-what" }, sentence(error)),
    uncertain && make("p", {}, make("strong", {}, "It is not known whether that was done. "), unknown),
    hint && make("p", {}, hint),
  );
  if (remedies.length > 0) {
    const row = make("div", { class: "actions" });
    for (const { label, act } of remedies) {
      const element = make("button", { type: "button" }, label);
      element.addEventListener("click", act);
      row.append(element);
    }
    shown.append(row);
  }
  the(place).replaceChildren(shown);
  if (focus) shown.focus();
}

/**
 * Shows a success, in place of what was there.
 * @param {string} place
 * @param {string} text
 */
export function showNews(place, text) {
  the(place).replaceChildren(make("div", { class: "notice good", role: "status" }, make("p", {}, text)));
}

/** @param {string} place */
export function clearNotice(place) {
  the(place).replaceChildren();
}
