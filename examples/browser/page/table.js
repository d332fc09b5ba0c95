// @ts-check
/** The table of keys: a row from a key, and which rows are shown in which order. */
import { make, the } from "./dom.js";
import { STATUSES, ago, day, full, instant, left, share, statusOf, urgency } from "./status.js";

/** @typedef {import("../../../transport-wasm/package/index.js").ClientKey} ClientKey */
/** @typedef {"name" | "status" | "used" | "ends"} Column */
/** @typedef {"edit" | "revoke" | "delete"} Action */

const ACTIONS = /** @type {[Action, string][]} */ ([
  ["edit", "Edit"],
  ["revoke", "Revoke"],
  ["delete", "Delete"],
]);

/** So many scopes are shown at once; the rest is behind a button. */
const SCOPES_SHOWN = 3;

/** How a key is called where it has no name. @param {ClientKey} key */
export const nameOf = (key) => key.name.trim() || "(no name)";

/**
 * @param {ClientKey} key
 * @param {number} now
 */
export function row(key, now) {
  const status = statusOf(key, now);
  const name = STATUSES.find(([value]) => value === status)?.[1] ?? status;
  return make(
    "tr",
    { role: "row", "data-id": key.id, "data-status": status },
    make(
      "th",
      { role: "rowheader", scope: "row", class: "cell-name" },
      make("span", { class: "key-name" }, nameOf(key)),
      key.description ? make("span", { class: "key-description" }, key.description) : null,
    ),
    cell("Key", "cell-prefix", make("code", {}, key.key_prefix ? `${key.key_prefix}…` : "unknown")),
    cell("Status", "cell-status", make("span", { class: `status ${status}` }, name)),
    cell("Scopes", "cell-scopes", scopes(key)),
    cell("Last used", "cell-used", used(key, now)),
    cell("Expires", "cell-ends", ends(key, status, now)),
    cell("", "cell-actions", actions(key, status)),
  );
}

/**
 * @param {string} label what a narrow screen shows before it
 * @param {string} kind
 * @param {Node} content
 */
function cell(label, kind, content) {
  return make("td", { role: "cell", class: kind, "data-label": label || null }, content);
}

/** @param {ClientKey} key */
function scopes(key) {
  const list = make("ul", { class: "chips", "aria-label": `Scopes of ${nameOf(key)}` });
  list.append(...key.scopes.map((scope, at) => {
    const chip = make("li", { hidden: at >= SCOPES_SHOWN && key.scopes.length > SCOPES_SHOWN + 1 });
    chip.append(make("code", {}, scope));
    return chip;
  }));
  const hidden = key.scopes.length > SCOPES_SHOWN + 1 ? key.scopes.length - SCOPES_SHOWN : 0;
  if (key.scopes.length === 0) return make("span", { class: "faint" }, "none");
  if (hidden > 0) {
    const more = make("button", { type: "button", class: "chip-more", "aria-label": `${hidden} more scopes of ${nameOf(key)}` }, `+${hidden}`);
    more.addEventListener("click", () => {
      for (const chip of list.children) /** @type {HTMLElement} */ (chip).hidden = false;
      list.setAttribute("tabindex", "-1");
      list.focus();
      more.parentElement?.remove();
    });
    list.append(make("li", {}, more));
  }
  return list;
}

/** @param {ClientKey} key @param {number} now */
function used(key, now) {
  const time = instant(key.last_used_at);
  if (time === null) return make("span", { class: "faint" }, "never");
  return make("time", { datetime: new Date(time).toISOString(), title: full(time) }, ago(time, now));
}

/**
 * What is left until the end, in words and as a bar.
 * @param {ClientKey} key
 * @param {string} status
 * @param {number} now
 */
function ends(key, status, now) {
  const revoked = instant(key.revoked_at);
  const end = instant(key.expires_at);
  if (revoked !== null) return life("over", 0, "revoked", revoked);
  if (end === null) return life("endless", 0, "never", null);
  const remaining = end - now;
  if (status === "expired") return life("over", 0, ago(end, now), end);
  return life(urgency(remaining), share(remaining), left(remaining), end);
}

