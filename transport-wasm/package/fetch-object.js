// @ts-check
/**
 * Client keys through the published SDK's fetch object, which sends and signs by itself: exactly the requests that are
 * documented, and no others; what it resolves to is read whatever shape the server gave it.
 */
import { broken, ClientKeysError, unsent } from "./error.js";
import { fields } from "./machine.js";
import { world } from "./world.js";

/**
 * @typedef {import("./index.js").FluxbaseFetch} FluxbaseFetch
 */

/**
 * An error with which the fetch object rejected: the published one has `status` and `details`, the body of the answer.
 * @param {string} operation
 * @param {any} reason
 * @param {boolean} reads whether the operation changes nothing
 */
function rejected(operation, reason, reads) {
  const status = Number.isInteger(reason?.status) ? reason.status : undefined;
  const details = reason?.details ?? {};
  const code = word(reason?.code) ?? word(details.code);
  const kind = status === undefined ? "transport" : (KINDS.get(status) ?? (status >= 500 ? "server" : "rejected"));
  const refused = status >= 400 && status < 500;
  const message = `${operation}: the fetch object failed${status ? `; the server answered ${status}` : ""}`;
  return new ClientKeysError(
    {
      kind,
      operation,
      message: code ? `${message} ${code}` : message,
      status,
      code,
      requestId: word(details.request_id),
      retryAfter: details.retry_after > 0 ? +details.retry_after : undefined,
      outcome: reads || refused ? "not_applied" : "unknown",
      attempts: 1,
      retryable: status === 429 || status === 503 || (reads && !refused),
    },
    reason,
  );
}

/**
 * A code or a request id. Anything else that a server puts there is kept back, and what looks like a credential.
 * @param {unknown} text
 */
const word = (text) => (typeof text === "string" && /^(?!fbk?_|sk_|eyJ)[\w-]{1,99}$/.test(text) ? text : undefined);

/** @type {Map<number, import("./index.js").ErrorKind>} */
const KINDS = new Map([
  [401, "refused"],
  [403, "forbidden"],
  [404, "not_found"],
  [409, "conflict"],
  [422, "conflict"],
  [429, "rate_limited"],
  [503, "unavailable"],
]);

/** @type {Record<string, (fetch: FluxbaseFetch, path: string, request: any) => Promise<unknown>>} */
const SENDS = {
  create: (fetch, path, request) => fetch.post(path, request),
  list: (fetch, path) => fetch.get(path),
  get: (fetch, path) => fetch.get(path),
  update: (fetch, path, request) => fetch.patch(path, request),
  revoke: (fetch, path) => fetch.post(path, {}),
  delete: (fetch, path) => fetch.delete(path),
};

/** Operations that change nothing. */
const READS = new Set(["list", "get"]);

/** @param {unknown} answer */
const asBody = (answer) => (answer == null || answer === "" ? "" : (JSON.stringify(answer) ?? ""));

/**
 * @param {FluxbaseFetch} fetch
 * @param {() => Promise<import("./machine.js").Machine>} open
 * @returns {import("./package.js").Ask}
 */
export function throughFetchObject(fetch, open) {
  /** @type {ReturnType<typeof open> | undefined} */
  let opening;
  /** @param {unknown} error */
  const reopen = (error) => {
    opening = undefined;
    throw error;
  };
  return async (operation, name, id, request) => {
    if (typeof fetch.get !== "function") {
      throw unsent("invalid_input", name, "a fetch object has get, post, patch and delete; without one, give null and { url }");
    }
    if (operation !== "create" && operation !== "list" && typeof id !== "string") {
      throw unsent("invalid_input", name, "id must be a string");
    }
    const machine = await (opening ??= open().catch(reopen));
    /** @param {string} operation @param {import("./machine.js").Field} [body] */
    const interpret = (operation, body) => {
      let found;
      try {
        found = machine.call("interpret", fields([operation, /** @type {any} */ (id), body]), ...world.now());
      } catch (cause) {
        opening = undefined;
        // What the fetch object resolved to was a success.
        found = { error: broken(cause, body == null || READS.has(operation) ? "not_applied" : "applied") };
      }
      if (found.error) throw new ClientKeysError({ operation: name, ...found.error });
      return found;
    };
    /** @param {string} operation @param {string} path @param {any} [request] */
    const send = async (operation, path, request) => {
      let answer;
      try {
        answer = asBody(await SENDS[operation](fetch, path, request));
      } catch (reason) {
        throw rejected(name, reason, READS.has(operation));
      }
      return interpret(operation, answer);
    };
    const found = await send(operation, interpret(operation).path, request);
    if (!found.get) return found.value;
    // The server answered the update with no key, so it is read; by now the change is made, whatever comes.
    try {
      return (await send("get", found.get)).value;
    } catch (error) {
      if (error instanceof ClientKeysError) Object.assign(error, { operation: name, outcome: "applied" });
      throw error;
    }
  };
}
