// @ts-check
/** The project's own programs, built by Cargo and run as children. */
import { execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../../../", import.meta.url));

/** @returns {string} the folder of the built programs */
export function build() {
  const packages = ["-p", "fluxbase-emulator", "-p", "fluxbase-key-traces"];
  execFileSync("cargo", ["build", "--locked", "--quiet", "--bins", ...packages], { cwd: root, stdio: "inherit" });
  return join(process.env.CARGO_TARGET_DIR ?? join(root, "target"), "debug");
}

/**
 * A child that reads and writes lines, and ends with its input.
 * @param {string} program
 * @param {string[]} arguments_
 */
function lines(program, arguments_) {
  const child = spawn(program, arguments_, { stdio: ["pipe", "pipe", "inherit"] });
  const input = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await input.next();
    if (done) throw new Error(`${program} has ended`);
    return /** @type {string} */ (value);
  };
  return { child, next };
}

/**
 * The table of traces for one environment; each message is answered by one line.
 * @param {string} folder
 * @param {"browser" | "node"} environment
 * @param {string} origin
 */
export function startTraces(folder, environment, origin) {
  const { child, next } = lines(join(folder, "commanded-traces"), [environment, ...(environment === "browser" ? [origin] : [])]);
  const ended = new Promise((settle) => child.once("exit", settle));
  return {
    /** @param {string} message */
    async tell(message) {
      child.stdin.write(`${message}\n`);
      return next();
    },
    /** Whether every trace that was run was found sound. */
    async end() {
      child.stdin.end();
      return (await ended) === 0;
    },
  };
}

/**
 * @typedef {object} Emulator
 * @property {string} url
 * @property {{ email: string, password: string }[]} users
 * @property {{ email: string, password: string }} admin
 * @property {(control: string, body?: string) => Promise<string>} steer `POST /__emulator/CONTROL`
 * @property {() => Promise<number>} count how many requests have arrived, those that steer left out
 * @property {() => Promise<void>} stop
 */

/**
 * A server of this generation, with the CORS headers that real ones send, for pages of `origin`.
 * @param {string} folder
 * @param {string} generation
 * @param {string} origin
 * @param {string[]} [more]
 * @returns {Promise<Emulator>}
 */
export async function startEmulator(folder, generation, origin, more = []) {
  const { child, next } = lines(join(folder, "fluxbase-emulator"), ["--generation", generation, "--origin", origin, ...more]);
  const url = (await next()).replace("listening on ", "");
  const users = [];
  let admin = { email: "", password: "" };
  for (;;) {
    const [what, email, password] = (await next()).split(" ");
    if (what === "user") users.push({ email, password });
    else if (what === "admin") admin = { email, password };
    else if (what === "anon-token") break;
  }
  /** @param {string} control @param {string} [body] */
  const steer = async (control, body) => {
    const method = control === "count" ? "GET" : "POST";
    const answer = await fetch(`${url}/__emulator/${control}`, { method, body });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${control}: ${answer.status} ${text}`);
    return text;
  };
  const ended = new Promise((settle) => child.once("exit", settle));
  return {
    url,
    users,
    admin,
    steer,
    count: async () => Number(await steer("count")),
    async stop() {
      child.kill("SIGTERM");
      await ended;
    },
  };
}
