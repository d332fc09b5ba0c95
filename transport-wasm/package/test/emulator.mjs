// @ts-check
/** What the tests of the package run against. */
import { Emulator } from "../../../examples/emulator/emulator.mjs";

/** A state with a user who has a second factor. */
export const TWO_FACTORS = {
  users: [{ id: "0b5e4b36-3b8e-4f0e-9b43-6a0d6f3f7a11", email: "two@example.com", password: "a password", two_factor_code: "123456" }],
};

/**
 * A server that ends with the test.
 * @param {import("node:test").TestContext} context
 * @param {string} [generation]
 * @param {import("../../../examples/emulator/emulator.mjs").Settings} [settings]
 */
export async function serve(context, generation, settings) {
  const server = await Emulator.start({ ...settings, generation });
  context.after(() => server.stop());
  return server;
}

/**
 * A `fetch` that remembers what it was asked for, as `POST /api/v1/…`.
 * @returns {typeof fetch & { asked: string[] }}
 */
export function listening() {
  /** @type {string[]} */
  const asked = [];
  /** @type {typeof fetch} */
  const listener = (input, init) => {
    const { pathname, search } = new URL(`${input}`);
    asked.push(`${init?.method} ${pathname}${search}`);
    return fetch(input, init);
  };
  return Object.assign(listener, { asked });
}
