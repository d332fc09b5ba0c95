// @ts-check
/**
 * Client keys through the published SDK's fetch object, which sends and signs by itself: exactly the requests that are
 * documented, and no others; what it resolves to is read whatever shape the server gave it.
 */
import { ClientKeysError, unsent } from "./error.js";
import { keyInput, nameOf } from "./input.js";
import { LIST, REVOKE } from "./machine.js";
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

/** What the machine is told of a request. The object gets the caller's own; what is in it the server judges. */
const STAND_IN = { name: "-", scopes: ["*"] };

/** @type {Record<number, import("./index.js").ErrorKind>} */
const KINDS = {
  401: "refused",
  403: "forbidden",
  404: "not_found",
  409: "conflict",
  422: "conflict",
  429: "rate_limited",
  503: "unavailable",
};

/**
 * An error with which the fetch object rejected: the published one has `status` and `details`, the body of the answer.
 * @param {string} operation
 * @param {any} reason
 * @param {import("./error.js").Problem["outcome"]} outcome what is known without looking at it
 */
function rejected(operation, reason, outcome) {
  const status = Number.isInteger(reason?.status) ? reason.status : undefined;
  const { code: inner, request_id, retry_after } = reason?.details ?? {};
  const code = word(reason?.code) ?? word(inner);
  const refused = status >= 400 && status < 500;
  return new ClientKeysError(
    operation,
    {
      kind: status ? (KINDS[status] ?? (status >= 500 ? "server" : "rejected")) : "transport",
      message: `the fetch object failed${status ? `; the server answered ${status}` : ""}${code ? ` ${code}` : ""}`,
      status,
      code,
      requestId: word(request_id),
      retryAfter: typeof retry_after === "number" && retry_after > 0 ? retry_after : undefined,
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
  return async (operation, id, request) => {
    const name = nameOf(operation);
    if (typeof object.get !== "function") {
      throw unsent(name, "this is no fetch object; without one, give null and { url }");
    }
    /** @type {{ reason: unknown } | undefined} */
    let failed;
    /** @type {any} */
    const through = async (/** @type {string} */ _, /** @type {{ method: string }} */ { method }) => {
      // Not the machine's path: ids go as they were given.
      const path = `/api/v1/client-keys${id == null ? "" : `/${id}`}${operation === REVOKE ? "/revoke" : ""}`;
      const verb = /** @type {keyof FluxbaseFetch} */ (method.toLowerCase());
      try {
        const answer = await (verb === "get" || verb === "delete" ? object[verb](path) : object[verb](path, request ?? {}));
        // The object gives `null` for an empty list and for an empty body alike.
        const nothing = operation === LIST ? "null" : "";
        const body = (answer ?? "") === "" ? nothing : JSON.stringify(answer);
        return new Response(body, { headers: { "content-type": "application/json" } });
      } catch (reason) {
        failed = { reason };
        throw reason;
      }
    };
    try {
      return await connection.call(operation, keyInput(operation, id, request && STAND_IN), undefined, through);
    } catch (error) {
      throw failed ? rejected(name, failed.reason, /** @type {any} */ (error).outcome) : error;
    }
  };
}
