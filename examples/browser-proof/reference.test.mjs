// @ts-check
/** The published reference in Chromium, cross-origin: what each generation keeps of it, held against the documented table. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { Emulator, GENERATIONS } from "../emulator/emulator.mjs";
import { launch, Visit } from "./chromium.mjs";
import { buildMachine, servePage } from "./servers.mjs";

const ROLES = /** @type {const} */ (["user", "admin"]);

/** Why a promise cannot be kept, as the documented table says it, and what its failure must say then. @type {Record<string, RegExp>} */
const REASONS = {
  "impossible: unknown scopes": /no known server accepts the scope read:users .*the server answered 500/,
  "impossible: no owner is stored": /^not so: the key just made is listed$/,
};

/** @type {Awaited<ReturnType<typeof servePage>>} */
let site;
/** The documented cells: promise, role and generation, then `kept` or why not. @type {Map<string, string>} */
const documented = new Map();
/** What was found: the cells of a row by its promise and role. @type {Map<string, string[]>} */
const table = new Map();

before(async () => {
  site = await servePage(buildMachine());
  const text = await readFile(new URL("../../core/src/docs/promises.md", import.meta.url), "utf8");
  for (const line of text.split("\n")) {
    const [, promise, role, ...cells] = line.split("|").map((cell) => cell.trim());
    if (!ROLES.some((known) => known === role)) continue;
    GENERATIONS.forEach((generation, index) => documented.set([promise, role, generation].join("|"), cells[index]));
  }
  assert.equal(documented.size, 12 * ROLES.length * GENERATIONS.length, "the documented table was read whole");
});

after(() => {
  site?.stop();
  console.log(["promise", "role", ...GENERATIONS].join(" | "));
  for (const [row, cells] of table) console.log([row, ...cells].join(" | "));
});

for (const generation of GENERATIONS) {
  for (const role of ROLES) {
    test(`${generation}, ${role}`, async () => {
      const server = await Emulator.start({ generation, origin: site.origin });
      // So that the address in the published statements is the emulator's.
      const browser = await launch(`--host-resolver-rules=MAP localhost:8080 ${new URL(server.url).host}`);
      try {
        await judge(browser, server, generation, role);
      } finally {
        await browser.close();
        await server.stop();
      }
    });
  }
}

/**
 * @param {import("playwright-core").Browser} browser
 * @param {Emulator} server
 * @param {string} generation
 * @param {typeof ROLES[number]} role
 */
async function judge(browser, server, generation, role) {
  const visit = await Visit.begin(await browser.newContext(), site.origin);
  // A page may not send this header to a server with the usual settings, so the key is tried from here.
  await visit.page.exposeFunction("statusOf", async (/** @type {string} */ key) => {
    return (await fetch(`${server.url}/api/v1/client-keys`, { headers: { "x-client-key": key } })).status;
  });
  const [login] = role === "user" ? server.users : server.admins;
  /** @type {import("./reference.js").Found[]} */
  const found = await visit.page.evaluate(async ([role, login]) => {
    const { run } = await import("/reference.js");
    return run(role, login, /** @type {any} */ (window).statusOf);
  }, /** @type {const} */ ([role, login]));

  assert.equal(new Set(found.map(({ promise }) => promise)).size, 12, "every promise was tried");
  const differing = [];
  for (const { promise, failure } of found) {
    const cell = documented.get([promise, role, generation].join("|"));
    const holds = failure === null ? cell === "kept" : REASONS[cell ?? ""]?.test(failure);
    if (!holds) differing.push({ promise, cell, failure });
    const row = `${promise} | ${role}`;
    table.set(row, [...(table.get(row) ?? []), holds && cell ? cell : `otherwise than documented: ${failure}`]);
  }
  assert.deepEqual(differing, []);
  for (const line of [/^Client Key: fbk_/, /^Last used: /, /^Client key revoked$/, /^Client key deleted$/]) {
    assert.ok(visit.printed.some((text) => line.test(text)), `${line} was printed`);
  }
}
