// @ts-check
/** Loading in Node, from disk. */
import { readFile } from "node:fs/promises";

/** Where the WebAssembly stands beside this module, written so that bundlers find it and bring it along. */
export const beside = () => new URL("./machine.wasm", import.meta.url);

/** @type {import("./load.js").Read} */
export async function read(address) {
  return WebAssembly.compile(new Uint8Array(await readFile(address)));
}
