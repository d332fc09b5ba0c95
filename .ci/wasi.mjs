// Runs a test program for wasm32-wasip1 under Node: cargo calls it as `node .ci/wasi.mjs PROGRAM ARGUMENTS`.
//
// The program may read the directory that it is started in (cargo starts tests in their package's) and nothing else.

import { readFile } from "node:fs/promises";
import process from "node:process";
import { WASI } from "node:wasi";

const [program, ...rest] = process.argv.slice(2);
const here = process.cwd();
const wasi = new WASI({
  version: "preview1",
  args: [program, ...rest],
  env: { RUST_BACKTRACE: "1" },
  preopens: { ".": here, [here]: here },
  returnOnExit: true,
});
const module = await WebAssembly.compile(await readFile(program));
const instance = await WebAssembly.instantiate(module, wasi.getImportObject());
process.exitCode = wasi.start(instance);
