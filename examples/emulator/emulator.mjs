// @ts-check
/** A Fluxbase server of its own for a test in JavaScript, in a process that ends with `stop`. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "./cargo.mjs";

/** Every generation that the server can be. */
export const GENERATIONS = ["documented", "2026.1", "2026.3.6", "2026.3.7"];

/** @typedef {{ email: string, password: string }} Account */

/**
 * How a server is started.
 * @typedef {object} Settings
 * @property {string} [generation]
 * @property {string} [origin] whose pages may call it
 * @property {object} [state] what it begins with, in place of accounts of its own making
 * @property {string[]} [options] further words of the command
 */

/** The program; built once for each process. @type {string | undefined} */
let program;

/** A running server. */
export class Emulator {
  url = "";
  /** @type {Account[]} */
  users = [];
  /** @type {Account[]} */
  admins = [];
  /** @type {string[]} */
  serviceKeys = [];
  #child;
  #gone;
  /** @type {string | undefined} */
  #directory;

  /** @param {Settings} settings */
  constructor({ generation = "2026.3.7", origin, state, options = [] }) {
    program ??= build((name) => name.endsWith("/fluxbase-emulator"), "-p", "fluxbase-emulator");
    const words = ["--generation", generation, ...options];
    if (origin) words.push("--origin", origin);
    if (state) {
      this.#directory = mkdtempSync(join(tmpdir(), "fluxbase-state-"));
      const file = join(this.#directory, "state.json");
      writeFileSync(file, JSON.stringify(state));
      words.push("--state", file);
    }
    this.#child = spawn(program, words, { stdio: ["ignore", "pipe", "inherit"] });
    this.#gone = new Promise((resolve) => this.#child.once("exit", resolve));
  }

  /**
   * Starts a server; resolves when it has said where it is and who may sign in.
   * @param {Settings} [settings]
   */
  static async start(settings = {}) {
    const emulator = new Emulator(settings);
    try {
      await emulator.#read(settings.state ? "listening" : "anon-token");
    } catch (error) {
      await emulator.stop();
      throw error;
    }
    return emulator;
  }

  /** @param {string} last the line after which nothing more is to be read */
  async #read(last) {
    for await (const line of createInterface({ input: this.#child.stdout })) {
      const [kind, first = "", second = ""] = line.split(" ");
      if (kind === "listening") this.url = second;
      if (kind === "user") this.users.push({ email: first, password: second });
      if (kind === "admin") this.admins.push({ email: first, password: second });
      if (kind === "service-key") this.serviceKeys.push(first);
      if (kind === last) return;
    }
    throw new Error("the emulator ended before it said where it is");
  }

  /**
   * Steers the server: `database/away`, `faults` with the failure in the body…
   * @param {string} what
   * @param {string} [body]
   */
  async control(what, body) {
    const answer = await fetch(`${this.url}/__emulator/${what}`, { method: "POST", body });
    assert.equal(answer.status, 204, `${what}: ${answer.status}`);
  }

  /** Ends the process, and removes what it was given to begin with. */
  async stop() {
    this.#child.kill("SIGTERM");
    await this.#gone;
    if (this.#directory) rmSync(this.#directory, { recursive: true, force: true });
  }
}
