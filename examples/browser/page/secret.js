// @ts-check
/**
 * Showing a new key, once.
 *
 * The dialog is made for it and taken out of the page afterwards; nothing else of the page ever holds the text. It closes by
 * its own button only, so that a stray Escape does not lose a key that nobody can show again.
 */
import { announce, make } from "./dom.js";

/** @typedef {import("../../../transport-wasm/package/index.js").CreateClientKeyResponse} Created */

/** Asks before the page is left while a key is shown. @param {BeforeUnloadEvent} event */
const hold = (event) => event.preventDefault();

/**
 * @param {Created} created
 * @returns {Promise<void>} when the reader says that it is stored
 */
export function showSecret({ client_key, key }) {
  const text = make("textarea", { id: "secret", rows: 1, readonly: true, spellcheck: "false", autocomplete: "off", "aria-describedby": "secret-warning" });
  const field = /** @type {HTMLTextAreaElement} */ (text);
  field.value = key;
  const copy = make("button", { type: "button", class: "primary" }, "Copy");
  const copied = make("p", { class: "hint", role: "status" });
  const close = make("button", { type: "button" }, "I have stored it");
  const shown = /** @type {HTMLDialogElement} */ (
    make(
      "dialog",
      { id: "secret-dialog", closedby: "none", "aria-labelledby": "secret-title" },
      make(
        "div",
        {},
        make("h2", { id: "secret-title" }, "Store this key now"),
        make("p", { id: "secret-warning" }, "This is the only time that the text of ", make("strong", {}, client_key.name), " is shown. Nobody can show it again: this page forgets it when you close this window."),
        make("label", { for: "secret" }, "The key"),
        make("div", { class: "row-form" }, text, copy),
        copied,
        make("div", { class: "actions" }, close),
      ),
    )
  );
  copy.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(key);
      copied.textContent = "Copied. Paste it where it belongs, and mind who else sees your clipboard.";
    } catch {
      field.focus();
      field.select();
      copied.textContent = "The browser did not allow it. The key is selected: copy it with the keyboard.";
    }
  });
  field.addEventListener("focus", () => field.select());
  shown.addEventListener("cancel", (event) => event.preventDefault());
  // Where a browser does not know `closedby`, a second Escape closes a dialog whatever the page says.
  shown.addEventListener("close", () => {
    if (!shown.isConnected) return;
    shown.showModal();
    announce("The key is still shown. Close the window with its button once you have stored it.");
  });
  document.body.append(shown);
  addEventListener("beforeunload", hold);
  shown.showModal();
  copy.focus();
  return new Promise((resolve) => {
    close.addEventListener("click", () => {
      removeEventListener("beforeunload", hold);
      field.value = "";
      shown.close();
      shown.remove();
      resolve();
    });
  });
}
