// @ts-check
/** What callers pass, as fields for the machine, which judges their content; here only their kind is looked at. */
import { unsent } from "./error.js";
import { entropy } from "./world.js";

/** @typedef {import("./machine.js").Field} Field */

/**
 * Members in the order that the machine expects.
 * @param {string} operation how it is called in messages
 * @param {Record<string, unknown>} members
 * @returns {Field[]}
 */
export function texts(operation, members) {
  return Object.entries(members).map(([name, value]) => {
    if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString();
    const wanted = name === "rate_limit_per_minute" ? "number" : "string";
    if (value != null && typeof value !== wanted) throw unsent("invalid_input", operation, `${name} must be a ${wanted}`);
    return value == null ? null : `${value}`;
  });
}

/**
 * Tokens as they are exported. What is no JSON the machine refuses, as it does anything else.
 * @param {unknown} tokens
 */
export function exported(tokens) {
  try {
    return JSON.stringify(tokens);
  } catch {
    return "";
  }
}

/**
 * @param {string} operation
 * @param {unknown} scopes
 * @returns {Field[]}
 */
function listed(operation, scopes) {
  if (!Array.isArray(scopes) || scopes.some((scope) => typeof scope !== "string")) {
    throw unsent("invalid_input", operation, "scopes must be an array of strings");
  }
  return scopes;
}

/**
 * The fields of an operation on client keys.
 * @param {string} operation
 * @param {string} name how the operation is called in messages
 * @param {unknown} id
 * @param {any} request
 * @param {any} options
 * @returns {Field[]}
 */
export function keyInput(operation, name, id, request, options) {
  if (operation === "list") return texts(name, { user_id: options.user_id });
  if (!request) return texts(name, { id });
  const { description, rate_limit_per_minute, expires_at, scopes } = request;
  if (operation === "create") {
    const idempotent = options.idempotent ? entropy() : null;
    const members = { name: request.name, description, rate_limit_per_minute, expires_at, idempotent };
    return [...texts(name, members), ...listed(name, scopes ?? [])];
  }
  const members = { id, name: request.name, description, rate_limit_per_minute };
  const given = scopes == null ? [] : listed(name, scopes);
  const stripped = scopes && !given.length && options.allowNoScopes;
  return [...texts(name, members), scopes && "1", stripped && "1", ...given];
}
