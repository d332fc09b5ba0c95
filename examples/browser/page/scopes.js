// @ts-check
/** Choosing scopes: boxes for those that servers are known to take, a line for others. */
import { input, make, the } from "./dom.js";

/** What servers up to 2026.3.7 know, as of the newest: the area, in words, and what may be done in it. @type {[string, string, string[]][]} */
const AREAS = [
  ["tables", "Tables", ["read", "write"]],
  ["storage", "Files", ["read", "write"]],
  ["functions", "Functions", ["read", "execute"]],
  ["auth", "Accounts", ["read", "write"]],
  ["clientkeys", "Client keys", ["read", "write"]],
  ["webhooks", "Webhooks", ["read", "write"]],
  ["jobs", "Jobs", ["read", "write"]],
  ["rpc", "Procedures", ["read", "execute"]],
  ["realtime", "Realtime", ["connect", "broadcast"]],
  ["ai", "AI", ["read", "write"]],
  ["secrets", "Secrets", ["read", "write"]],
  ["migrations", "Migrations", ["read", "execute"]],
  ["monitoring", "Metrics", ["read"]],
];

const KNOWN = new Set(AREAS.flatMap(([area, , actions]) => actions.map((action) => `${area}:${action}`)));

/**
 * The scope in its newest spelling, if it is a known one: servers before April 2026 keep `read:tables`. The client sends
 * each server what it wants, whichever is given.
 * @param {string} scope
 */
function newest(scope) {
  const turned = scope.split(":").reverse().join(":");
  return KNOWN.has(turned) ? turned : scope;
}

/** @returns {HTMLInputElement[]} */
const boxes = () => [...the("scopes").querySelectorAll("input")].filter((box) => box.type === "checkbox");

/** Puts the boxes on the page, once. */
export function drawScopes() {
  the("scope-grid").append(
    ...AREAS.map(([area, name, actions]) =>
      make(
        "div",
        { class: "scope-area", role: "group", "aria-label": name },
        make("span", { class: "scope-name", "aria-hidden": "true" }, name),
        ...actions.map((action) =>
          make(
            "label",
            { class: "check" },
            make("input", { type: "checkbox", value: `${area}:${action}` }),
            make("span", {}, action),
          ),
        ),
      ),
    ),
  );
  the("scopes").addEventListener("change", dim);
}

/** Where everything is allowed, the rest says nothing: it is dimmed, and keeps what was chosen. */
function dim() {
  const [all, ...others] = boxes();
  for (const box of others) box.disabled = all?.checked ?? false;
}

/**
 * Shows these as chosen.
 * @param {string[]} scopes
 */
export function setScopes(scopes) {
  const wanted = new Set(scopes.map(newest));
  for (const box of boxes()) {
    box.checked = wanted.delete(box.value);
  }
  input("more-scopes").value = [...wanted].join(" ");
  dim();
}

/** What is chosen. @returns {string[]} */
export function chosenScopes() {
  const more = input("more-scopes").value.split(/[\s,]+/).filter((scope) => scope !== "");
  const chosen = boxes().filter((box) => box.checked && !box.disabled);
  return [...new Set([...chosen.map((box) => box.value), ...more])];
}

/**
 * Whether these are other scopes than those, however they are spelled and ordered.
 * @param {string[]} one
 * @param {string[]} other
 */
export function differ(one, other) {
  const text = (/** @type {string[]} */ scopes) => [...new Set(scopes.map(newest))].sort().join(" ");
  return text(one) !== text(other);
}

