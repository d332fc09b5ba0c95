// @ts-check
/** The form for a new key, and for changing one. */
import { input, the } from "./dom.js";
import { ask } from "./modal.js";
import { chosenScopes, differ, drawScopes, setScopes } from "./scopes.js";
import { DAY, day, full, instant } from "./status.js";
import { nameOf } from "./table.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("../../../transport-wasm/package/index.js").ClientKey} ClientKey */
/** @typedef {import("../../../transport-wasm/package/index.js").CreateClientKeyResponse} Created */

/** The largest rate limit that a server stores. */
const MOST = 2147483647;

/** What a server puts where none is given. */
const USUAL_RATE = 100;

const choice = () => /** @type {HTMLSelectElement} */ (the("ends"));

/** Makes the form ready, once. */
export function prepareKeyForm() {
  drawScopes();
  choice().addEventListener("change", () => {
    showEnd();
    if (choice().value === "date") input("ends-day").focus();
  });
  input("ends-day").addEventListener("change", showEnd);
  // A complaint ends with its cause, not with the next try.
  const complaints = { name: ["name"], rate: ["rate"], ends: ["ends", "ends-day"], scopes: ["scopes"] };
  for (const [field, sources] of Object.entries(complaints)) {
    for (const source of sources) the(source).addEventListener("input", () => void complain(field, ""));
  }
}

/**
 * Asks for a new key, and makes it.
 * @param {Session} session
 * @returns {Promise<Created | null>}
 */
export function createKey(session) {
  fill({ title: "New key", submit: "Create key", name: "", description: "", rate: USUAL_RATE, scopes: [] });
  the("ends-field").hidden = false;
  choice().value = "90";
  input("ends-day").value = "";
  input("ends-day").min = localDay(Date.now());
  showEnd();
  return ask({
    ...parts("Creating…"),
    unknown: "Reload the list. If the key is there, delete it and create it anew: its text cannot be had any more. To an ordinary user the list may not show it; an administrator sees it.",
    act: (signal) => {
      const values = read(true);
      if (!values) return null;
      const { name, description, rate, scopes, end } = values;
      const request = { name, scopes, rate_limit_per_minute: rate };
      if (description) Object.assign(request, { description });
      if (end) Object.assign(request, { expires_at: end });
      return session.clientKeys.create(request, { signal });
    },
  });
}

/**
 * Asks what is to be changed of a key, and changes it.
 * @param {Session} session
 * @param {ClientKey} key
 * @returns {Promise<ClientKey | null>}
 */
export function editKey(session, key) {
  const rate = key.rate_limit_per_minute ?? USUAL_RATE;
  fill({ title: `Edit ${nameOf(key)}`, submit: "Save", name: key.name, description: key.description ?? "", rate, scopes: key.scopes });
  the("ends-field").hidden = true;
  return ask({
    ...parts("Saving…"),
    unknown: "Reload the list and look; saving it again does no harm.",
    act: (signal) => {
      const values = read(false);
      if (!values) return null;
      /** @type {import("../../../transport-wasm/package/index.js").UpdateClientKeyRequest} */
      const changes = {};
      if (values.name !== key.name) changes.name = values.name;
      if (values.description !== (key.description ?? "")) changes.description = values.description;
      if (values.rate !== rate) changes.rate_limit_per_minute = values.rate;
      if (differ(values.scopes, key.scopes)) changes.scopes = values.scopes;
      return Object.keys(changes).length === 0 ? Promise.resolve(key) : session.clientKeys.update(key.id, changes, { signal });
    },
  });
}

/** @param {string} doing */
const parts = (doing) => ({ dialog: "key-dialog", form: "key-form", notice: "key-form-notice", fields: "key-fields", doing });

/** @param {{ title: string, submit: string, name: string, description: string, rate: number, scopes: string[] }} values */
function fill({ title, submit, name, description, rate, scopes }) {
  the("key-dialog-title").textContent = title;
  the("key-form-button").textContent = submit;
  input("name").value = name;
  input("description").value = description;
  input("rate").value = String(rate);
  setScopes(scopes);
  for (const id of ["name", "rate", "ends", "scopes"]) complain(id, "");
}

/**
 * What was entered, or null when something is missing; the form then says what, and the first such field has the keyboard.
 * @param {boolean} withEnd
 */
function read(withEnd) {
  const name = input("name").value.trim();
  const scopes = chosenScopes();
  const rateText = input("rate").value.trim();
  const rate = Number(rateText);
  const end = withEnd ? endOf() : null;
  const problems = [
    complain("name", name ? "" : "A key needs a name."),
    complain("ends", end !== undefined ? "" : "Choose a day that is not over."),
    complain("rate", /^\d+$/.test(rateText) && rate <= MOST ? "" : `A whole number, at most ${MOST}.`),
    complain("scopes", scopes.length > 0 ? "" : "A key needs at least one scope."),
  ];
  const first = ["name", "ends-day", "rate", "more-scopes"].find((_, at) => problems[at]);
  if (first === "more-scopes") /** @type {HTMLElement | null} */ (the("scopes").querySelector("input:enabled"))?.focus();
  else if (first) input(first).focus();
  return first ? null : { name, description: input("description").value.trim(), rate, scopes, end: end ?? null };
}

/**
 * Says what is wrong with a field, or that nothing is.
 * @param {string} field
 * @param {string} text
 */
function complain(field, text) {
  the(`${field}-error`).textContent = text;
  const marked = field === "scopes" ? null : field === "ends" ? input("ends-day") : input(field);
  if (text) marked?.setAttribute("aria-invalid", "true");
  else marked?.removeAttribute("aria-invalid");
  return text !== "";
}

/** The chosen end as a server takes it; null for none, undefined where a day is missing or over. @returns {string | null | undefined} */
function endOf() {
  const { value } = choice();
  if (value === "never") return null;
  if (value !== "date") return new Date(Date.now() + Number(value) * DAY).toISOString();
  // The day that is named belongs to the key, to its last second here.
  const end = instant(`${input("ends-day").value}T23:59:59`);
  return end !== null && end > Date.now() ? new Date(end).toISOString() : undefined;
}

/** Shows which instant the choice means. */
function showEnd() {
  const own = choice().value === "date";
  input("ends-day").hidden = !own;
  const end = endOf();
  const time = instant(end);
  const text = end === null ? "It works until it is revoked." : time === null ? "It works to the end of that day, here." : `On ${day(time)}. It cannot be changed later.`;
  the("ends-hint").textContent = text;
  the("ends-hint").title = time === null ? "" : full(time);
}

/** The day here, as a field for days writes it. @param {number} time */
function localDay(time) {
  const date = new Date(time);
  const two = (/** @type {number} */ number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
