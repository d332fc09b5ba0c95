// @ts-check
/** Chromium, and a page that is watched. */
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { launchOptions } from "../browser/chromium.mjs";

/** @param {...string} options */
export const launch = (...options) => chromium.launch(launchOptions(...options));

/** The page of the tests, with what it prints and what it asks for. */
export class Visit {
  /** @type {string[]} */
  printed = [];
  /** Method and address of each request. @type {string[]} */
  asked = [];

  /** @param {import("playwright-core").Page} page */
  constructor(page) {
    this.page = page;
    page.on("console", (message) => this.printed.push(message.text()));
    page.on("pageerror", (error) => this.printed.push(`uncaught: ${error.message}`));
    page.on("request", (request) => this.asked.push(`${request.method()} ${request.url()}`));
  }

  /**
   * @param {import("playwright-core").BrowserContext} context
   * @param {string} origin
   */
  static async begin(context, origin) {
    const visit = new Visit(await context.newPage());
    await visit.page.goto(`${origin}/page.html`);
    return visit;
  }

  /**
   * Calls what one of the modules beside this one exports, in the page.
   * @param {string} module
   * @param {string} name
   * @param {...unknown} input
   * @returns {Promise<any>}
   */
  run(module, name, ...input) {
    return this.page.evaluate(async ([module, name, input]) => (await import(module))[name](...input), /** @type {const} */ ([`/${module}`, name, input]));
  }

  /**
   * No secret stands in what was printed, in addresses or in storage, but for the entry that was asked for.
   * @param {string[]} secrets
   * @param {string} [entry]
   */
  async checkSecrets(secrets, entry) {
    assert.ok(secrets.length > 0 && secrets.every((secret) => secret?.length > 5), "there are secrets to look for");
    const stored = await this.page.evaluate((entry) => {
      const others = Object.entries({ ...localStorage }).filter(([name]) => name !== entry);
      return JSON.stringify([others, { ...sessionStorage }, document.cookie, document.documentElement.outerHTML]);
    }, entry);
    const places = { printed: this.printed.join("\n"), asked: this.asked.join("\n"), stored };
    for (const [place, text] of Object.entries(places)) {
      assert.ok(!secrets.some((secret) => text.includes(secret)), `no secret in what was ${place}`);
    }
  }
}
