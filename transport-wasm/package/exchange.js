// @ts-check
/** One request and its answer, through `fetch`. */
import { failed, unanswered } from "./failure.js";
import { CHUNK, END, fields, HEAD } from "./machine.js";
import { world } from "./world.js";

/** @typedef {import("./machine.js").Event} Event */

/**
 * What the machine wants sent.
 * @typedef {object} FetchCommand
 * @property {string} method
 * @property {string} url
 * @property {[string, string][]} headers
 * @property {string} [body]
 * @property {number} timeout milliseconds, to the last byte of the answer
 * @property {number} limit bytes of the answer's body, decompressed
 */

/**
 * A request under way.
 * @param {FetchCommand} command
 * @param {typeof globalThis.fetch} fetch
 * @param {() => void} late called when its time is up
 */
export function exchangeOf({ method, url, headers, body, timeout, limit: left }, fetch, late) {
  const controller = new AbortController();
  const { signal } = controller;
  const stopClock = world.after(timeout, late);
  /** @type {ReadableStreamDefaultReader | undefined} */
  let reader;

  /** Lets go of the request, or of what is left of its answer. */
  const abort = async () => {
    stopClock();
    controller.abort();
    try {
      await reader?.cancel();
    } catch {
      // Then there is nothing to let go of.
    }
  };

  /**
   * Sends the request; tells of the head of the answer: the status, then names and values in turn. Status 0 is a redirect,
   * of which a browser tells no more.
   * @returns {Promise<Event>}
   */
  const head = async () => {
    if (typeof fetch !== "function") return failed("unsendable", true, "there is no fetch here");
    let response;
    try {
      // The credential is in a header, and is for this address alone; what is secret belongs in no cache.
      response = await fetch(url, { method, headers, body, signal, credentials: "omit", redirect: "manual", cache: "no-store" });
    } catch (reason) {
      return unanswered(reason);
    }
    try {
      const { body, status, type } = response;
      // A fetch of one's own may have followed a redirect all the same.
      const redirected = type === "opaqueredirect" || response.redirected;
      if (!redirected && !status) return failed("opaque");
      reader = (body?.getReader ? body : body && whole(response))?.getReader();
      // It may come although nobody wants it any more.
      if (signal.aborted) void abort();
      return [HEAD, fields([redirected ? 0 : status, ...[...new Headers(response.headers)].flat()])];
    } catch {
      // A fetch of one's own can give anything.
      return failed("other", false, "fetch gave no response");
    }
  };

  /**
   * The next piece of the body, or its end.
   * @returns {Promise<Event>}
   */
  const read = async () => {
    try {
      const { done, value } = reader ? await reader.read() : { done: true, value: undefined };
      if (done) return [END];
      if (!(value instanceof Uint8Array)) return failed("other", false, "the body is not made of bytes");
      left -= value.length;
      return left < 0 ? failed("too_large") : [CHUNK, value];
    } catch {
      return failed("closed");
    }
  };

  return { head, read, abort };
}

/**
 * The body of a response in one piece: some libraries have streams of another kind.
 * @param {Response} response
 */
const whole = (response) =>
  new ReadableStream({
    async pull(controller) {
      controller.enqueue(new Uint8Array(await response.arrayBuffer()));
      controller.close();
    },
  });
