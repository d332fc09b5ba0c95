// @ts-check
/** Calls at the same time that sign in, renew and store: what is in force in the end, and who waits for whom. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "fluxbase-client-keys";
import { ADA, granting, memoryStore } from "./scripted.mjs";

const url = "http://127.0.0.1:1";

for (const [what, load] of /** @type {[string, () => any][]} */ ([
  ["a symbol", () => Symbol("tokens")],
  ["no text", () => Object.create(null)],
  ["nothing, and throws", () => { throw new Error("no storage"); }],
])) {
  test(`a store that gives ${what} counts as empty, and a renewal goes on`, { timeout: 20_000 }, async () => {
    /** @type {string[]} */
    const warnings = [];
    const store = memoryStore();
    const client = createClient({ url, fetch: granting(), store, onWarning: (warning) => void warnings.push(warning) });
    await client.auth.login(ADA);
    store.load = load;
    await client.auth.refresh();
    await client.management.clientKeys.list();
    assert.ok(warnings.includes("the store could not be read: it counts as empty"), `${warnings}`);
  });
}
