// @ts-check
/** One request and its answer, through `fetch`. */
import { Failure, unanswered } from "./failure.js";

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
 * Calls back after some milliseconds; the result takes that back.
 * @typedef {(milliseconds: number, then: () => void) => () => void} After
 */

/** A reader that has nothing to read. */
const nothing = async () => ({ done: true, value: undefined });

/** A request under way. Its methods reject with nothing but `Failure`. */
export class Exchange {
  #controller = new AbortController();
  #left;
  #stopClock;
  /** Set when the time is up, which may come when nobody waits, between two pieces of a body.
   * @type {Failure | undefined} */
  #late;
  /** Ends the step that is under way.
   * @type {(failure: Failure) => void} */
  #fail = () => {};
  /** @type {() => Promise<{ done: boolean, value: unknown }>} */
  #next = nothing;
  /** @type {() => Promise<unknown>} */
  #cancel = nothing;

  /**
   * @param {{ timeout: number, limit: number }} bounds
   * @param {After} after
   */
  constructor({ timeout, limit }, after) {
    this.#left = limit;
    this.#stopClock = after(timeout, () => {
      this.#fail((this.#late = new Failure("timeout")));
      this.abort();
    });
  }

  /**
   * Sends the request; gives the head of the answer as fields: the status, then names and values in turn. Status 0 is a
   * redirect, of which a browser tells no more.
   * @param {FetchCommand} command
   * @param {typeof globalThis.fetch} fetch
   */
  head(command, fetch) {
    return this.#within(this.#send(command, fetch));
  }

  /**
   * The next piece of the body, or nothing at its end.
   * @returns {Promise<Uint8Array | undefined>}
   */
  read() {
    return this.#within(this.#piece());
  }

  /** Lets go of the request, or of what is left of its answer. */
  abort() {
    this.#stopClock();
    this.#controller.abort();
    this.#cancel().catch(() => {});
  }

  /**
   * @template T
   * @param {Promise<T>} step
   * @returns {Promise<T>}
   */
  async #within(step) {
    try {
      // No race with one promise for the time of all steps: that would keep every piece alive until the end.
      return await new Promise((resolve, reject) => {
        if (this.#late) reject(this.#late);
        this.#fail = reject;
        step.then(resolve, reject);
      });
    } catch (failure) {
      this.abort();
      throw failure;
    }
  }

  /**
   * @param {FetchCommand} command
   * @param {typeof globalThis.fetch} fetch
   */
  async #send({ method, url, headers, body }, fetch) {
    if (typeof fetch !== "function") throw new Failure("unsendable", true, "there is no fetch here");
    const { signal } = this.#controller;
    /** @type {Response} */
    let response;
    try {
      // The credential is in a header, and is for this address alone; what is secret belongs in no cache.
      response = await fetch(url, { method, headers, body, signal, credentials: "omit", redirect: "manual", cache: "no-store" });
    } catch (reason) {
      throw unanswered(reason);
    }
    try {
      return this.#open(response);
    } catch (failure) {
      // A fetch of one's own can give anything.
      throw failure instanceof Failure ? failure : new Failure("other", false, "fetch gave no response");
    }
  }

  /** @param {Response} response */
  #open(response) {
    const { body, status } = response;
    // A fetch of one's own may have followed a redirect all the same.
    const redirected = response.type === "opaqueredirect" || response.redirected;
    if (!redirected && !status) throw new Failure("opaque");
    if (body?.getReader) {
      const reader = body.getReader();
      this.#next = async () => {
        const { done, value } = await reader.read();
        return { done, value };
      };
      this.#cancel = async () => reader.cancel();
    } else if (body) {
      // Some libraries have streams of another kind; their whole bodies are as good.
      this.#next = async () => {
        this.#next = nothing;
        return { done: false, value: new Uint8Array(await response.arrayBuffer()) };
      };
    }
    // It may come although nobody wants it any more.
    if (this.#controller.signal.aborted) this.abort();
    return [`${redirected ? 0 : status}`, ...[...new Headers(response.headers)].flat()];
  }

  async #piece() {
    const { done, value } = await this.#next().catch(() => {
      throw new Failure("closed");
    });
    if (done) {
      this.#stopClock();
      return;
    }
    if (!(value instanceof Uint8Array)) throw new Failure("other", false, "the body is not made of bytes");
    this.#left -= value.length;
    if (this.#left < 0) throw new Failure("too_large");
    return value;
  }
}
