// @ts-check
/** One client's machine: loaded when it is first needed, and again when loading failed. */
import { Calls } from "./calls.js";
import { told, unsent } from "./error.js";
import { exported, texts } from "./input.js";
import { load } from "./load.js";
import { world } from "./world.js";

/**
 * What a call may be bounded with.
 * @typedef {import("./index.js").CallOptions} CallOptions
 */

/** @param {number | undefined} number */
const digits = (number) => (number == null ? null : String(number));

export class Connection {
  #options;
  #beside;
  #read;
  /** @type {Calls | undefined} */
  #calls;
  /** @type {Promise<Calls> | undefined} */
  #opening;

  /**
   * @param {import("./index.js").ClientOptions} options
   * @param {() => URL} beside where the WebAssembly is, unless the options say
   * @param {import("./load.js").Read} read
   */
  constructor(options, beside, read) {
    // A copy: what is changed afterwards has no effect half-way.
    this.#options = { ...options };
    this.#beside = beside;
    this.#read = read;
  }

  /**
   * Loads what there is to load.
   * @param {string} name
   * @param {CallOptions} [options]
   */
  async ready(name, options) {
    const { signal, timeout = this.#options.timeout } = options ?? {};
    if (signal && typeof signal.addEventListener !== "function") {
      throw unsent("invalid_input", name, "signal must be an AbortSignal");
    }
    if (timeout != null && !(typeof timeout === "number" && timeout >= 0)) {
      throw unsent("invalid_input", name, "timeout must be a number of milliseconds");
    }
    const cancelled = () => unsent("cancelled", name, "cancelled", signal?.reason);
    if (signal?.aborted) throw cancelled();
    if (this.#calls && !this.#calls.broken) return this.#calls;
    const opening = (this.#opening ??= this.#open().finally(() => (this.#opening = undefined)));
    // A download that hangs is no reason for a call to do so.
    let stop = () => {};
    const given_up = new Promise((_, reject) => {
      const cancel = () => reject(cancelled());
      const late = () => reject(unsent("deadline_exceeded", name, "the time for the call ran out", undefined, true));
      const stopClock = timeout == null ? stop : world.after(timeout, late);
      signal?.addEventListener("abort", cancel);
      stop = () => {
        stopClock();
        signal?.removeEventListener("abort", cancel);
      };
    });
    try {
      return /** @type {Calls} */ (await Promise.race([opening, given_up]));
    } finally {
      stop();
    }
  }

  /**
   * Makes a call; gives its value, or throws what the machine says of its failure.
   * @param {string} operation
   * @param {string} name how it is called in messages
   * @param {(name: string) => import("./machine.js").Field[]} input
   * @param {CallOptions} [options]
   * @param {typeof globalThis.fetch} [fetch] one for this call alone
   * @returns {Promise<any>}
   */
  async call(operation, name, input, options, fetch) {
    const { signal, timeout } = options ?? {};
    const started = performance.now();
    const given = input(name);
    const calls = await this.ready(name, options);
    const left = timeout == null ? undefined : Math.ceil(timeout - (performance.now() - started));
    const { value, error, warnings } = await calls.run(operation, given, left, signal, fetch);
    for (const warning of warnings ?? []) void this.#warn(warning);
    if (!error) return value;
    throw told(name, error, error.kind === "cancelled" ? signal?.reason : undefined);
  }

  /** @param {string} warning */
  async #warn(warning) {
    try {
      await this.#options.onWarning?.(warning);
    } catch {
      // What goes wrong in telling somebody is not what went wrong in the call.
    }
  }

  async #open() {
    const settings = this.#settings();
    const { wasm, store, onToken, fetch, url } = this.#options;
    const machine = await load(() => wasm ?? this.#beside(), this.#read);
    const lockName = `fluxbase-client-keys:${store?.name ?? url}`;
    /** @param {string} warning */
    const warn = (warning) => void this.#warn(warning);
    const calls = new Calls(machine, { fetch: () => fetch ?? globalThis.fetch, store, onToken, warn, lockName, world });
    const wrong = calls.open(settings).error;
    if (wrong) throw told("connect", wrong);
    this.#calls = calls;
    return calls;
  }

  #settings() {
    const { url, tokens, accessToken, clientKey, serviceKey, store, ...rest } = this.#options;
    const text = tokens && typeof tokens === "object" ? exported(tokens) : tokens;
    const all = Object.entries({ access_token: accessToken, client_key: clientKey, service_key: serviceKey, tokens: text });
    const credentials = all.filter(([, value]) => value != null);
    if (credentials.length > 1) {
      throw unsent("invalid_input", "connect", "give at most one of accessToken, clientKey, serviceKey and tokens");
    }
    const [kind, credential] = credentials[0] ?? [];
    const address = url instanceof URL ? url.href : (url ?? "");
    return [
      ...texts("connect", { url: address }),
      rest.allowPlainHttp ? "1" : null,
      ...texts("connect", { kind, credential }),
      store ? "1" : null,
      digits(rest.attempts),
      digits(rest.attemptTimeout),
      digits(rest.timeout),
      ...texts("connect", { scopeSpelling: rest.scopeSpelling }),
      digits(rest.bodyLimit),
      digits(rest.listLimit),
    ];
  }
}
