// @ts-check
/** The packed package, installed into fresh projects that are built with default settings, and run. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { chromium } from "playwright-core";
import { launchOptions } from "../../../../examples/browser/chromium.mjs";
import { Emulator } from "../../../../examples/emulator/emulator.mjs";
import { developWithVite, Projects, run, serveFolder } from "./projects.mjs";

/** All that the package consists of. */
const FILES = [
  "FROM-THE-PUBLISHED-SDK.md",
  "LICENSE-APACHE",
  "LICENSE-MIT",
  "README.md",
  "dist/browser.js",
  "dist/machine.wasm",
  "dist/node.js",
  "index.d.ts",
  "package.json",
];

/** @typedef {Awaited<ReturnType<typeof import("./shared/calls.js").calls>>} Found */

/** @type {Projects} */
let projects;
before(() => {
  projects = new Projects();
});
after(() => projects?.remove());

/** @param {Emulator} server */
const accounts = ({ url, users: [user], admins: [admin] }) => ({ url, user, admin });

/** @param {Found} found @param {Emulator} server */
function judge({ signedIn, created, listed, read, updated, revoked, afterwards, deleted, missing }, server) {
  const { client_key, key } = created;
  assert.equal(signedIn?.email, server.users[0].email);
  assert.match(key, /^fbk_/);
  assert.ok(key.startsWith(client_key.key_prefix) && key.length > client_key.key_prefix.length);
  assert.deepEqual([client_key.name, client_key.scopes], ["reports", ["tables:read"]]);
  assert.deepEqual([listed.total, listed.client_keys.map(({ id }) => id)], [1, [client_key.id]]);
  assert.deepEqual([read.id, read.name, read.revoked_at], [client_key.id, "reports", undefined]);
  assert.deepEqual([updated.id, updated.name], [client_key.id, "Updated Name"]);
  assert.ok(revoked.message.length > 0 && deleted.message.length > 0);
  assert.ok(!Number.isNaN(Date.parse(afterwards.revoked_at ?? "")), "revoked");
  assert.deepEqual(missing, { isOurs: true, kind: "not_found", status: 404 });
}

/**
 * Runs the calls in Chromium, in the page of a site and in a worker of that page.
 * @param {{ origin: string, stop: () => void }} site which is stopped then
 */
async function judgeInChromium(site) {
  const server = await Emulator.start({ origin: site.origin });
  const browser = await chromium.launch(launchOptions());
  try {
    const page = await browser.newPage();
    /** @type {string[]} */
    const uncaught = [];
    page.on("pageerror", ({ message }) => uncaught.push(message));
    await page.goto(site.origin);
    await page.waitForFunction(() => "calls" in globalThis);
    for (const name of ["calls", "callsInWorker"]) {
      /** @type {Found} */
      const found = await page.evaluate(async ([name, server]) => /** @type {any} */ (globalThis)[name](server), /** @type {const} */ ([name, accounts(server)]));
      judge(found, server);
    }
    assert.deepEqual(uncaught, []);
  } finally {
    await browser.close();
    await server.stop();
    site.stop();
  }
}

test("what the package consists of", () => {
  assert.deepEqual(projects.files.toSorted(), FILES);
});

test("a project of Vite, as a page and in a worker, built and in development; and rendered on a server", { timeout: 300_000 }, async () => {
  const folder = projects.make("vite", "shared");
  run(folder, ["npm", "run", "build"]);
  await judgeInChromium(await serveFolder(join(folder, "dist")));
  await judgeInChromium(await developWithVite(folder));
  run(folder, ["npm", "run", "build:ssr"]);
  assert.equal(run(folder, ["node", "rendered/render.js"]), "<p>auth management ready health</p>");
});

test("a project of webpack 5, as a page and in a worker", { timeout: 300_000 }, async () => {
  const folder = projects.make("webpack", "shared");
  run(folder, ["npm", "run", "build"]);
  await judgeInChromium(await serveFolder(folder));
});

test("a project of Node alone", { timeout: 300_000 }, async () => {
  const folder = projects.make("node", "shared");
  const server = await Emulator.start();
  try {
    judge(JSON.parse(run(folder, ["node", "main.js"], JSON.stringify(accounts(server)))), server);
  } finally {
    await server.stop();
  }
});

test("projects in TypeScript: for a browser, a worker and Node, and with the oldest compiler", { timeout: 300_000 }, () => {
  const folder = projects.make("types", "../typings");
  const compilers = { bundler: "typescript", worker: "typescript", nodenext: "typescript", oldest: "typescript-oldest" };
  for (const [project, compiler] of Object.entries(compilers)) {
    run(folder, ["node", `node_modules/${compiler}/bin/tsc`, "-p", `tsconfig.${project}.json`]);
  }
  run(folder, ["npx", "publint", "run", projects.archive, "--strict"]);
  // It is an ES module; and WebAssembly has no types.
  run(folder, ["npx", "attw", projects.archive, "--profile", "esm-only", "--exclude-entrypoints", "machine.wasm"]);
});
