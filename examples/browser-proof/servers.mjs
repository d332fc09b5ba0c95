// @ts-check
/** What the tests run against besides an emulator: the page, and what stands in between. */
import { readFile } from "node:fs/promises";
import { createServer, request as forward } from "node:http";
import { build } from "../emulator/cargo.mjs";

const PACKAGE = new URL("../../transport-wasm/package/", import.meta.url);
const HERE = new URL("./", import.meta.url);

/** Builds the server of the transport suite. */
export const buildCases = () => build((name) => name.endsWith("/fluxbase-transport-conformance"), "-p", "fluxbase-transport-conformance");

/** Builds the package's WebAssembly. */
export const buildMachine = () =>
  build((name) => name.endsWith(".wasm"), "-p", "fluxbase-client-keys-machine", "--profile", "wasm", "--target", "wasm32-unknown-unknown");

/**
 * Serves the page, the package's sources and its WebAssembly.
 * @param {string} wasm where the WebAssembly is
 * @param {Record<string, (message: string) => Promise<string>>} [doors] who answers `POST /doors/NAME`
 */
export async function servePage(wasm, doors = {}) {
  const server = createServer(async (request, response) => {
    const door = request.method === "POST" && doors[request.url?.replace("/doors/", "") ?? ""];
    if (door) {
      let message = "";
      for await (const piece of request.setEncoding("utf8")) message += piece;
      response.writeHead(200, { "content-type": "application/json" }).end(await door(message));
      return;
    }
    const [, folder, name = ""] = /^\/(package\/)?([a-z-]+\.(?:html|js|wasm))$/.exec(request.url ?? "") ?? [];
    const kinds = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };
    const kind = kinds[/** @type {keyof typeof kinds} */ (name.split(".")[1])];
    try {
      const file = name === "machine.wasm" ? wasm : new URL(name, folder ? PACKAGE : HERE);
      response.writeHead(200, { "content-type": kind }).end(await readFile(file));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { origin: `http://127.0.0.1:${port}`, stop: () => (server.closeAllConnections(), server.close()) };
}

/**
 * Stands before a server and keeps back the first request to which this applies: it reaches nobody, and is never answered.
 * @param {string} target
 * @param {(line: string) => boolean} applies to method and target
 * @param {string} [allowed] headers that pages may send besides those that the server allows
 */
export async function keepBack(target, applies, allowed) {
  let arrived = () => {};
  const kept = new Promise((resolve) => (arrived = () => resolve(undefined)));
  let waits = true;
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    if (waits && applies(`${method} ${url}`)) {
      waits = false;
      arrived();
      return;
    }
    const onward = forward(`${target}${url}`, { method, headers }, (answer) => {
      const name = "access-control-allow-headers";
      if (allowed && answer.headers[name]) answer.headers[name] += `, ${allowed}`;
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return { url: `http://127.0.0.1:${port}`, kept, stop: () => (server.closeAllConnections(), server.close()) };
}
