// @ts-check
/** The code in the pages, run as it stands against the emulator. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { serve } from "./emulator.mjs";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));

/**
 * The blocks of a page, which follow from one another, as one program. What is not the same on each machine is replaced.
 * @param {string} page
 * @param {number} blocks how many there are, so that none is missed
 * @param {Record<string, string>} replacements each stands in the page
 */
function program(page, blocks, replacements) {
  // In a source they stand in a comment.
  const text = readFileSync(here(page), "utf8").replace(/^ \* ?/gm, "");
  const found = [...text.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code);
  assert.equal(found.length, blocks, page);
  return Object.entries(replacements).reduce((code, [from, to]) => {
    assert.ok(code.includes(from), `${page} says ${from}`);
    return code.replaceAll(from, to);
  }, found.join("\n"));
}

/**
 * Runs a program that imports the package; gives what it printed. Its last words are the values of these expressions.
 * @param {string} code
 * @param {...string} expressions
 */
const run = (code, ...expressions) => runIn("..", code, ...expressions);

/**
 * @param {string} folder
 * @param {string} code
 * @param {...string} expressions
 */
async function runIn(folder, code, ...expressions) {
  const last = `process.stdout.write("\\n" + JSON.stringify([${expressions}]));`;
  // Not waiting synchronously: it is this process that reads what the server prints.
  const child = spawn(process.execPath, ["--input-type=module", "-e", `${code}\n${last}`], { cwd: here(folder), stdio: ["ignore", "pipe", "pipe"] });
  const [printed, complaints] = await Promise.all([text(child.stdout), text(child.stderr)]);
  assert.equal(complaints, "");
  const lines = printed.split("\n");
  return { printed: lines.slice(0, -1).join("\n").trim(), values: JSON.parse(lines.at(-1) ?? "") };
}

/** @param {import("../../../examples/emulator/emulator.mjs").Emulator} server */
const signIn = ({ url, users: [{ email, password }] }) => ({ "https://fluxbase.example.com": url, "ada@example.com": email, "correct horse": password });

test("README.md, where the answer to a revocation is lost", { timeout: 60_000 }, async (t) => {
  const server = await serve(t, "2026.3.7", { options: ["--fail", "lose-after:POST:/api/v1/client-keys/"] });
  const { printed, values } = await run(program("../README.md", 2, signIn(server)), "client_key.name", "key.slice(0, 4)", "client_key.key_prefix === key.slice(0, 12)");
  assert.deepEqual(values, ["reports", "fbk_", true]);
  assert.equal(printed, "revoked after all");
});

test("README.md, where nothing is lost", async (t) => {
  const server = await serve(t);
  const { printed, values } = await run(program("../README.md", 2, signIn(server)), "(await client.management.clientKeys.get(client_key.id)).revoked_at");
  assert.ok(!Number.isNaN(Date.parse(values[0])));
  assert.equal(printed, "");
});

test("FROM-THE-PUBLISHED-SDK.md", async (t) => {
  const server = await serve(t);
  const signIn = await fetch(`${server.url}/api/v1/admin/login`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(server.admins[0]) });
  const { access_token } = /** @type {any} */ (await signIn.json());
  const client = `
    import { publishedFetch } from ${JSON.stringify(new URL("published.mjs", import.meta.url).href)};
    const client = { fetch: publishedFetch(${JSON.stringify(server.url)}, ${JSON.stringify(access_token)}) };\n`;
  const use = `
    const { client_key, key } = await clientKeys.create({ name: "reports", scopes: ["tables:read"] });
    const { client_keys, total } = await clientKeys.list();`;
  const { values } = await run(client + program("../FROM-THE-PUBLISHED-SDK.md", 1, {}) + use, "key.startsWith(client_key.key_prefix)", "client_keys[0].name", "total");
  assert.deepEqual(values, [true, "reports", 1]);
});

test("the README of the repository", async (t) => {
  const server = await serve(t);
  const { printed, values } = await run(program("../../../README.md", 1, signIn(server)), "typeof client.management.clientKeys.create");
  assert.deepEqual(values, ["function"]);
  assert.equal(printed, "0");
});

test("the example in the typings", async (t) => {
  const server = await serve(t);
  const { url, users: [{ email, password }] } = server;
  const code = program("../index.d.ts", 1, { "http://localhost:8080": url, "user@example.com": email, "password: \"password\"": `password: "${password}"` });
  const { values } = await run(`import { createClient } from "fluxbase-client-keys";\n${code}`, "client_key.name", "key.startsWith(client_key.key_prefix)");
  assert.deepEqual(values, ["ci", true]);
});

test("the README of the emulator", async () => {
  const { values } = await runIn("../../../examples/emulator", program("../../../examples/emulator/README.md", 1, {}), "email", "password.length > 0", "server.url.slice(0, 17)");
  assert.deepEqual(values, ["user1@example.com", true, "http://127.0.0.1:"]);
});
