// @ts-check
/** The loop: tells the machine what happened to a call, and carries out its next command. */
import { broken } from "./error.js";
import { Exchange } from "./exchange.js";
import { CANCELLED, CHUNK, DONE, END, FAILURE, fields, HEAD, LOADED, NOT_STORED, OPEN, START, WITHDRAWN } from "./machine.js";
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

/**
 * What became of a command: the kind of event, and what goes with it.
 * @typedef {[kind: number, input?: Uint8Array]} Event
 */

const nothing = new Uint8Array();

/** How often a store is looked at for what the last holder of the lock has stored, and the milliseconds in between. */
const LOOKS = 40;
const PAUSE = 25;

/** Who is last in line for a lock of this name.
 * @type {Map<string, Promise<void>>} */
const lines = new Map();

/** All calls of one client. */
export class Calls {
  #machine;
  #surroundings;
  #last = 0;
  /** Whether a renewal is under way. */
  #renewing = false;
  /** Those who wait for newer tokens.
   * @type {Set<() => void>} */
  #waiting = new Set();
  /** What the machine threw.
   * @type {{ cause: unknown } | undefined} */
  #trap;
  /** Those that are under way.
   * @type {Set<Call>} */
  #calls = new Set();

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
    return this.#trap !== undefined;
  }

  /**
   * Gives the machine its settings.
   * @param {import("./machine.js").Field[]} settings
   * @returns {Done} the error, where they are wrong
   */
  open(settings) {
    try {
      return this.#ask(OPEN, 0, fields(settings));
    } catch (cause) {
      return { error: broken(cause, "not_applied") };
    }
  }

  /**
   * Makes a call; ends always, and never by rejection.
   * @param {string} operation
   * @param {import("./machine.js").Field[]} input
   * @param {number} [timeout] milliseconds for all of it
   * @param {AbortSignal} [signal]
   * @param {typeof globalThis.fetch} [fetch] one for this call alone
   * @returns {Promise<Done>}
   */
  async run(operation, input, timeout, signal, fetch) {
    const call = new Call(this.#surroundings, () => this.#newer(), signal, fetch);
    const number = ++this.#last;
    let sent = false;
    this.#calls.add(call);
    try {
      const time = timeout === undefined ? null : `${Math.min(Math.max(timeout, 0), LONGEST)}`;
      let command = this.#tell(START, number, fields([operation, time, ...input]));
      while (command && command.do !== "done") {
        sent ||= command.do === "fetch";
        const event = await call.obey(command);
        call.settle();
        command = event && this.#tell(event[0], number, event[1]);
      }
      return command ?? { error: broken(this.#trap?.cause, sent ? "unknown" : "not_applied") };
    } finally {
      this.#calls.delete(call);
      call.end();
      if (operation === "renewal") this.#renewing = false;
      for (const look of this.#waiting) look();
      this.#waiting.clear();
    }
  }

  /**
   * @param {number} what
   * @param {number} call
   * @param {Uint8Array} [input]
   */
  #ask(what, call, input = nothing) {
    return this.#machine.tell(what, call, input, this.#surroundings.world.now());
  }

  /**
   * Gives the next command; nothing after a trap, with which every call ends, and the next one begins with a new machine.
   * @param {number} what
   * @param {number} call
   * @param {Uint8Array} [input]
   */
  #tell(what, call, input) {
    if (this.#trap) return;
    try {
      return this.#ask(what, call, input);
    } catch (cause) {
      this.#trap = { cause };
      for (const other of this.#calls) other.answer();
    }
  }

  /**
   * Waits for newer tokens until any call has ended: the renewal that the machine has planned, which all share and nobody
   * cuts, or one that signed in, restored tokens or forgot them. The machine is asked again then.
   * @returns {Promise<void>}
   */
  #newer() {
    return new Promise((resolve) => {
      this.#waiting.add(resolve);
      if (this.#renewing) return;
      this.#renewing = true;
      void this.run("renewal", []);
    });
  }
}

/** What one call holds while it is under way. */
class Call {
  #surroundings;
  #newer;
  #signal;
  #fetch;
  /** @type {Exchange | undefined} */
  #exchange;
  #stopClock = () => {};
  #unlock = () => {};
  #interruptible = false;
  /** What was stored when somebody else held the lock.
   * @type {string | undefined} */
  #before;
  /** Tells what became of the command that is carried out; nothing where the machine is beyond use. A promise of each
   * command's own: one that outlives many would keep alive whatever it is raced with.
   * @type {(event?: Event) => void} */
  answer = () => {};
  /** The caller gives the call up. */
  #cancel = () => {
    if (!this.#interruptible) return;
    this.answer([CANCELLED]);
    this.#exchange?.abort();
  };

  /**
   * @param {Surroundings} surroundings
   * @param {() => Promise<void>} newer waits for newer tokens
   * @param {AbortSignal} [signal]
   * @param {typeof globalThis.fetch} [fetch]
   */
  constructor(surroundings, newer, signal, fetch) {
    this.#surroundings = surroundings;
    this.#newer = newer;
    this.#signal = signal;
    this.#fetch = fetch;
    signal?.addEventListener("abort", this.#cancel);
  }

  /** After a command: no clock of it goes on. */
  settle() {
    this.#stopClock();
  }

  /** Lets go of everything. */
  end() {
    this.#stopClock();
    this.#exchange?.abort();
    this.#unlock();
    this.#signal?.removeEventListener("abort", this.#cancel);
  }

  /**
   * Carries a command out.
   * @param {any} command
   * @returns {Promise<Event | undefined>}
   */
  obey(command) {
    const { ms } = command;
    // What takes the store's time and none of its own is carried out to its end.
    this.#interruptible = ms >= 0 || command.do === "fetch" || command.do === "read";
    return new Promise((resolve) => {
      this.answer = resolve;
      if (this.#interruptible && this.#signal?.aborted) return resolve([WITHDRAWN]);
      // What is left of an answer is wanted no more when something else is.
      if (command.do !== "read") this.#exchange?.abort();
      if (ms >= 0) this.#stopClock = this.#surroundings.world.after(ms, () => resolve([DONE]));
      // Whatever somebody else's code throws, the machine is told: it would wait for ever.
      this.#carryOut(command).then(resolve, (failure) => resolve([FAILURE, fields(failure?.fields ?? [])]));
    });
  }

  /**
   * @param {any} command
   * @returns {Promise<Event>}
   */
  async #carryOut(command) {
    switch (command.do) {
      case "fetch":
        return this.#send(command);
      case "read":
        return this.#read();
      case "sleep":
        // Its time ends it.
        return new Promise(() => {});
      case "renew":
        await this.#newer();
        return [DONE];
      case "lock":
        await this.#lock();
        return [DONE];
      case "load":
        return [LOADED, await this.#load()];
      case "store":
        return [(await this.#store(command)) ? DONE : NOT_STORED];
      default:
        this.#unlock();
        return [DONE];
    }
  }

  /** @param {import("./exchange.js").FetchCommand} command @returns {Promise<Event>} */
  async #send(command) {
    const { fetch, world } = this.#surroundings;
    this.#exchange = new Exchange(command, world.after);
    return [HEAD, fields(await this.#exchange.head(command, this.#fetch ?? fetch()))];
  }

  /** @returns {Promise<Event>} */
  async #read() {
    const piece = await this.#exchange?.read();
    return piece ? [CHUNK, piece] : [END];
  }

  /**
   * @param {{ tokens: import("./index.js").TokenPair | null, text: string }} command
   * @returns {Promise<boolean>} whether it was stored
   */
  async #store({ tokens, text }) {
    const { store, onToken } = this.#surroundings;
    let stored = true;
    for (const act of [() => (tokens ? store?.save(text) : store?.clear()), () => onToken?.(tokens)]) {
      try {
        await act();
      } catch {
        stored = false;
      }
    }
    return stored;
  }

  async #load() {
    let text = await this.#stored();
    // The lock of another tab may arrive before what that tab has stored: Chromium brings the two on different ways.
    for (let looks = LOOKS; looks && text !== undefined && text === this.#before; looks--) {
      await new Promise((resolve) => this.#surroundings.world.after(PAUSE, () => resolve(undefined)));
      text = await this.#stored();
    }
    this.#before = undefined;
    return new TextEncoder().encode(text);
  }

  /** What is in the store; nothing where it cannot be read. @returns {Promise<string | undefined>} */
  async #stored() {
    try {
      // Made a text here, where what cannot be one is noticed.
      return `${(await this.#surroundings.store?.load()) ?? ""}`;
    } catch {
      // As if there were none: the session in memory goes on.
      this.#surroundings.warn("the store could not be read: it counts as empty");
    }
  }

  /** @returns {Promise<void>} */
  async #lock() {
    const { lockName } = this.#surroundings;
    const { locks } = globalThis.navigator ?? {};
    /** @type {Promise<void>} */
    const held = new Promise((release) => (this.#unlock = release));
    /** Whether it was granted. @param {LockOptions} options @returns {Promise<boolean>} */
    const take = (options) =>
      new Promise((resolve) => {
        /** @param {Lock | null | void} lock */
        const granted = (lock) => {
          resolve(lock !== null);
          return lock === null ? undefined : held;
        };
        // Where there are no locks, or none for this origin, the clients of this page or program take turns all the same.
        const line = () => void lines.set(lockName, Promise.resolve(lines.get(lockName)).then(granted));
        locks ? locks.request(lockName, options, granted).catch(line) : line();
      });
    if (await take({ ifAvailable: true })) return;
    this.#before = await this.#stored();
    await take({});
  }
}
