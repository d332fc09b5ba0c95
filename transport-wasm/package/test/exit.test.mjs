// @ts-check
/** What is left of a call keeps no program alive. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";

const BEGIN = `
  import { createClient, ClientKeysManager } from "fluxbase-client-keys";
  const never = () => new Promise(() => {});
  const options = { url: "http://127.0.0.1:1", serviceKey: "sk_c2VjcmV0c2VjcmV0" };
  const list = (fetch, bounds) => createClient({ ...options, fetch }).management.clientKeys.list(bounds).catch(() => {});
`;

for (const [what, program] of [
  ["was answered", "await list(async () => new Response('[]'));"],
  ["was aborted while it was sent", "await list(never, { signal: AbortSignal.timeout(50) });"],
  ["was aborted while it waited", "await list(async () => new Response('{}', { status: 503 }), { signal: AbortSignal.timeout(50) });"],
  ["was aborted in the answer", "await list(async () => new Response(new ReadableStream()), { signal: AbortSignal.timeout(50) });"],
  ["ran out of time", "await list(never, { timeout: 50 });"],
  ["found a store that hangs", "await createClient({ url: options.url, store: { load: never } }).management.clientKeys.list({ timeout: 50 }).catch(() => {});"],
  ["never comes back from a fetch object", "new ClientKeysManager({ get: never }).list();"],
]) {
  test(`a call that ${what}`, { timeout: 20_000 }, async () => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", BEGIN + program], { cwd: import.meta.dirname ?? ".", stdio: "ignore", timeout: 10_000 });
    assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 0);
  });
}
