// @ts-check
// A WebAssembly module whose functions can be put into another order.

/** The sections that this reads or writes: https://webassembly.github.io/spec/core/binary/modules.html#sections */
const SECTION = { import: 2, function: 3, export: 7, start: 8, element: 9, code: 10 };

/**
 * Reads a number, signed or not, as if it were not; gives it and where it ends.
 * @param {Uint8Array} bytes
 * @param {number} at
 * @returns {[value: number, end: number]}
 */
function number(bytes, at) {
  let value = 0;
  for (let scale = 1; ; scale *= 128) {
    const byte = bytes[at++];
    value += (byte & 127) * scale;
    if (byte < 128) return [value, at];
  }
}

/** @param {number} value */
function encoded(value) {
  const bytes = [];
  for (; value > 127; value = Math.floor(value / 128)) bytes.push((value % 128) | 128);
  return Buffer.from([...bytes, value]);
}

/** How many numbers follow an instruction; what is not here is known to `skip` or to nobody.
 * @type {[from: number, to: number, numbers: number][]} */
const NUMBERS = [
  [0x00, 0x01, 0],
  [0x02, 0x04, 1],
  [0x05, 0x05, 0],
  [0x0b, 0x0b, 0],
  [0x0c, 0x0d, 1],
  [0x0f, 0x0f, 0],
  [0x10, 0x10, 1],
  [0x11, 0x11, 2],
  [0x1a, 0x1b, 0],
  [0x20, 0x24, 1],
  [0x28, 0x3e, 2],
  [0x3f, 0x42, 1],
  [0x45, 0xc4, 0],
];
/** The same behind the prefix 0xfc: conversions, then memory. */
const PREFIXED = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1];
const CALL = 0x10;

/** Where an instruction ends. @param {Uint8Array} bytes @param {number} at */
function skip(bytes, at) {
  const code = bytes[at];
  const skipped = (/** @type {number} */ from, /** @type {number} */ numbers) => {
    for (; numbers; numbers -= 1) [, from] = number(bytes, from);
    return from;
  };
  const known = NUMBERS.find(([from, to]) => from <= code && code <= to);
  if (known) return skipped(at + 1, known[2]);
  if (code === 0x43) return at + 5;
  if (code === 0x44) return at + 9;
  if (code === 0x0e) {
    const [labels, from] = number(bytes, at + 1);
    return skipped(from, labels + 1);
  }
  const [prefixed, from] = code === 0xfc ? number(bytes, at + 1) : [NaN, at];
  if (prefixed in PREFIXED) return skipped(from, PREFIXED[prefixed]);
  throw new Error(`the instruction 0x${code.toString(16)} at ${at} is not known here`);
}

/**
 * The code of a function, in pieces: behind each but the last stands the number of a function that is called.
 * @typedef {{ pieces: Buffer[], callees: number[] }} Code
 */

/** @param {Buffer} body @returns {Code} */
function parted(body) {
  const pieces = [];
  const callees = [];
  let begin = 0;
  let [groups, at] = number(body, 0);
  for (; groups; groups -= 1) {
    [, at] = number(body, at);
    at += 1;
  }
  while (at < body.length) {
    if (body[at] !== CALL) {
      at = skip(body, at);
      continue;
    }
    pieces.push(body.subarray(begin, at + 1));
    const [callee, after] = number(body, at + 1);
    callees.push(callee);
    begin = at = after;
  }
  pieces.push(body.subarray(begin));
  return { pieces, callees };
}

export class Module {
  #head;
  /** @type {{ id: number, contents: Buffer }[]} */
  #sections = [];
  /** @type {Code[]} */
  #codes;
  /** The code of each function as it was.
   * @type {Buffer[]} */
  bodies;

  /** @param {Buffer} bytes */
  constructor(bytes) {
    this.#head = bytes.subarray(0, 8);
    for (let at = 8; at < bytes.length; ) {
      const [length, from] = number(bytes, at + 1);
      this.#sections.push({ id: bytes[at], contents: bytes.subarray(from, from + length) });
      at = from + length;
    }
    if (this.#sections.some(({ id }) => id === SECTION.import || id === SECTION.start)) {
      throw new Error("functions that are imported or called at the start are not known here");
    }
    this.bodies = this.#list(SECTION.code, (contents, at) => {
      const [length, from] = number(contents, at);
      return [contents.subarray(from, from + length), from + length];
    });
    this.#codes = this.bodies.map(parted);
  }

  /**
   * The elements of a section.
   * @template T
   * @param {number} wanted
   * @param {(contents: Buffer, at: number) => [T, number]} read
   */
  #list(wanted, read) {
    const { contents } = this.#sections.find(({ id }) => id === wanted) ?? { contents: Buffer.from([0]) };
    const [count, from] = number(contents, 0);
    let at = from;
    return Array.from({ length: count }, () => {
      const [element, after] = read(contents, at);
      at = after;
      return element;
    });
  }

  /** The code in this order, with calls of the functions' new numbers. @param {number[]} order */
  code(order) {
    const numbers = places(order).map(encoded);
    const written = order.map((which) => {
      const { pieces, callees } = this.#codes[which];
      return Buffer.concat(pieces.flatMap((piece, at) => (at < callees.length ? [piece, numbers[callees[at]]] : [piece])));
    });
    return Buffer.concat([encoded(order.length), ...written.flatMap((body) => [encoded(body.length), body])]);
  }

  /** The whole module in this order. @param {number[]} order */
  bytes(order) {
    const numbers = places(order).map(encoded);
    const sections = this.#sections.map(({ id, contents }) => {
      const section = this.#reordered(id, contents, order, numbers);
      return [Buffer.from([id]), encoded(section.length), section];
    });
    return Buffer.concat([this.#head, ...sections.flat()]);
  }

  /** @param {number} id @param {Buffer} contents @param {number[]} order @param {Buffer[]} numbers */
  #reordered(id, contents, order, numbers) {
    /** @param {Buffer[]} elements */
    const list = (elements) => Buffer.concat([encoded(elements.length), ...elements]);
    switch (id) {
      case SECTION.code:
        return this.code(order);
      case SECTION.function: {
        const types = this.#list(id, number);
        return list(order.map((which) => encoded(types[which])));
      }
      case SECTION.export:
        return list(
          this.#list(id, (bytes, at) => {
            const [length, from] = number(bytes, at);
            const kind = from + length;
            const [what, after] = number(bytes, kind + 1);
            return [Buffer.concat([bytes.subarray(at, kind + 1), bytes[kind] === 0 ? numbers[what] : encoded(what)]), after];
          }),
        );
      case SECTION.element:
        return list(
          this.#list(id, (bytes, at) => {
            // Of the eight forms the one for a table of functions that begins at a constant.
            if (bytes[at] !== 0 || bytes[at + 1] !== 0x41) throw new Error("elements of this form are not known here");
            let [, from] = number(bytes, at + 2);
            const [count, first] = number(bytes, from + 1);
            const elements = [bytes.subarray(at, first)];
            from = first;
            for (let left = count; left; left -= 1) {
              const [which, after] = number(bytes, from);
              elements.push(numbers[which]);
              from = after;
            }
            return [Buffer.concat(elements), from];
          }),
        );
      default:
        return contents;
    }
  }
}

/** Where each function stands. @param {number[]} order */
function places(order) {
  const found = new Array(order.length);
  for (const [place, which] of order.entries()) found[which] = place;
  return found;
}
