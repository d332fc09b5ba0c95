// @ts-check
/**
 * The WebAssembly side of a client: bytes in, JSON out.
 *
 * The machine decides everything and does nothing: each event that it is told is answered with the next command of the call.
 * One instance is one client; there is nothing to free.
 */

/**
 * A value of a list of fields: text, or nothing.
 * @typedef {string | null | undefined} Field
 */

/**
 * @typedef {object} MachineExports
 * @property {WebAssembly.Memory} memory where both buffers are
 * @property {(length: number) => number} input makes room for the next input
 * @property {(what: number, call: number, wall: number, monotonic: number, jitter: number) => number} tell
 *   tells what happened; gives where the result begins
 * @property {() => number} output_length how long the last result is, in bytes
 */

/** What the machine is told: that it is opened, that a call begins, or what became of a call's last command. */
export const OPEN = 0;
export const START = 1;
export const HEAD = 2;
export const CHUNK = 3;
export const END = 4;
export const FAILURE = 5;
export const DONE = 6;
export const LOADED = 7;
export const NOT_STORED = 8;
export const CANCELLED = 9;
export const WITHDRAWN = 10;

/** Length that stands for a field without a value. */
const ABSENT = 0xffffffff;

/**
 * Writes fields as the machine reads them: for each its length in bytes, 32 bits, little end first, and its UTF-8 bytes.
 * @param {Field[]} list
 * @returns {Uint8Array}
 */
export function fields(list) {
  const encoder = new TextEncoder();
  const texts = list.map((text) => (text == null ? null : encoder.encode(text)));
  const bytes = new Uint8Array(texts.reduce((sum, text) => sum + 4 + (text ? text.length : 0), 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const text of texts) {
    view.setUint32(at, text ? text.length : ABSENT, true);
    at += 4;
    if (text) {
      bytes.set(text, at);
      at += text.length;
    }
  }
  return bytes;
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
   * @param {Uint8Array} input
   * @param {[wall: number, monotonic: number, jitter: number]} now
   * @returns {any}
   */
  tell(what, call, input, now) {
    const { memory, input: room, tell, output_length: length } = this.#exports;
    const at = room(input.length) >>> 0;
    new Uint8Array(memory.buffer, at, input.length).set(input);
    const from = tell(what, call, ...now) >>> 0;
    const text = new TextDecoder().decode(new Uint8Array(memory.buffer, from, length() >>> 0));
    return text ? JSON.parse(text) : undefined;
  }
}
