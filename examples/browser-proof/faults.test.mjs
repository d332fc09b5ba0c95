// @ts-check
/** What goes wrong between a page and a server, over real sockets: what the error says of it, and what it keeps to itself. */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, beforeEach, afterEach, test } from "node:test";
import { startFaulty } from "../../transport-wasm/tests/faulty.mjs";
import { launch, Visit } from "./chromium.mjs";
import { buildMachine, servePage } from "./servers.mjs";

const TOKEN = "eyJhbGciOiJIUzI1NiJ9.e30.c2lnbmF0dXJl";
const CLIENT_KEY = "fbk_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0";
const POLICY = { attempts: 1, attemptTimeout: 500, bodyLimit: 100_000, scopeSpelling: "as_given" };
const CREATE = ["create", { name: "ci", scopes: ["tables:read"] }];
const LIST = ["list"];

/** @type {Awaited<ReturnType<typeof servePage>>} */
let site;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {any} */
let faulty;
/** @type {Visit} */
let visit;

before(async () => {
  site = await servePage(buildMachine());
  browser = await launch();
});
beforeEach(async () => {
  faulty = await startFaulty();
  visit = await Visit.begin(await browser.newContext(), site.origin);
});
afterEach(async () => {
  await visit.page.context().close();
  faulty.stop();
});
after(async () => {
  await browser?.close();
  site?.stop();
});

/** How often the server saw something, such as `silent POST`. @param {string} what */
const noted = async (what) => Number(await (await fetch(`${faulty.url}/noted?${encodeURIComponent(what)}`)).text());

/** Until the server has seen it. @param {string} what */
async function seen(what) {
  for (let tries = 0; tries < 250; tries += 1) {
    if ((await noted(what)) > 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.fail(`the server did not see: ${what}`);
}

/** The URL of a port at which nobody listens. @returns {Promise<string>} */
const nobody = () =>
  new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(`http://127.0.0.1:${port}`));
    });
  });

/**
 * @param {string} fault
 * @param {any[]} call
 * @param {object} [credential]
 */
async function failed(fault, call, credential = { accessToken: TOKEN }) {
  const url = fault === "refused" ? await nobody() : `${faulty.url}/${fault}`;
  const ended = await visit.run("attempt.js", "attempt", { url, ...credential, ...POLICY }, ...call);
  assert.ok(ended.error, `failed, but gave ${JSON.stringify(ended.value)}`);
  assert.equal(ended.error.name, "ClientKeysError");
  for (const secret of Object.values(credential)) assert.ok(!ended.shown.includes(secret), "no secret in the error");
  await visit.checkSecrets(Object.values(credential));
  return ended.error;
}

/** All that a browser tells of a server that is away, or that does not allow it to read. */
const NO_REASON = /the browser gave no reason: the server may be away, or may not allow this origin or header \(CORS\)/;
const LOST_KEY = /the key was made and its plaintext is lost: find it .* and delete it; .*the change was made$/;

/**
 * What broke off has no status: the error is of the connection, and the outcome says what the head had told.
 * @type {[fault: string, call: any[], kind: string, outcome: string, status: number | undefined, says: RegExp, arrived: number][]}
 */
const TABLE = [
  ["refused", CREATE, "transport", "unknown", undefined, NO_REASON, 0],
  ["cut-head", CREATE, "transport", "unknown", undefined, NO_REASON, 1],
  ["cut-body", CREATE, "transport", "applied", undefined, LOST_KEY, 1],
  ["silent", CREATE, "transport", "unknown", undefined, /no answer in the time allowed .* not known$/, 1],
  ["silent-body", CREATE, "transport", "applied", undefined, LOST_KEY, 1],
  ["endless", CREATE, "response_too_large", "applied", 201, /plaintext is lost: .*raise the body limit/, 1],
  ["redirect", CREATE, "redirected", "unknown", undefined, /set the base URL to the final address; the credential was sent to this one/, 1],
  ["html", LIST, "not_fluxbase", "not_applied", 200, /check the base URL and what stands before the server$/, 1],
  ["no-cors", LIST, "transport", "not_applied", undefined, NO_REASON, 0],
  ["no-cors", CREATE, "transport", "unknown", undefined, NO_REASON, 0],
  ["unreadable", CREATE, "transport", "unknown", undefined, NO_REASON, 1],
];

for (const [fault, call, kind, outcome, status, says, arrived] of TABLE) {
  test(`${fault}: ${call[0]}`, async () => {
    const error = await failed(fault, call);
    assert.deepEqual({ kind: error.kind, outcome: error.outcome, status: error.status }, { kind, outcome, status });
    assert.match(error.message, says);
    assert.ok(!/<h1>|undefined|\[object/.test(error.message), error.message);
    assert.equal(error.attempts, 1);
    assert.equal(await noted(`${fault} ${call === LIST ? "GET" : "POST"}`), arrived, "what arrived");
    assert.equal(await noted("elsewhere POST"), 0, "a redirect is not followed");
    if (["silent", "silent-body", "endless"].includes(fault)) await seen(`${fault} aborted`);
  });
}

test("a client key, which a usual server does not let through the preflight", async () => {
  const error = await failed("keeps", LIST, { clientKey: CLIENT_KEY });
  assert.deepEqual([error.kind, error.outcome], ["transport", "not_applied"]);
  assert.match(error.message, /X-Client-Key/i);
  assert.equal(await noted("keeps GET"), 0, "the browser kept it back");
});

test("an idempotency key, which does not get through either", async () => {
  const options = { url: `${faulty.url}/keeps`, accessToken: TOKEN, ...POLICY, idempotent: true };
  const { error } = await visit.run("attempt.js", "attempt", options, ...CREATE);
  assert.equal(error.kind, "transport");
  assert.match(error.message, /may send Idempotency-Key only if the server's CORS settings allow that request header/);
  assert.equal(await noted("keeps POST"), 0, "the browser kept it back");
});

for (const [fault, outcome] of [["silent", "unknown"], ["silent-body", "applied"]]) {
  test(`cancelled while ${fault}`, async () => {
    const options = { url: `${faulty.url}/${fault}`, accessToken: TOKEN, ...POLICY, attemptTimeout: 60_000 };
    const call = visit.run("attempt.js", "attempt", options, ...CREATE);
    await seen(`${fault} POST`);
    // Time for a head to come.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await visit.run("attempt.js", "abort", "the reader left");
    const { error, shown } = await call;
    assert.deepEqual([error.kind, error.outcome], ["cancelled", outcome]);
    assert.match(shown, /the reader left/, "the reason is the cause");
    await seen(`${fault} aborted`);
    await visit.checkSecrets([TOKEN]);
  });
}

test("nothing is kept between requests", async () => {
  const options = { url: `${faulty.url}/keeps`, accessToken: TOKEN, ...POLICY };
  for (let times = 0; times < 3; times += 1) {
    const { value } = await visit.run("attempt.js", "attempt", options, ...LIST);
    assert.deepEqual(value, { client_keys: [], total: 0, skipped: 0 });
  }
  // The answers may be kept for a day and set a cookie.
  assert.equal(await noted("keeps GET"), 3);
  assert.equal(await noted("keeps cookie"), 0);
});