/**
 * @param {string} kind
 * @param {number} filled from 0 to 1
 * @param {string} words
 * @param {number | null} time
 */
function life(kind, filled, words, time) {
  const fill = make("span", { class: "life-fill" });
  // The only style that is not in the style sheets; the policy lets a script set it, and no markup.
  fill.style.inlineSize = `${(filled * 100).toFixed(1)}%`;
  const date = time === null ? null : make("time", { datetime: new Date(time).toISOString(), title: full(time) }, day(time));
  return make(
    "div",
    { class: `life ${kind}` },
    make("span", { class: "life-words" }, words),
    date,
    make("span", { class: "life-bar", "aria-hidden": "true" }, fill),
  );
}

/** @param {ClientKey} key @param {string} status */
function actions(key, status) {
  const group = make("div", { class: "row-actions" });
  for (const [action, label] of ACTIONS) {
    if (action === "revoke" && status === "revoked") continue;
    const attributes = { type: "button", class: "quiet", "data-action": action, "aria-label": `${label} ${nameOf(key)}` };
    group.append(make("button", attributes, label));
  }
  return group;
}

/** @type {Record<Column, (one: ClientKey, other: ClientKey, now: number) => number>} */
const ORDERS = {
  name: (one, other) => nameOf(one).localeCompare(nameOf(other), "en", { sensitivity: "base", numeric: true }),
  status: (one, other, now) => rank(one, now) - rank(other, now),
  // The one used last comes first, those never used at the end.
  used: (one, other) => (instant(other.last_used_at) ?? 0) - (instant(one.last_used_at) ?? 0),
  // What ends next comes first, what works no longer at the end.
  ends: (one, other, now) => urgencyRank(one, now) - urgencyRank(other, now) || endOf(one) - endOf(other),
};

/** @param {ClientKey} key @param {number} now */
const rank = (key, now) => STATUSES.findIndex(([status]) => status === statusOf(key, now));

/** @param {ClientKey} key @param {number} now */
const urgencyRank = (key, now) => Math.max(1, rank(key, now));

/** @param {ClientKey} key */
const endOf = (key) => instant(key.expires_at) ?? Number.MAX_SAFE_INTEGER;

/**
 * The keys in order; those that are equal in it by name.
 * @param {ClientKey[]} keys
 * @param {Column} column
 * @param {boolean} descending
 * @param {number} now
 */
export function sorted(keys, column, descending, now) {
  const sign = descending ? -1 : 1;
  return [...keys].sort((one, other) => sign * ORDERS[column](one, other, now) || ORDERS.name(one, other, now));
}

/**
 * Whether a key is among those that were asked for.
 * @param {ClientKey} key
 * @param {string} wanted a status, or `all`
 * @param {string} words each of them must be in its name, description, prefix or scopes
 * @param {number} now
 */
export function matches(key, wanted, words, now) {
  if (wanted !== "all" && statusOf(key, now) !== wanted) return false;
  const text = [key.name, key.description, key.key_prefix, key.id, ...key.scopes].join("\n").toLowerCase();
  return words.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

/**
 * Puts rows in the place of those that are there, and leaves the keyboard where it was.
 * @param {HTMLElement[]} rows
 */
export function replaceRows(rows) {
  const place = the("rows");
  const active = place.contains(document.activeElement) ? document.activeElement : null;
  const id = active?.closest("[data-id]")?.getAttribute("data-id");
  const action = active?.getAttribute("data-action");
  const at = [...place.children].findIndex((old) => old.getAttribute("data-id") === id);
  place.replaceChildren(...rows);
  if (!active) return;
  const same = rows.find((element) => element.getAttribute("data-id") === id);
  const next = same ?? rows[Math.min(at, rows.length - 1)];
  const wanted = next?.querySelector(`[data-action="${action}"]`) ?? next?.querySelector("[data-action]");
  const target = /** @type {HTMLElement} */ (wanted ?? the("keys-title"));
  target.focus({ preventScroll: wanted === undefined });
}
