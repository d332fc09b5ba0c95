// @ts-check
/** Why a request came to no complete answer, in the words of the machine. */
import { FAILURE, fields } from "./machine.js";

/**
 * The event that a request or the reading of its answer failed.
 * @param {"opaque" | "timeout" | "closed" | "too_large" | "unsendable" | "other"} kind
 * @param {boolean | null} [unsent] whether certainly nothing reached the server
 * @param {string | null} [detail] fixed words; never text of the failure itself, which may quote what was sent
 * @returns {import("./machine.js").Event}
 */
export const failed = (kind, unsent, detail) => [FAILURE, fields([kind, unsent ? 1 : null, detail])];

/**
 * Reads what a `fetch` rejected with, which can be anything.
 *
 * A browser says nothing but `TypeError`, whether the server is away or CORS forbids. Node adds a cause with a code, and
 * the system call that failed: before there is a connection, nothing was sent.
 * @param {any} reason
 */
export function unanswered(reason) {
  const cause = reason?.cause;
  if (!cause) return failed(reason instanceof TypeError ? "opaque" : "other");
  const { code } = cause;
  // Where a name has several addresses, each has failed for its own reason.
  const { syscall } = cause.errors?.[0] ?? cause;
  return failed(
    code === "UND_ERR_SOCKET" || code === "ECONNRESET" ? "closed" : "other",
    syscall === "connect" || syscall === "getaddrinfo" || code === "UND_ERR_CONNECT_TIMEOUT",
    /^[A-Z0-9_]{1,40}$/.test(code) ? code : null,
  );
}
