// @ts-check
/** Loading in a browser or a worker. */

/** Where the WebAssembly stands beside this module, written so that bundlers find it and bring it along. */
export const beside = () => new URL("./machine.wasm", import.meta.url);

/** @type {import("./load.js").Read} */
export async function read(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`status ${response.status}`);
  // Only the right media type may be compiled while it comes; a server that has it wrong costs a little time, no more.
  return response.headers.get("content-type") === "application/wasm"
    ? WebAssembly.compileStreaming(response)
    : WebAssembly.compile(await response.arrayBuffer());
}
