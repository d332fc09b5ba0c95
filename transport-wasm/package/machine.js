// @ts-check
/**
 * The WebAssembly side of a client: bytes in, JSON out.
 *
 * The machine decides everything and does nothing: each event that it is told is answered with the next command of the call.
 * One instance is one client; there is nothing to free.
 */

/**
 * A value of a list of fields: text, a number, which goes as its digits, or nothing.
 * @typedef {string | number | null | undefined} Field
 */

/**
 * What became of a command: the kind of event, and what goes with it.
 * @typedef {[kind: number, input?: Uint8Array]} Event
 */

/**
 * @typedef {object} MachineExports
 * @property {WebAssembly.Memory} memory where both buffers are
 * @property {(length: number) => number} input makes room for the next input
 * @property {(what: number, call: number, wall: number, monotonic: number, jitter: number) => number} tell
 *   tells what happened; gives where the result begins
 * @property {() => number} output_length how long the last result is, in bytes
 */

/** What the machine is told: that it is opened, what became of a call's last command, or that a call begins. */
export const OPEN = 0;

export const HEAD = 1;
export const CHUNK = 2;
export const END = 3;
export const FAILURE = 4;
export const DONE = 5;
export const LOADED = 6;
export const NOT_STORED = 7;
export const CANCELLED = 8;
export const WITHDRAWN = 9;

export const CREATE = 10;
export const LIST = 11;
export const GET = 12;
export const UPDATE = 13;
export const REVOKE = 14;
export const DELETE = 15;
export const SIGN_IN = 16;
export const VERIFY_2FA = 17;
export const ADMIN_SIGN_IN = 18;
export const HEALTH = 19;
export const REFRESH = 20;
export const SIGN_OUT = 21;
export const TOKENS = 22;
export const RESTORE = 23;
export const FORGET = 24;
export const RENEWAL = 25;

/** Length that stands for a field without a value. */
const ABSENT = -1;

/**
 * Writes fields as the machine reads them: for each its length in bytes, 32 bits, little end first, and its UTF-8 bytes.
 * @param {Field[]} list
 */
export function fields(list) {
  const bytes = list.flatMap((field) => {
    const text = field == null ? [] : new TextEncoder().encode(String(field));
    const length = field == null ? ABSENT : text.length;
    return [length, length >> 8, length >> 16, length >> 24, ...text];
  });
  // Of each number the lowest eight bits.
  return new Uint8Array(bytes);
}

/** One instance of the machine. */
export class Machine {
  /** @type {MachineExports} */
  #exports;

  /** @param {WebAssembly.Instance} instance */
  constructor(instance) {
    // @ts-expect-error What the module exports is known to this file alone.
    this.#exports = instance.exports;
  }

  /**
   * Tells what happened; gives what the machine answers, nothing about a call that it does not know.
   *
   * No view of the memory outlives a call: it is another buffer as soon as the memory has grown.
   * @param {number} what
   * @param {number} call the number of the call
   * @param {Uint8Array | undefined} input
   * @param {[wall: number, monotonic: number, jitter: number]} now
   * @returns {any}
   */
  tell(what, call, input = new Uint8Array(), now) {
    const { memory, input: room, tell, output_length: length } = this.#exports;
    const at = room(input.length) >>> 0;
    new Uint8Array(memory.buffer, at, input.length).set(input);
    const from = tell(what, call, ...now) >>> 0;
    const text = new TextDecoder().decode(new Uint8Array(memory.buffer, from, length() >>> 0));
    return text ? JSON.parse(text) : undefined;
  }
}
