// @ts-check
/** Clock, timers and chance, which the machine has none of. A test puts its own in their place. */

/**
 * Calls back after some milliseconds; the result takes that back.
 * @typedef {(milliseconds: number, then: () => void) => () => void} After
 */

/**
 * @typedef {object} World
 * @property {() => [wall: number, monotonic: number, jitter: number]} now
 *   milliseconds since 1970, milliseconds of a clock that is never set, and a number below 2 to the power of 32, by chance
 * @property {After} after
 */

/** The longest time that timers take, 24 days in milliseconds: longer ones would end at once. It stands for any. */
export const LONGEST = 0x7fffffff;

/** @type {World} */
export const world = {
  now: () => [Date.now(), performance.now(), Math.random() * 2 ** 32],
  after(milliseconds, then) {
    // As good as for ever, for which no timer need keep a program alive.
    if (milliseconds >= LONGEST) return () => {};
    const timer = setTimeout(then, milliseconds);
    return () => clearTimeout(timer);
  },
};

/**
 * Waits for something, until its time is up or the signal is aborted.
 * @template T
 * @param {(resolve: (outcome: T) => void) => Promise<T>} begin what is waited for; it may also end by the function
 * @param {number | null | undefined} milliseconds
 * @param {() => T | Promise<T>} late what it comes to when the time is up
 * @param {AbortSignal | null | undefined} signal one that is not aborted yet
 * @param {() => T | Promise<T>} cancelled what it comes to when the signal is aborted
 * @returns {Promise<T>}
 */
export function bounded(begin, milliseconds, late, signal, cancelled) {
  /** @type {() => void} */
  let stopClock;
  /** @type {() => void} */
  let cancel;
  return new Promise((resolve, reject) => {
    stopClock = world.after(milliseconds ?? LONGEST, () => resolve(late()));
    cancel = () => resolve(cancelled());
    signal?.addEventListener("abort", cancel);
    begin(resolve).then(resolve, reject);
  }).finally(() => {
    stopClock();
    signal?.removeEventListener("abort", cancel);
  });
}

/** 32 random bytes as hexadecimal digits: what an idempotency key is made of. */
export function entropy() {
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
