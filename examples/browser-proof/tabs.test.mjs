// @ts-check
/** Tabs of one origin share a session in `localStorage`: one renewal for all, and none is lost with a tab that is closed. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Emulator, GENERATIONS } from "../emulator/emulator.mjs";
import { launch, Visit } from "./chromium.mjs";
import { buildMachine, keepBack, servePage } from "./servers.mjs";

const ENTRY = "shared-session";
const REFRESH = /^POST .*\/auth\/refresh$/;

/** @type {Awaited<ReturnType<typeof servePage>>} */
let site;
/** @type {import("playwright-core").Browser} */
let browser;

before(async () => {
  site = await servePage(buildMachine());
  browser = await launch();
});
after(async () => {
  await browser?.close();
  site?.stop();
});

/**
 * Two tabs with a session whose access token has ended.
 * @param {string} generation
 * @param {(tabs: Visit[], server: Emulator, old: { access_token: string, refresh_token: string }) => Promise<void>} body
 */
async function withTabs(generation, body) {
  const server = await Emulator.start({ generation, origin: site.origin });
  const context = await browser.newContext();
  try {
    const tabs = [await Visit.begin(context, site.origin), await Visit.begin(context, site.origin)];
    await tabs[0].run("session.js", "signIn", server.url, server.users[0]);
    const old = JSON.parse(await tabs[0].run("session.js", "stored"));
    await tabs[0].run("session.js", "age");
    await body(tabs, server, old);
    const now = JSON.parse((await tabs[1].run("session.js", "stored")) ?? "{}");
    const secrets = [old.access_token, old.refresh_token, now.access_token, now.refresh_token, server.users[0].password];
    await tabs[1].checkSecrets(secrets.filter(Boolean), ENTRY);
  } finally {
    await context.close();
    await server.stop();
  }
}

/** @param {Visit[]} tabs */
const renewals = (tabs) => tabs.flatMap(({ asked }) => asked).filter((line) => REFRESH.test(line)).length;

/** Until the tab has sent its renewal. @param {Visit} tab */
const renewing = (tab) => tab.page.waitForRequest((request) => REFRESH.test(`${request.method()} ${request.url()}`));

/**
 * Two tabs renew at the same time.
 * @param {string} generation
 * @param {number} [late] how many milliseconds later than it might what another tab stores is seen
 */
const renewOnce = (generation, late) =>
  withTabs(generation, async (tabs, server, old) => {
    // Long enough for the other one to ask for its turn.
    await server.control("faults", "stall=1500:POST:/api/v1/auth/refresh:1");
    const ended = await Promise.all(tabs.map((tab) => tab.run("session.js", "list", server.url, late)));
    for (const { total, message } of ended) assert.equal(typeof total, "number", message);
    assert.equal(renewals(tabs), 1);
    assert.deepEqual(ended[0].tokens, ended[1].tokens, "both go on with the same tokens");
    assert.notEqual(ended[0].tokens.access_token, old.access_token);
    assert.deepEqual(JSON.parse(await tabs[0].run("session.js", "stored")), ended[0].tokens, "which are stored");
  });

// Chromium brings a tab the lock and the storage of another one on different ways.
test("two tabs renew once, although what is stored arrives later than the lock", () => renewOnce(GENERATIONS[0], 300));

for (const generation of GENERATIONS) {
  test(`${generation}: two tabs renew once`, () => renewOnce(generation));

  test(`${generation}: a tab that is closed before its renewal has reached the server`, async () => {
    await withTabs(generation, async ([closed, other], server) => {
      const { url, kept, stop } = await keepBack(server.url, (line) => REFRESH.test(line));
      try {
        closed.run("session.js", "list", url).catch(() => {});
        await kept;
        const waiting = other.run("session.js", "list", url);
        await closed.page.close();
        const { total, message } = await waiting;
        assert.equal(typeof total, "number", message);
        assert.deepEqual([renewals([closed]), renewals([other])], [1, 1], "the other took over");
      } finally {
        stop();
      }
    });
  });

  // Servers take a refresh token once, and nobody is left to read what they gave for it: the session is lost, and it is said.
  test(`${generation}: a tab that is closed before it reads the answer to its renewal`, async () => {
    await withTabs(generation, async ([closed, other], server) => {
      await server.control("faults", "stall=1000:POST:/api/v1/auth/refresh:1");
      const sent = renewing(closed);
      closed.run("session.js", "list", server.url).catch(() => {});
      await sent;
      // Time for the server to act.
      await new Promise((resolve) => setTimeout(resolve, 400));
      const waiting = other.run("session.js", "list", server.url);
      await closed.page.close();
      const { kind, message } = await waiting;
      assert.equal(kind, "refused", message);
      assert.match(message, /getting one by refresh or sign-in failed; the server answered 401/);
      // Asked twice, since a server without its database refuses what is good.
      assert.equal(renewals([other]), 2);
      await other.run("session.js", "signIn", server.url, server.users[0]);
      assert.equal(typeof (await other.run("session.js", "list", server.url)).total, "number", "a new sign-in is all it takes");
    });
  });
}
