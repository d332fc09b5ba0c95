// @ts-check
/** Fresh projects with the packed package in them, in a folder that is removed afterwards. */
import { execFileSync, spawn } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/** What is served as what; all else without a word of what it is. @type {Record<string, string>} */
const KINDS = { ".html": "text/html", ".js": "text/javascript" };

/**
 * Runs a command in a folder; gives what it printed.
 * @param {string} cwd
 * @param {string[]} command
 * @param {string} [input]
 */
export function run(cwd, [program, ...words], input = "") {
  return execFileSync(program, words, { cwd, input, encoding: "utf8", stdio: ["pipe", "pipe", "inherit"], timeout: 300_000 });
}

export class Projects {
  #folder = mkdtempSync(join(tmpdir(), "fluxbase-installed-"));
  /** The packed package. */
  archive;
  /** What is in it. @type {string[]} */
  files;

  /** Packs what was built, as it is. */
  constructor() {
    // Scripts would build it once more.
    const [{ filename, files }] = JSON.parse(run(here("../.."), ["npm", "pack", "--ignore-scripts", "--json", "--pack-destination", this.#folder]));
    this.archive = join(this.#folder, filename);
    this.files = files.map((/** @type {{ path: string }} */ { path }) => path);
  }

  /**
   * Makes one of the projects, with the package and what its lock file names; gives its folder.
   * @param {string} name
   * @param {string} source whose files are its `src`
   */
  make(name, source) {
    const folder = join(this.#folder, name);
    cpSync(here(name), folder, { recursive: true });
    cpSync(here(source), join(folder, "src"), { recursive: true });
    run(folder, ["npm", "ci", "--no-audit", "--no-fund"]);
    run(folder, ["npm", "install", "--no-save", "--no-audit", "--no-fund", this.archive]);
    return folder;
  }

  remove() {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/**
 * Serves a folder on loopback, as a simple server does that knows nothing of WebAssembly.
 * @param {string} folder
 */
export async function serveFolder(folder) {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const file = join(folder, pathname === "/" ? "index.html" : pathname);
    const kind = KINDS[extname(file)];
    try {
      const bytes = await readFile(file);
      response.writeHead(200, kind ? { "content-type": kind } : {}).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { origin: `http://127.0.0.1:${port}`, stop: () => (server.closeAllConnections(), server.close()) };
}

/**
 * Vite's development server for a project of it.
 * @param {string} folder
 */
export async function developWithVite(folder) {
  const program = `
    const { createServer } = await import("vite");
    const server = await createServer({ server: { host: "127.0.0.1", port: 0 } });
    await server.listen();
    console.log(server.resolvedUrls.local[0]);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], { cwd: folder, stdio: ["ignore", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    if (URL.canParse(line)) return { origin: new URL(line).origin, stop: () => void child.kill("SIGTERM") };
  }
  throw new Error("the server ended before it said where it is");
}
