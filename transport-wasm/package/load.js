// @ts-check
/** From where the WebAssembly comes to an instance of it. */
import { unsent } from "./error.js";
import { Machine } from "./machine.js";

/**
 * Where the WebAssembly is: an address, its bytes, or compiled.
 * @typedef {import("./index.js").WasmSource} WasmSource
 */

/**
 * Reads what stands at an address and compiles it; differs between the browser and Node.
 * @typedef {(address: URL) => Promise<WebAssembly.Module>} Read
 */

/** Compiled modules by address: each is loaded and compiled once, however many clients there are.
 * @type {Map<string, Promise<WebAssembly.Module>>} */
const compiled = new Map();

/**
 * @param {WasmSource} source
 * @param {Read} read
 * @returns {Promise<WebAssembly.Module>}
 */
async function compile(source, read) {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof ArrayBuffer || ArrayBuffer.isView(source)) return WebAssembly.compile(/** @type {BufferSource} */ (source));
  const address = new URL(/** @type {string | URL} */ (source));
  const known = compiled.get(address.href);
  if (known) return known;
  const module = read(address);
  compiled.set(address.href, module);
  // What failed is tried again by the next call.
  module.catch(() => compiled.delete(address.href));
  return module;
}

/**
 * A fresh machine.
 * @param {() => WasmSource} where
 * @param {Read} read
 * @returns {Promise<Machine>}
 */
export async function load(where, read) {
  /** @type {WasmSource | undefined} */
  let source;
  try {
    source = where();
    return new Machine(await WebAssembly.instantiate(await compile(source, read)));
  } catch (cause) {
    const from = typeof source === "string" || source instanceof URL ? ` from ${source}` : "";
    const words = `the client's WebAssembly could not be loaded${from}: is it served there, and does the page's Content-Security-Policy have 'wasm-unsafe-eval'?`;
    throw unsent("not_loaded", "load", words, cause, true);
  }
}
