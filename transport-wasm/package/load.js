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
 * What makes fresh machines.
 * @param {() => URL} beside where the WebAssembly is, unless something else is given
 * @param {Read} read
 */
export const loader = (beside, read) => async (/** @type {WasmSource | undefined} */ given) => {
  let from = "";
  try {
    /** @type {any} */
    const source = given ?? beside();
    let module = /** @type {WebAssembly.Module | Promise<WebAssembly.Module>} */ (source);
    if (source.byteLength >= 0) {
      module = WebAssembly.compile(source);
    } else if (!(source instanceof WebAssembly.Module)) {
      from = ` from ${source}`;
      const address = new URL(source);
      const { href } = address;
      const loading = compiled.get(href) ?? read(address);
      compiled.set(href, loading);
      // What failed is tried again by the next call.
      loading.catch(() => compiled.delete(href));
      module = loading;
    }
    return new Machine(await WebAssembly.instantiate(await module));
  } catch (cause) {
    const words = `the WebAssembly could not be loaded${from}: is it served there, and does the Content-Security-Policy have 'wasm-unsafe-eval'?`;
    throw unsent("load", words, "not_loaded", true, cause);
  }
};
