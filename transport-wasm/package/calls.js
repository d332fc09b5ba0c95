// @ts-check
/** The loop: tells the machine what happened, and does what it commands. */
import { broken } from "./error.js";
import { Exchange } from "./exchange.js";
import { fields } from "./machine.js";
import { LONGEST } from "./world.js";

/**
 * How a call ended, in the words of the machine.
 * @typedef {object} Done
 * @property {any} [value]
 * @property {string[]} [warnings]
 * @property {import("./error.js").Problem} [error]
 */

/**
 * What belongs to the client and not to the machine.
 * @typedef {object} Surroundings
 * @property {() => typeof globalThis.fetch} fetch asked for each request, so that a replaced global takes effect
 * @property {import("./index.js").TokenStore} [store]
 * @property {(tokens: import("./index.js").TokenPair | null) => unknown} [onToken]
 * @property {(warning: string) => void} warn
 * @property {string} lockName under which tabs that share a store take turns
 * @property {import("./world.js").World} world
 */

const HEAD = 0;
const CHUNK = 1;
const END = 2;
const FAILURE = 3;
const FINISHED = 4;
const LOADED = 5;
const STORE_FAILED = 6;

const nothing = new Uint8Array();

/** All calls of one client. */
export class Calls {
  #machine;
  #surroundings;
  #last = 0;
  /** Who waits for which call.
   * @type {Map<number, (done: Done) => void>} */
  #callers = new Map();
  /** Requests under way, by the number of their command.
   * @type {Map<number, Exchange>} */
  #exchanges = new Map();
  /** How to take back what else is under way.
   * @type {Map<number, () => void>} */
  #pending = new Map();
  /** @type {Done | undefined} */
  #broken;

  /**
   * @param {import("./machine.js").Machine} machine
   * @param {Surroundings} surroundings
   */
  constructor(machine, surroundings) {
    this.#machine = machine;
    this.#surroundings = surroundings;
  }

  /** Whether the machine is beyond use, and a new one is wanted. */
  get broken() {
    return this.#broken !== undefined;
  }

  /**
   * Gives the machine its settings.
   * @param {import("./machine.js").Field[]} settings
   * @returns {Done | undefined} the error, where they are wrong
   */
  open(settings) {
    try {
      return this.#ask("open", fields(settings)).find((/** @type {any} */ command) => command.error);
    } catch (cause) {
      return { error: broken(cause, "not_applied") };
    }
  }

