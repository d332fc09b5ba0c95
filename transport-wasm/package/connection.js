// @ts-check
/** One client's machine: loaded when it is first needed, and again when loading failed. */
import { callsOf } from "./calls.js";
import { ClientKeysError, unsent } from "./error.js";
import { BOUNDS, exported, nameOf, picked, texts } from "./input.js";
import { bounded, LONGEST } from "./world.js";

/**
 * What a call may be bounded with.
 * @typedef {import("./index.js").CallOptions} CallOptions
 */

/** @typedef {import("./calls.js").Run} Run */

export class Connection {
  /**
   * @param {import("./index.js").ClientOptions} given
   * @param {ReturnType<typeof import("./load.js").loader>} load
   */
  constructor(given, load) {
    // A copy: what is changed afterwards has no effect half-way.
    const options = { ...given };
    /** @type {Run | undefined} */
    let run;
    /** @type {Promise<Run> | undefined} */
    let opening;

    /** @param {string} warning */
    const warn = async (warning) => {
      try {
        await options.onWarning?.(warning);
      } catch {
        // What goes wrong in telling somebody is not what went wrong in the call.
      }
    };

    const open = async () => {
      const settings = settingsFrom(options);
      return (run = callsOf(await load(options.wasm), settings, options, warn, () => (run = undefined)));
    };

    /**
     * Loads what there is to load; gives what makes calls.
     * @param {string} name
     * @param {CallOptions | null} [bounds]
     * @returns {Promise<Run>}
     */
    this.ready = async (name, bounds) => {
      const { signal, timeout = options.timeout } = bounds ?? {};
      if (signal && !signal.addEventListener) throw unsent(name, "signal must be an AbortSignal");
      if (timeout != null && !(typeof timeout === "number" && timeout >= 0)) {
        throw unsent(name, "timeout must be a number of milliseconds");
      }
      const cancelled = async () => {
        throw unsent(name, "cancelled", "cancelled", false, signal?.reason);
      };
      if (signal?.aborted) return cancelled();
      if (run) return run;
      const opened = (opening ??= open().finally(() => (opening = undefined)));
      // A download that hangs is no reason for a call to do so.
      const late = async () => {
        throw unsent(name, "the time for the call ran out", "deadline_exceeded", true);
      };
      return bounded(() => opened, timeout, late, signal, cancelled);
    };

    /**
     * Makes a call; gives its value, or throws what the machine says of its failure.
     * @param {number} operation
     * @param {Record<string, unknown>} members its arguments, in the order that the machine expects
     * @param {CallOptions | null} [bounds]
     * @param {typeof globalThis.fetch} [fetch] one for this call alone
     * @returns {Promise<any>}
     */
    this.call = async (operation, members, bounds, fetch) => {
      const name = nameOf(operation);
      const { signal, timeout } = bounds ?? {};
      const started = performance.now();
      const input = texts(name, members);
      const make = await this.ready(name, bounds);
      const left = timeout && Math.ceil(Math.min(Math.max(timeout + started - performance.now(), 0), LONGEST));
      const { value, error, warnings, cause } = await make(operation, input, left, signal, fetch);
      warnings?.forEach(warn);
      if (!error) return value;
      throw new ClientKeysError(name, error, error.kind === "cancelled" ? signal?.reason : cause);
    };
  }
}

/** @param {import("./index.js").ClientOptions} options */
function settingsFrom({ url, tokens, accessToken, clientKey, serviceKey, store, allowPlainHttp, scopeSpelling, ...rest }) {
  const text = tokens && typeof tokens === "object" ? exported(tokens) : tokens;
  const all = Object.entries({ accessToken, clientKey, serviceKey, tokens: text });
  const [[kind, credential] = [], more] = all.filter(([, value]) => value != null);
  if (more) throw unsent("connect", "give at most one of accessToken, clientKey, serviceKey and tokens");
  let address = "";
  try {
    address = new URL(url).href;
  } catch {
    // The machine says what a URL has to be.
  }
  const checked = texts("connect", { credential, scopeSpelling, ...picked(rest, BOUNDS) });
  return [address, allowPlainHttp ? 1 : null, kind, store ? 1 : null, ...checked];
}
