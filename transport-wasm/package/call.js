// @ts-check
/** One call: carries out the machine's commands, one after the other. */
import { exchangeOf } from "./exchange.js";
import { failed } from "./failure.js";
import { CANCELLED, DONE, LOADED, NOT_STORED, WITHDRAWN } from "./machine.js";
import { bounded, world } from "./world.js";

/** @typedef {import("./machine.js").Event} Event */

/** How often a store is looked at for what the last holder of the lock has stored, and the milliseconds in between. */
const LOOKS = 40;
const PAUSE = 25;

/** Who is last in line for a lock of this name.
 * @type {Map<string, Promise<void>>} */
const lines = new Map();

/**
 * @param {import("./index.js").ClientOptions} options
 * @param {(warning: string) => void} warn
 * @param {() => Promise<void>} newer waits for newer tokens
 * @param {AbortSignal | null} [signal]
 * @param {typeof globalThis.fetch} [fetch] one for this call alone
 */
export function callOf(options, warn, newer, signal, fetch) {
  const { store, onToken } = options;
  /** @type {ReturnType<typeof exchangeOf> | undefined} */
  let exchange;
  let unlock = () => {};
  /** What was stored when somebody else held the lock.
   * @type {string | null} */
  let before = null;
  /** Tells what became of the command that is carried out. A promise of each command's own: one that outlives many would
   * keep alive whatever it is raced with.
   * @type {(event: Event) => void} */
  let answer = () => {};

  /**
   * Carries a command out.
   * @param {any} command
   * @returns {Promise<Event>}
   */
  async function obey(command) {
    const { do: wanted, ms } = command;
    // What takes the store's time and none of its own is carried out to its end.
    const interruptible = ms >= 0 || wanted === "fetch" || wanted === "read";
    if (interruptible && signal?.aborted) return [WITHDRAWN];
    // What is left of an answer is wanted no more when something else is.
    if (wanted !== "read") void exchange?.abort();
    /** @param {(event: Event) => void} resolve */
    const begin = (resolve) => {
      answer = resolve;
      // Whatever somebody else's code throws, the machine is told: it would wait for ever.
      return carryOut(command).catch(() => failed("other"));
    };
    return bounded(begin, ms, () => [DONE], interruptible ? signal : null, () => [CANCELLED]);
  }

  /**
   * @param {any} command
   * @returns {Promise<Event>}
   */
  async function carryOut(command) {
    switch (command.do) {
      case "fetch":
        exchange = exchangeOf(command, fetch ?? options.fetch ?? globalThis.fetch, () => answer(failed("timeout")));
        return exchange.head();
      case "read":
        return /** @type {ReturnType<typeof exchangeOf>} */ (exchange).read();
      case "load":
        return [LOADED, await load()];
      case "store":
        return [(await keep(command)) ? DONE : NOT_STORED];
      case "sleep":
        // Its time ends it.
        return new Promise(() => {});
      case "renew":
        await newer();
        break;
      case "lock":
        await lock();
        break;
      default:
        unlock();
    }
    return [DONE];
  }

  /**
   * @param {{ tokens: import("./index.js").TokenPair | null, text: string }} command
   * @returns {Promise<boolean>} whether it was stored
   */
  async function keep({ tokens, text }) {
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

  async function load() {
    let text = await stored();
    // The lock of another tab may arrive before what that tab has stored: Chromium brings the two on different ways.
    for (let looks = LOOKS; looks && text === before; looks--) {
      await new Promise((resolve) => world.after(PAUSE, /** @type {() => void} */ (resolve)));
      text = await stored();
    }
    before = null;
    return new TextEncoder().encode(text);
  }

  /** What is in the store; nothing where it cannot be read. @returns {Promise<string | undefined>} */
  async function stored() {
    try {
      // Made a text here, where what cannot be one is noticed.
      return `${(await store?.load()) ?? ""}`;
    } catch {
      // As if there were none: the session in memory goes on.
      warn("the store could not be read: it counts as empty");
    }
  }

  /** @returns {Promise<void>} */
  async function lock() {
    const name = `fluxbase-client-keys:${store?.name ?? options.url}`;
    const locks = globalThis.navigator?.locks;
    /** @type {Promise<void>} */
    const held = new Promise((release) => (unlock = release));
    /** Whether it was granted. @param {LockOptions} how @returns {Promise<boolean>} */
    const take = (how) =>
      new Promise((resolve) => {
        /** @param {Lock | null | void} lock */
        const granted = async (lock) => {
          resolve(lock !== null);
          if (lock !== null) await held;
        };
        // Where there are no locks, or none for this origin, the clients of this page or program take turns all the same.
        const line = () => void lines.set(name, Promise.resolve(lines.get(name)).then(granted));
        locks ? locks.request(name, how, granted).catch(line) : line();
      });
    if (await take({ ifAvailable: true })) return;
    before = (await stored()) ?? null;
    await take({});
  }

  return {
    obey,
    /** Ends the command that is carried out. @param {Event} event */
    answer: (event) => answer(event),
    /** Lets go of everything. */
    end() {
      void exchange?.abort();
      unlock();
    },
  };
}
