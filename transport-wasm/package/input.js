// @ts-check
/** What callers pass, as fields for the machine, which judges their content; here only their kind is looked at, and
 * whether numbers are whole. */
import { unsent } from "./error.js";
import { CREATE, LIST } from "./machine.js";
import { entropy } from "./world.js";

/** @typedef {import("./machine.js").Field} Field */

/** The options that are numbers, in the order that the machine expects. */
export const BOUNDS = ["attempts", "attemptTimeout", "timeout", "bodyLimit", "listLimit"];

/**
 * These members of an object, which may be none.
 * @param {any} given
 * @param {string[]} names
 */
export const picked = (given, names) => Object.fromEntries(names.map((name) => [name, given?.[name]]));

/**
 * Members in the order that the machine expects; of an array each element is a field.
 * @param {string} operation how it is called in messages
 * @param {Record<string, unknown>} members
 * @returns {Field[]}
 */
export const texts = (operation, members) =>
  Object.entries(members).flatMap((/** @type {[string, any]} */ [name, given]) => {
    if (given == null) return [null];
    const value = given instanceof Date && !isNaN(+given) ? given.toISOString() : given;
    const isText = (/** @type {unknown} */ one) => typeof one === "string";
    const [fits, wanted] =
      name === "scopes"
        ? [Array.isArray(value) && value.every(isText), "an array of strings"]
        : ["rate_limit_per_minute", ...BOUNDS].includes(name)
          ? [Number.isSafeInteger(value) && value >= 0, "a whole number, not negative"]
          : [isText(value), "a string"];
    if (!fits) throw unsent(operation, `${name} must be ${wanted}`);
    return value;
  });

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
 * The members of an operation on client keys.
 * @param {number} operation
 * @param {unknown} id
 * @param {any} request
 * @param {any} [options]
 * @returns {Record<string, unknown>}
 */
export function keyInput(operation, id, request, options) {
  if (operation === LIST) return { user_id: options?.user_id };
  if (!request) return { id };
  const { name, description, rate_limit_per_minute, expires_at, scopes } = request;
  if (operation === CREATE) {
    const idempotent = options?.idempotent ? entropy() : null;
    return { name, description, rate_limit_per_minute, expires_at, idempotent, scopes };
  }
  const replaces = scopes ? "1" : null;
  const strips = scopes?.length === 0 && options?.allowNoScopes ? "1" : null;
  return { id, name, description, rate_limit_per_minute, replaces, strips, scopes };
}

/** How the operations are called in messages, in the order of their numbers. */
const NAMES = [
  "create client key",
  "list client keys",
  "get client key",
  "update client key",
  "revoke client key",
  "delete client key",
  "sign in",
  "verify two-factor code",
  "sign in as administrator",
  "check health",
  "refresh tokens",
  "sign out",
  "export tokens",
  "restore tokens",
  "forget tokens",
];

/** How an operation is called in messages. @param {number} operation */
export const nameOf = (operation) => NAMES[operation - CREATE];
