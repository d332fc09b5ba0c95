// @ts-check
/** One call in the page, and how it ended. */
import { createClient } from "/package/index.js";

/** Ends the call under way. */
let controller = new AbortController();

/**
 * @param {import("../../transport-wasm/package/index.js").ClientOptions & { idempotent?: boolean }} options of the client, and
 *   whether creating is idempotent
 * @param {"create" | "list" | "get"} operation
 * @param {...any} input
 */
export async function attempt({ idempotent, ...options }, operation, ...input) {
  controller = new AbortController();
  /** @type {any} */
  const { clientKeys } = createClient(options).management;
  try {
    return { value: await clientKeys[operation](...input, { signal: controller.signal, idempotent }) };
  } catch (thrown) {
    const error = /** @type {Error} */ (thrown);
    const { name, message, stack, cause, ...members } = error;
    return { error: { name, message, ...members }, shown: `${error} ${stack} ${JSON.stringify(error)} ${cause}` };
  }
}

/** @param {string} reason */
export const abort = (reason) => controller.abort(new Error(reason));
