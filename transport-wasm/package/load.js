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
 * @param {any} source
 * @param {Read} read
 * @returns {Promise<WebAssembly.Module>}
 */
async function compile(source, read) {
  if (source instanceof WebAssembly.Module) return source;
  if (source.byteLength >= 0) return WebAssembly.compile(source);
  const address = new URL(source);
  const { href } = address;
  const module = compiled.get(href) ?? read(address);
  compiled.set(href, module);
  // What failed is tried again by the next call.
  module.catch(() => compiled.delete(href));
  return module;
}

/**
 * What makes fresh machines.
 * @param {() => URL} beside where the WebAssembly is, unless something else is given
 * @param {Read} read
 */
export const loader = (beside, read) => async (/** @type {WasmSource | undefined} */ given) => {
  let from = "";
  try {
    const source = given ?? beside();
    if (typeof source === "string" || source instanceof URL) from = ` from ${source}`;
    return new Machine(await WebAssembly.instantiate(await compile(source, read)));
  } catch (cause) {
    const words = `the WebAssembly could not be loaded${from}: is it served there, and does the Content-Security-Policy have 'wasm-unsafe-eval'?`;
    throw unsent("load", words, "not_loaded", cause, true);
  }
};