  /**
   * Makes a call; ends always, and never by rejection.
   * @param {string} operation
   * @param {import("./machine.js").Field[]} input
   * @param {number | undefined} timeout milliseconds for all of it
   * @param {AbortSignal | undefined} signal
   * @returns {Promise<Done>}
   */
  run(operation, input, timeout, signal) {
    return new Promise((settle) => {
      if (this.#broken) return settle(this.#broken);
      const call = ++this.#last;
      const cancel = () => this.#tell("cancel", nothing, call);
      this.#callers.set(call, (done) => {
        signal?.removeEventListener("abort", cancel);
        settle(done);
      });
      signal?.addEventListener("abort", cancel);
      this.#tell("start", fields([operation, timeout === undefined ? null : `${Math.min(Math.max(timeout, 0), LONGEST)}`, ...input]), call);
    });
  }

  /**
   * @param {string} event
   * @param {Uint8Array} input
   * @param {...number} numbers
   * @returns {any[]}
   */
  #ask(event, input, ...numbers) {
    return this.#machine.call(event, input, ...numbers, ...this.#surroundings.world.now());
  }

  /**
   * @param {string} event
   * @param {Uint8Array} input
   * @param {...number} numbers
   */
  #tell(event, input, ...numbers) {
    if (this.#broken) return;
    let commands;
    try {
      commands = this.#ask(event, input, ...numbers);
    } catch (cause) {
      this.#breakDown(cause);
      return;
    }
    for (const command of commands) this.#obey(command);
  }

  /**
   * After a trap every call ends, and the next one begins with a new machine.
   * @param {unknown} cause
   */
  #breakDown(cause) {
    this.#broken = { error: broken(cause, "unknown") };
    for (const exchange of this.#exchanges.values()) exchange.abort();
    for (const takeBack of this.#pending.values()) takeBack();
    for (const settle of this.#callers.values()) settle(this.#broken);
  }

  /** @param {any} command */
  #obey(command) {
    const { id } = command;
    switch (command.do) {
      case "fetch":
        return this.#fetch(command);
      case "read":
        return this.#read(id);
      case "abort":
        this.#exchanges.get(id)?.abort();
        return this.#exchanges.delete(id);
      case "sleep":
        return this.#pending.set(id, this.#surroundings.world.after(command.ms, () => this.#finish(id)));
      case "store":
        return this.#store(command);
      case "load":
        return this.#load(id);
      case "lock":
        return this.#lock(id);
      case "unsleep":
      case "unlock":
        this.#pending.get(id)?.();
        return this.#pending.delete(id);
      case "done":
        this.#callers.get(command.call)?.(command);
        return this.#callers.delete(command.call);
    }
  }

  /** @param {import("./exchange.js").FetchCommand & { id: number }} command */
  #fetch(command) {
    const { fetch, world } = this.#surroundings;
    const exchange = new Exchange(command, world.after);
    this.#exchanges.set(command.id, exchange);
    this.#answer(command.id, exchange.head(command, fetch()), (head) => [HEAD, fields(head)]);
  }

  /** @param {number} id */
  #read(id) {
    const piece = this.#exchanges.get(id)?.read();
    if (piece) this.#answer(id, piece, (bytes) => (bytes ? [CHUNK, bytes] : [END, nothing]));
  }

  /**
   * @template T
   * @param {number} id
   * @param {Promise<T>} step
   * @param {(result: T) => [kind: number, input: Uint8Array]} told
   */
  async #answer(id, step, told) {
    /** @type {[number, Uint8Array]} */
    let event;
    try {
      event = told(await step);
    } catch (failure) {
      event = [FAILURE, fields(/** @type {import("./failure.js").Failure} */ (failure).fields)];
    }
    const [kind, input] = event;
    // The machine has no use for what comes after its "abort".
    if (!this.#exchanges.has(id)) return;
    if (kind === END || kind === FAILURE) this.#exchanges.delete(id);
    this.#tell("deliver", input, id, kind);
  }

  /** @param {number} id */
  #finish(id) {
    this.#pending.delete(id);
    this.#tell("deliver", nothing, id, FINISHED);
  }

  /** @param {{ id: number, tokens: import("./index.js").TokenPair | null, text: string }} command */
  async #store({ id, tokens, text }) {
    const { store, onToken } = this.#surroundings;
    let kind = FINISHED;
    try {
      await (tokens ? store?.save(text) : store?.clear());
    } catch {
      kind = STORE_FAILED;
    }
    try {
      await onToken?.(tokens);
    } catch {
      kind = STORE_FAILED;
    }
    this.#tell("deliver", nothing, id, kind);
  }

  /** @param {number} id */
  async #load(id) {
    let text;
    try {
      text = await this.#surroundings.store?.load();
    } catch {
      // As if there were none: the session in memory goes on.
      this.#surroundings.warn("the store could not be read: it counts as empty");
    }
    this.#tell("deliver", new TextEncoder().encode(text ?? ""), id, LOADED);
  }

  /** @param {number} id */
  #lock(id) {
    const { locks } = globalThis.navigator ?? {};
    const held = new Promise((release) => this.#pending.set(id, () => release(undefined)));
    // By the time that it is this client's turn the machine may not want it any more.
    const granted = () => {
      if (this.#pending.has(id)) this.#tell("deliver", nothing, id, FINISHED);
      return held;
    };
    // Where there are no locks, or none for this origin, there is nobody to take turns with.
    (locks ? locks.request(this.#surroundings.lockName, granted) : Promise.reject()).catch(granted);
  }
}
