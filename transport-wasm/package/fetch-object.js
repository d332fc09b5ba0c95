// @ts-check
/**
 * Client keys through the published SDK's fetch object, which sends and signs by itself: exactly the requests that are
 * documented, and no others; what it resolves to is read whatever shape the server gave it.
 */
import { ClientKeysError, unsent } from "./error.js";
import { LONGEST } from "./world.js";

/**
 * @typedef {import("./index.js").FluxbaseFetch} FluxbaseFetch
 */

/** How the machine is opened for it: whatever it wants sent goes through the object, once, for as long as that takes. */
export const SETTINGS = {
  url: "http://localhost",
  accessToken: "-",
  attempts: 1,
  attemptTimeout: LONGEST,
  timeout: LONGEST,
  scopeSpelling: /** @type {const} */ ("as_given"),
};

/**
 * What the machine is told of a request. The object gets the caller's own; what is in it the server judges.
 * @type {Record<string, import("./machine.js").Field[]>}
 */
const STAND_INS = { create: ["-", null, null, null, null, "*"], update: ["-"] };

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

/**
 * An error with which the fetch object rejected: the published one has `status` and `details`, the body of the answer.
 * @param {string} operation
 * @param {any} reason
 * @param {import("./error.js").Problem["outcome"]} outcome what is known without looking at it
 */
function rejected(operation, reason, outcome) {
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
      retryAfter: typeof details.retry_after === "number" && details.retry_after > 0 ? details.retry_after : undefined,
      outcome: refused && outcome === "unknown" ? "not_applied" : outcome,
      attempts: 1,
      retryable: status === 429 || status === 503 || (outcome === "not_applied" && !refused),
    },
    reason,
  );
}

/**
 * A code or a request id. Anything else that a server puts there is kept back, and what looks like a credential.
 * @param {unknown} text
 */
const word = (text) => (typeof text === "string" && /^(?!fbk?_|sk_|eyJ)[\w-]{1,99}$/.test(text) ? text : undefined);

/**
 * @param {FluxbaseFetch} object
 * @param {import("./connection.js").Connection} connection opened with `SETTINGS`
 * @returns {import("./package.js").Ask}
 */
export function throughFetchObject(object, connection) {
  return async (operation, name, id, request) => {
    if (typeof object.get !== "function") {
      throw unsent("invalid_input", name, "a fetch object has get, post, patch and delete; without one, give null and { url }");
    }
    const isAboutOne = operation !== "create" && operation !== "list";
    if (isAboutOne && typeof id !== "string") throw unsent("invalid_input", name, "id must be a string");
    const path = `/api/v1/client-keys${isAboutOne ? `/${id}` : ""}${operation === "revoke" ? "/revoke" : ""}`;
    /** @type {{ reason: unknown } | undefined} */
    let failed;
    /** @param {string} method */
    const send = (method) => {
      if (method === "POST") return object.post(path, operation === "revoke" ? {} : request);
      if (method === "PATCH") return object.patch(path, request);
      return method === "GET" ? object.get(path) : object.delete(path);
    };
    /** @type {any} */
    const through = async (/** @type {string} */ _, /** @type {{ method: string }} */ { method }) => {
      try {
        const answer = await send(method);
        // The object gives `null` for an empty list and for an empty body alike.
        const body = answer == null || answer === "" ? (operation === "list" ? "null" : "") : JSON.stringify(answer);
        return new Response(body, { headers: { "content-type": "application/json" } });
      } catch (reason) {
        failed = { reason };
        throw reason;
      }
    };
    const input = [.../** @type {string[]} */ (isAboutOne ? [id] : []), ...(STAND_INS[operation] ?? [])];
    try {
      return await connection.call(operation, name, () => input, undefined, through);
    } catch (error) {
      throw failed && error instanceof ClientKeysError ? rejected(name, failed.reason, /** @type {any} */ (error).outcome) : error;
    }
  };
}
