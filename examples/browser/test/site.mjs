// @ts-check
/** The program under test, and a browser on its page. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import axe from "axe-core";
import { chromium } from "playwright-core";
import { launchOptions } from "../chromium.mjs";

/** @typedef {import("playwright-core").Page} Page */
/** @typedef {{ email: string, password: string, code?: string }} Account */

export { GENERATIONS } from "../../emulator/emulator.mjs";

/** Where the page is served from, in place of the package's sources: for a package that is built already. */
const PACKAGE = process.env.PAGE_PACKAGE ? ["--package", process.env.PAGE_PACKAGE] : [];

/** The page and the server behind it, until `stop` is called. */
export class Site {
  /** @type {Account[]} */
  users = [];
  /** @type {Account[]} */
  admins = [];
  url = "";
  server = "";
  #child;

  /** @param {import("node:child_process").ChildProcess} child */
  constructor(child) {
    this.#child = child;
  }

  /**
   * Runs the one command.
   * @param {...string} options
   */
  static async start(...options) {
    const command = ["run", "--locked", "--quiet", "-p", "fluxbase-keys-page", "--", "--port", "0", ...PACKAGE, ...options];
    const child = spawn(process.env.CARGO ?? "cargo", command, { stdio: ["ignore", "pipe", "inherit"] });
    const site = new Site(child);
    for await (const line of createInterface({ input: child.stdout })) {
      const [kind, first = "", password = "", code] = line.split(" ");
      if (kind === "open") site.url = first;
      if (kind === "server") site.server = first;
      if (kind === "user") site.users.push({ email: first, password, code });
      if (kind === "admin") {
        site.admins.push({ email: first, password });
        return site;
      }
    }
    throw new Error("the program ended before it said where the page is");
  }

  /**
   * Steers the server: `database/away`, `faults`, `stop`…
   * @param {string} what
   * @param {string} [body]
   */
  async control(what, body) {
    const answer = await fetch(`${this.server}/__emulator/${what}`, { method: "POST", body });
    assert.equal(answer.status, 204, `${what}: ${answer.status}`);
  }

  /**
   * An answer of the server, asked for without the page.
   * @param {string} path
   * @param {object} [body]
   * @param {string} [token]
   */
  async ask(path, body, token) {
    const headers = { "content-type": "application/json", ...(token ? { authorization: `Bearer ${token}` } : {}) };
    const answer = await fetch(this.server + path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body) });
    assert.ok(answer.ok, `${path}: ${answer.status}`);
    return answer.json();
  }

  async stop() {
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGTERM");
    await gone;
  }
}

/**
 * A browser, to be closed by whoever asked for it.
 * @returns {Promise<import("playwright-core").Browser>}
 */
export const browse = () => chromium.launch(launchOptions());

/**
 * A page of the site, watched: what it prints, what it asks for, and which secrets it gets to see.
 */
export class Visit {
  /** @type {string[]} */
  printed = [];
  /** @type {string[]} */
  asked = [];
  /** @type {Set<string>} */
  secrets = new Set();

  /**
   * @param {Site} site
   * @param {Page} page
   */
  constructor(site, page) {
    this.site = site;
    this.page = page;
    page.on("console", (message) => this.printed.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => this.printed.push(`uncaught: ${error.message}`));
    page.on("request", (request) => this.asked.push(`${request.method()} ${request.url()}`));
    page.on("response", async (response) => {
      const body = await response.json().catch(() => null);
      for (const secret of [body?.access_token, body?.refresh_token, body?.key]) {
        if (secret) this.secrets.add(secret);
      }
    });
  }

  /**
   * @param {import("playwright-core").Browser} browser
   * @param {Site} site
   * @param {import("playwright-core").BrowserContextOptions} [options]
   */
  static async begin(browser, site, options) {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(15_000);
    const visit = new Visit(site, await context.newPage());
    await visit.page.goto(site.url);
    await visit.page.getByLabel("Address of the server").waitFor();
    await visit.page.waitForFunction(() => /** @type {HTMLInputElement} */ (document.getElementById("server")).value !== "");
    return visit;
  }

