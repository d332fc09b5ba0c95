// @ts-check
/**
 * Builds the package: `node build.mjs` with the stable compiler, `node build.mjs --release` with the pinned nightly, whose
 * standard library is built for size. `--dev` places only the WebAssembly, beside the modules, so that these run as they
 * are. Prints what the parts weigh after gzip -9 and compares them with `budget.json`. What a release weighs too much
 * fails the build; the stable compiler's WebAssembly is larger, so of it this is only told.
 */
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { overdrawn } from "./budget.mjs";

const { values: wants } = parseArgs({ options: { release: { type: "boolean" }, dev: { type: "boolean" } } });
const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** What is built: the entries, each from its module. */
const ENTRIES = { "browser.js": "index.js", "node.js": "index-node.js" };

function installTools() {
  if (["esbuild", "terser", "wasm-opt", "tsc"].every((tool) => existsSync(here(`node_modules/.bin/${tool}`)))) return;
  execFileSync("npm", ["ci", "--no-audit", "--no-fund"], { cwd: here("."), stdio: ["ignore", 2, 2] });
}

/** @returns {string} the file */
function buildMachine() {
  const script = here("../machine/size.sh");
  const env = { ...process.env, WASM_OPT: here("node_modules/.bin/wasm-opt") };
  // Standard output is kept for those who read a result from it, such as `npm pack --json`.
  execFileSync("bash", wants.release ? [script, "--small"] : [script], { env, stdio: ["ignore", 2, 2] });
  return here("../../target/machine.wasm");
}

/** @param {string} entry @param {string} name */
async function bundle(entry, name) {
  const { build } = await import("esbuild");
  const { minify } = await import("terser");
  const { outputFiles } = await build({
    entryPoints: [here(entry)],
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    external: ["node:*"],
    legalComments: "none",
  });
  // What esbuild has made small Terser makes smaller by 3 %: it names variables anew in each function.
  const { code } = await minify(outputFiles[0].text, {
    module: true,
    ecma: 2020,
    compress: { passes: 3 },
    // Node shows the line of an error that nobody caught: one line for all would bury the message.
    format: { max_line_len: name === "node.js" ? 400 : false },
  });
  writeFileSync(here(`dist/${name}`), code ?? "");
}

/**
 * By the program: Node's own zlib is another one, and its figures differ.
 * @param {string} name
 */
const weigh = (name) => execFileSync("gzip", ["-9", "-c", "-n", here(`dist/${name}`)]).length;

function check() {
  const sizes = Object.fromEntries(["machine.wasm", ...Object.keys(ENTRIES)].map((name) => [name, weigh(name)]));
  for (const [name, size] of Object.entries(sizes)) console.error(`${name}: ${size} bytes after gzip -9`);
  const budget = JSON.parse(readFileSync(here("budget.json"), "utf8"));
  const { total, faults } = overdrawn(sizes, budget);
  console.error(`together, with the larger entry: ${total} bytes; at most ${budget.limit}, to become ${budget.aim}`);
  for (const fault of faults) console.error(wants.release ? fault : `${fault}, which matters in a release`);
  if (wants.release && faults.length) process.exitCode = 1;
}

installTools();
const wasm = buildMachine();
if (wants.dev) {
  copyFileSync(wasm, here("machine.wasm"));
} else {
  rmSync(here("dist"), { recursive: true, force: true });
  mkdirSync(here("dist"));
  copyFileSync(wasm, here("dist/machine.wasm"));
  for (const [name, entry] of Object.entries(ENTRIES)) await bundle(entry, name);
  for (const licence of ["LICENSE-MIT", "LICENSE-APACHE"]) copyFileSync(here(`../../${licence}`), here(licence));
  check();
}
