// @ts-check
/** The loop: tells the machine what happened to a call, and carries out its next command. */
import { callOf } from "./call.js";
import { broken, ClientKeysError } from "./error.js";
import { DONE, fields, OPEN, RENEWAL } from "./machine.js";
import { world } from "./world.js";

/**
 * How a call ended, in the words of the machine.
 * @typedef {object} Done
 * @property {any} [value]
 * @property {string[]} [warnings]
 * @property {import("./error.js").Problem} [error]
 * @property {unknown} [cause] what the machine threw
 */

/** @typedef {import("./machine.js").Field} Field */

/**
 * Makes a call; ends always, and never by rejection.
 * @callback Run
 * @param {number} operation
 * @param {Field[]} input
 * @param {number | null} [timeout] milliseconds for all of it
 * @param {AbortSignal | null} [signal]
 * @param {typeof globalThis.fetch} [fetch] one for this call alone
 * @returns {Promise<Done>}
 */

/**
 * Gives the machine its settings, and what makes its calls.
 * @param {import("./machine.js").Machine} machine
 * @param {Field[]} settings
 * @param {import("./index.js").ClientOptions} options
 * @param {(warning: string) => void} warn
 * @param {() => void} onTrap called when the machine is beyond use, and a new one is wanted
 * @returns {Run}
 */
export function callsOf(machine, settings, options, warn, onTrap) {
  let last = 0;
  /** Whether a renewal is under way. */
  let renewing = false;
  /** Those who wait for newer tokens.
   * @type {Set<() => void>} */
  const waiting = new Set();
  /** Those that are under way.
   * @type {Set<ReturnType<typeof callOf>>} */
  const calls = new Set();
  /** What the machine threw.
   * @type {{ cause: unknown } | undefined} */
  let trap;

  /**
   * Gives the next command; nothing after a trap, with which every call ends, and the next one begins with a new machine.
   * @param {number} number
   * @param {number} what
   * @param {Uint8Array} [input]
   */
  const tell = (number, what, input) => {
    if (trap) return;
    try {
      return machine.tell(what, number, input, world.now());
    } catch (cause) {
      trap = { cause };
      onTrap();
      // Whatever it is, the machine is not told.
      for (const other of calls) other.answer([DONE]);
    }
  };

  /**
   * @param {import("./error.js").Problem["outcome"]} outcome
   * @returns {Done}
   */
  const stopped = (outcome) => ({ error: broken(outcome), ...trap });

  /** @type {Run} */
  async function run(operation, input, timeout, signal, fetch) {
    const call = callOf(options, warn, newer, signal, fetch);
    const number = ++last;
    let sent = false;
    calls.add(call);
    try {
      let command = tell(number, operation, fields([timeout, ...input]));
      while (command && command.do !== "done") {
        sent ||= command.do === "fetch";
        command = tell(number, ...(await call.obey(command)));
      }
      return command ?? stopped(sent ? "unknown" : "not_applied");
    } finally {
      calls.delete(call);
      call.end();
      if (operation === RENEWAL) renewing = false;
      for (const look of waiting) look();
      waiting.clear();
    }
  }

  /**
   * Waits for newer tokens until any call has ended: the renewal that the machine has planned, which all share and nobody
   * cuts, or one that signed in, restored tokens or forgot them. The machine is asked again then.
   * @returns {Promise<void>}
   */
  const newer = () =>
    new Promise((resolve) => {
      waiting.add(resolve);
      if (renewing) return;
      renewing = true;
      void run(RENEWAL, []);
    });

  const { error, cause } = tell(0, OPEN, fields(settings)) ?? stopped("not_applied");
  if (error) throw new ClientKeysError("connect", error, cause);
  return run;
}
