// @ts-check
/** Clock, timers and chance, which the machine has none of. A test puts its own in their place. */

/**
 * @typedef {object} World
 * @property {() => [wall: number, monotonic: number, jitter: number]} now
 *   milliseconds since 1970, milliseconds of a clock that is never set, and 32 random bits
 * @property {import("./exchange.js").After} after
 */

/** The longest time that timers take, 24 days in milliseconds: longer ones would end at once. It stands for any. */
export const LONGEST = 0x7fffffff;

/** @type {World} */
export const world = {
  now: () => [Date.now(), performance.now(), (Math.random() * 0x100000000) >>> 0],
  after(milliseconds, then) {
    // As good as for ever, for which no timer need keep a program alive.
    if (milliseconds >= LONGEST) return () => {};
    const timer = setTimeout(then, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** 32 random bytes as hexadecimal digits: what an idempotency key is made of. */
export function entropy() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
