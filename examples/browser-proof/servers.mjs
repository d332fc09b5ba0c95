// @ts-check
/** What the tests run against: an emulator, and the page on another origin. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createServer, request as forward } from "node:http";
import { createInterface } from "node:readline";

const PACKAGE = new URL("../../transport-wasm/package/", import.meta.url);
const HERE = new URL("./", import.meta.url);

/**
 * Builds a crate, and names the file with this ending that came of it.
 * @param {(name: string) => boolean} wanted
 * @param {...string} options
 * @returns {string}
 */
export function build(wanted, ...options) {
  const cargo = process.env.CARGO ?? "cargo";
  const command = ["build", "--locked", "--quiet", "--message-format", "json-render-diagnostics", ...options];
  const { status, stdout } = spawnSync(cargo, command, { cwd: HERE, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 26 });
  assert.equal(status, 0, `cargo ${command.join(" ")}`);
  const names = stdout.split("\n").filter(Boolean).flatMap((line) => JSON.parse(line).filenames ?? []);
  const name = names.findLast(wanted);
  assert.ok(name, "cargo named what it built");
  return name;
}

/** Builds the emulator. */
export const buildEmulator = () => build((name) => name.endsWith("/fluxbase-emulator"), "-p", "fluxbase-emulator");

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
 * Starts an emulator that lets pages of the origin call it.
 * @param {string} program
 * @param {string} generation
 * @param {string} origin
 */
export async function startServer(program, generation, origin) {
  const child = spawn(program, ["--generation", generation, "--origin", origin], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = new Promise((resolve) => child.once("exit", resolve));
  /** @type {Record<string, { email: string, password: string }>} */
  const logins = {};
  let url = "";
  for await (const line of createInterface({ input: child.stdout })) {
    const [kind, email, password] = line.split(" ");
    if (kind === "listening") url = line.slice("listening on ".length);
    if (kind === "user" || kind === "admin") logins[kind] ??= { email, password };
    if (kind === "admin") break;
  }
  assert.ok(url && logins.user && logins.admin, "the emulator said where it is and who may sign in");
  /**
   * Steers it: `faults` with the failure in the body, `faults/clear`…
   * @param {string} what
   * @param {string} [body]
   */
  const control = async (what, body) => {
    const answer = await fetch(`${url}/__emulator/${what}`, { method: "POST", body });
    assert.equal(answer.status, 204, `${what}: ${answer.status}`);
  };
  return { url, logins, control, stop: () => (child.kill("SIGTERM"), gone) };
}

/**
 * Stands before a server and keeps back the first request to which this applies: it reaches nobody, and is never answered.
 * @param {string} target
 * @param {(line: string) => boolean} applies to method and target
 */
export async function keepBack(target, applies) {
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