  /** Takes the server that the page proposes. */
  async connect() {
    await this.page.getByRole("button", { name: "Connect" }).click();
    await this.page.getByRole("heading", { name: "Sign in" }).waitFor();
  }

  /**
   * Signs in, up to a second factor.
   * @param {Account} account
   * @param {"User" | "Administrator"} [role]
   */
  async signIn({ email, password }, role = "User") {
    await this.connect();
    await this.fillIn({ email, password }, role);
  }

  /**
   * @param {Account} account
   * @param {"User" | "Administrator"} [role]
   */
  async fillIn({ email, password }, role = "User") {
    this.secrets.add(password);
    await this.page.getByRole("radio", { name: role }).check({ force: true });
    await this.page.getByLabel("E-mail address").fill(email);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  /**
   * Signs in with a token or a key.
   * @param {"Access token" | "Client key"} kind
   * @param {string} secret
   */
  async present(kind, secret) {
    this.secrets.add(secret);
    await this.connect();
    await this.page.getByRole("radio", { name: kind }).check({ force: true });
    await this.page.getByRole("textbox", { name: kind }).fill(secret);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  /** Waits for the list, and gives the names in it. */
  async names() {
    await this.page.getByText(/\d+ keys?, read at/).waitFor();
    return this.page.locator("#rows .key-name").allTextContents();
  }

  /** @param {string} name */
  row(name) {
    return this.page.getByRole("row").filter({ has: this.page.locator(".key-name", { hasText: new RegExp(`^${name}$`) }) });
  }

  /**
   * Fills the form for a new key and sends it.
   * @param {string} name
   * @param {string[]} scopes
   */
  async create(name, scopes) {
    await this.page.getByRole("button", { name: "New key" }).click();
    const form = this.page.getByRole("dialog", { name: "New key" });
    await form.getByLabel("Name").fill(name);
    for (const scope of scopes) await form.locator(`input[value="${scope}"]`).check();
    await form.getByRole("button", { name: "Create key" }).click();
  }

  /** The new key, read from the dialog that shows it; the dialog is then closed. */
  async store() {
    const dialog = this.page.getByRole("dialog", { name: "Store this key now" });
    const key = await dialog.getByLabel("The key").inputValue();
    await dialog.getByRole("button", { name: "I have stored it" }).click();
    await dialog.waitFor({ state: "detached" });
    return key;
  }

  /**
   * Nothing serious for axe; what is less is printed.
   * @param {string} state
   */
  async checkAccess(state) {
    await this.page.evaluate(axe.source);
    // In the page `axe` is what the line above has put there.
    const { violations } = await this.page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    const told = violations.map((/** @type {any} */ found) => `${found.impact} ${found.id}: ${found.nodes.map((/** @type {any} */ node) => node.html).join(" ")}`);
    if (told.length > 0) console.log(`${state}: ${told.join("\n")}`);
    const grave = violations.filter((/** @type {any} */ { impact }) => impact === "serious" || impact === "critical");
    assert.deepEqual(grave.map((/** @type {any} */ { id }) => id), [], state);
  }

  /** No secret stands where it does not belong: in an address, in storage, in what the console prints, on the page. */
  async checkSecrets() {
    const places = {
      printed: this.printed.join("\n"),
      asked: this.asked.join("\n"),
      page: await this.page.evaluate(() => document.documentElement.outerHTML + location.href),
      fields: await this.page.evaluate(() => [...document.querySelectorAll("input, textarea")].map((field) => `${field.id}: ${/** @type {HTMLInputElement} */ (field).value}`).join("\n")),
      stored: await this.page.evaluate(() => JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.cookie),
    };
    assert.ok(this.secrets.size > 0, "the visit had secrets");
    for (const secret of this.secrets) {
      for (const [place, text] of Object.entries(places)) {
        const line = text.split("\n").find((line) => line.includes(secret));
        assert.equal(line?.replaceAll(secret, "(secret)"), undefined, `a secret is in ${place}`);
      }
    }
  }

  /** The page printed nothing but the browser's own remarks about answers that are no success. */
  checkConsole() {
    const own = this.printed.filter((line) => !/Failed to load resource|blocked by CORS policy/.test(line));
    assert.deepEqual(own, []);
  }

  async end() {
    await this.page.context().close();
  }
}
