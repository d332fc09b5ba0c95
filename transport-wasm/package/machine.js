// @ts-check
/**
 * The WebAssembly side of a client: bytes in, JSON out.
 *
 * The machine decides everything and does nothing: each event that it is told is answered with a list of commands. One
 * instance is one client; there is nothing to free.
 */

/**
 * A value of a list of fields: text, or nothing.
 * @typedef {string | null | undefined} Field
 */

/**
 * @typedef {object} MachineExports
 * @property {WebAssembly.Memory} memory where both buffers are
 * @property {(length: number) => number} input makes room for the next input
 * @property {() => number} output where the last result begins
 * @property {() => number} output_length how long the last result is, in bytes
 */

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
  /** @type {MachineExports & Record<string, (...numbers: number[]) => number | void>} */
  #exports;

  /** @param {WebAssembly.Instance} instance */
  constructor(instance) {
    // @ts-expect-error What the module exports is known to this file alone.
    this.#exports = instance.exports;
  }

  /**
   * Calls an export with this input; gives what it answers.
   *
   * No view of the memory outlives a call: it is another buffer as soon as the memory has grown.
   * @param {string} name
   * @param {Uint8Array} input
   * @param {...number} numbers
   * @returns {any}
   */
  call(name, input, ...numbers) {
    const { memory, input: room, output, output_length: length } = this.#exports;
    const at = room(input.length) >>> 0;
    new Uint8Array(memory.buffer, at, input.length).set(input);
    this.#exports[name](...numbers);
    return JSON.parse(new TextDecoder().decode(new Uint8Array(memory.buffer, output() >>> 0, length() >>> 0)));
  }
}
