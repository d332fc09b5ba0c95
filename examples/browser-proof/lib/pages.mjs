// @ts-check
/** The origin of the test pages: serves files, and passes messages on to programs that a page cannot start. */
import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";

const TYPES = { ".js": "text/javascript", ".mjs": "text/javascript", ".wasm": "application/wasm", ".html": "text/html", ".json": "application/json" };

/** As strict as WebAssembly and tests on other origins allow. */
const POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src *";

const PAGE = "<!doctype html><meta charset=utf-8><title>Proof</title><link rel=icon href=data:,>";

/**
 * @typedef {object} Pages
 * @property {string} origin
 * @property {Map<string, (message: string) => Promise<string>>} doors who answers `POST /door/NAME`
 * @property {() => void} close
 */

/**
 * Serves `/` (an empty page) and these folders.
 * @param {Record<string, string>} folders where what begins with `/NAME/` is on the disk
 * @returns {Promise<Pages>}
 */
export async function servePages(folders) {
  /** @type {Pages["doors"]} */
  const doors = new Map();
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://pages").pathname);
    const [, folder, ...rest] = path.split("/");
    try {
      if (path === "/") {
        response.writeHead(200, { "content-type": "text/html", "content-security-policy": POLICY }).end(PAGE);
      } else if (folder === "door" && request.method === "POST") {
        const door = doors.get(rest.join("/"));
        if (!door) throw new Error("no such door");
        let message = "";
        for await (const piece of request.setEncoding("utf8")) message += piece;
        response.writeHead(200, { "content-type": "application/json" }).end(await door(message));
      } else {
        const file = normalize(join(folders[folder], ...rest));
        if (!file.startsWith(folders[folder])) throw new Error("outside");
        const body = await readFile(file);
        const type = TYPES[/** @type {keyof TYPES} */ (extname(file))] ?? "application/octet-stream";
        // A worker has the policy of its own script.
        response.writeHead(200, { "content-type": type, "content-security-policy": POLICY, "cache-control": "no-store" }).end(body);
      }
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    origin: `http://127.0.0.1:${port}`,
    doors,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
