// @ts-check
/** What the package may weigh. */

/**
 * @typedef {object} Budget
 * @property {number} aim bytes that it is to come to, which nothing enforces yet
 * @property {number} limit bytes after gzip -9 for the WebAssembly and one entry together, whatever happens
 * @property {Record<string, number>} parts bytes for each part: what it weighs now and a little, so that growth is seen
 */

/**
 * Compares sizes with the budget.
 * @param {Record<string, number>} sizes
 * @param {Budget} budget
 * @returns {{ total: number, faults: string[] }} the WebAssembly with the larger entry, and what is too large
 */
export function overdrawn(sizes, { limit, parts }) {
  const { "machine.wasm": wasm, ...entries } = sizes;
  const total = wasm + Math.max(...Object.values(entries));
  const faults = Object.entries(sizes)
    // What the budget does not name has none.
    .filter(([name, size]) => !(size <= (parts[name] ?? 0)))
    .map(([name, size]) => `${name} is too large: ${size} bytes, at most ${parts[name] ?? 0}`);
  if (!(total <= limit)) faults.push(`the package is too large: ${total} bytes, at most ${limit}`);
  return { total, faults };
}
