// @ts-check
/** A Fluxbase server of its own for a test, in a process that ends with the test. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/** Every generation that the server can be. */
export const GENERATIONS = ["documented", "2026.1", "2026.3.6", "2026.3.7"];

const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("../../../target", import.meta.url));

/** A state with a user who has a second factor. */
export const TWO_FACTORS = {
  users: [{ id: "0b5e4b36-3b8e-4f0e-9b43-6a0d6f3f7a11", email: "two@example.com", password: "a password", two_factor_code: "123456" }],
};

export class Emulator {
  /** @type {{ email: string, password: string }[]} */
  users = [];
  /** @type {{ email: string, password: string }[]} */
  admins = [];
  /** @type {string[]} */
  serviceKeys = [];
  url = "";
  #child;

  /** @param {import("node:child_process").ChildProcess} child */
  constructor(child) {
    this.#child = child;
  }

  /**
   * @param {import("node:test").TestContext} context of the test that it ends with
   * @param {string} [generation]
   * @param {{ state?: object, options?: string[] }} [more]
   */
  static async start(context, generation = "2026.3.7", { state, options = [] } = {}) {
    const words = ["--generation", generation, ...options];
    if (state) {
      const directory = mkdtempSync(join(tmpdir(), "fluxbase-state-"));
      context.after(() => rmSync(directory, { recursive: true }));
      writeFileSync(join(directory, "state.json"), JSON.stringify(state));
      words.push("--state", join(directory, "state.json"));
    }
    const child = spawn(join(target, "debug/fluxbase-emulator"), words, { stdio: ["ignore", "pipe", "inherit"] });
    const emulator = new Emulator(child);
    const gone = new Promise((resolve) => child.once("exit", resolve));
    context.after(async () => {
      child.kill("SIGTERM");
      await gone;
    });
    for await (const line of createInterface({ input: child.stdout })) {
      const [kind, first = "", password = ""] = line.split(" ");
      if (kind === "listening") emulator.url = password;
      if (kind === "listening" && state) return emulator;
      if (kind === "user") emulator.users.push({ email: first, password });
      if (kind === "admin") emulator.admins.push({ email: first, password });
      if (kind === "service-key") emulator.serviceKeys.push(first);
      if (kind === "anon-token") return emulator;
    }
    throw new Error("the emulator ended before it said where it listens");
  }

  /**
   * Steers the server: `database/away`, `faults`…
   * @param {string} what
   * @param {string} [body]
   */
  async control(what, body) {
    const answer = await fetch(`${this.url}/__emulator/${what}`, { method: "POST", body });
    assert.equal(answer.status, 204, `${what}: ${answer.status}`);
  }
}

/**
 * A `fetch` that remembers what it was asked for, as `POST /api/v1/…`.
 * @returns {typeof fetch & { asked: string[] }}
 */
export function listening() {
  /** @type {string[]} */
  const asked = [];
  /** @type {typeof fetch} */
  const listener = (input, init) => {
    const { pathname, search } = new URL(`${input}`);
    asked.push(`${init?.method} ${pathname}${search}`);
    return fetch(input, init);
  };
  return Object.assign(listener, { asked });
}
