// @ts-check
/** Servers and networks that fail while somebody is looking. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { GENERATIONS, Site, Visit, browse } from "./site.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  browser = await browse();
});
after(() => browser.close());

for (const generation of GENERATIONS) {
  describe(`on ${generation}`, () => {
    /** @type {Site} */
    let site;
    before(async () => {
      site = await Site.start("--generation", generation);
    });
    after(() => site.stop());

    test("a database that goes away and comes back", async () => {
      const visit = await Visit.begin(browser, site);
      const { page } = visit;
      await visit.signIn(site.users[0]);
      const names = await visit.names();
      await site.control("database/away");
      try {
        await page.getByRole("button", { name: "Reload" }).click();
        const alert = page.locator("#keys-notice").getByRole("alert");
        await alert.waitFor();
        assert.deepEqual(await visit.names(), names, "what was read stays");
        await visit.checkAccess(`an error on ${generation}`);
        await site.control("database/back");
        await alert.getByRole("button", { name: "Try again" }).click();
        await alert.waitFor({ state: "detached" });
        assert.deepEqual(await visit.names(), names);
      } finally {
        await site.control("database/back");
      }
      visit.checkConsole();
      await visit.end();
    });

    test("a password is not said to be wrong while the database is away", async () => {
      await site.control("database/away");
      const visit = await Visit.begin(browser, site);
      try {
        await visit.signIn(site.users[0]);
        const alert = visit.page.locator("#sign-in-notice").getByRole("alert");
        await alert.waitFor();
        assert.match(await alert.innerText(), /away|degraded|unavailable|database/i);
      } finally {
        await site.control("database/back");
      }
      await visit.page.getByRole("button", { name: "Sign in" }).click();
      await visit.names();
      visit.checkConsole();
      await visit.end();
    });

    // A gateway that waited too short a time. A connection that is closed without an answer would not do: where it was used
    // before, Chromium itself sends the request again, a POST too.
    test("an answer that is lost on the way: nobody knows whether there is a key", async () => {
      await site.control("faults", "html-after=504:POST:/api/v1/client-keys$:1");
      const visit = await Visit.begin(browser, site);
      const { page } = visit;
      await visit.signIn(site.admins[0], "Administrator");
      const before = await visit.names();
      await visit.create("Lost", ["tables:read"]);
      const form = page.getByRole("dialog", { name: "New key" });
      await form.getByText("It is not known whether that was done.").waitFor();
      await visit.checkAccess("an unknown outcome");
      await form.getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("button", { name: "Reload" }).click();
      await visit.row("Lost").waitFor();
      assert.equal((await visit.names()).length, before.length + 1, "made once");
      await visit.row("Lost").getByRole("button", { name: "Delete" }).click();
      await page.getByRole("button", { name: "Delete key" }).click();
      await visit.row("Lost").waitFor({ state: "detached" });
      await site.control("faults/clear");
      visit.checkConsole();
      await visit.end();
    });

    test("a key that somebody else has deleted", async () => {
      const visit = await Visit.begin(browser, site);
      const { page } = visit;
      await visit.signIn(site.admins[0], "Administrator");
      await visit.names();
      await visit.create("Soon gone", ["tables:read"]);
      await visit.store();
      const id = await visit.row("Soon gone").getAttribute("data-id");
      const { access_token: token } = await site.ask("/api/v1/admin/login", site.admins[0]);
      await fetch(`${site.server}/api/v1/client-keys/${id}`, { method: "DELETE", headers: { authorization: `Bearer ${token}` } });
      await visit.row("Soon gone").getByRole("button", { name: "Edit" }).click();
      const form = page.getByRole("dialog", { name: "Edit Soon gone" });
      await form.getByLabel("Name").fill("Too late");
      await form.getByRole("button", { name: "Save" }).click();
      await form.getByRole("alert").filter({ hasText: /there is no such client key/ }).waitFor();
      await form.getByRole("button", { name: "Cancel" }).click();
      await page.getByRole("button", { name: "Reload" }).click();
      await visit.row("Soon gone").waitFor({ state: "detached" });
      visit.checkConsole();
      await visit.end();
    });
  });
}

test("a server that goes away", async () => {
  const site = await Site.start();
  const visit = await Visit.begin(browser, site);
  const { page } = visit;
  await visit.signIn(site.users[0]);
  const names = await visit.names();
  await site.control("stop");
  await page.getByRole("button", { name: "Reload" }).click();
  const alert = page.locator("#keys-notice").getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /Is the server running[\s\S]*CORS/);
  assert.deepEqual(await visit.names(), names, "what was read stays");
  await alert.getByRole("button", { name: "Try again" }).waitFor();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByText("You are signed out here.").waitFor();
  await visit.checkSecrets();
  visit.checkConsole();
  await visit.end();
  await site.stop();
});

test("a client key, which a default server does not let through the preflight", async () => {
  const site = await Site.start();
  const { access_token: token } = await site.ask("/api/v1/admin/login", site.admins[0]);
  const made = await site.ask("/api/v1/client-keys", { name: "k", scopes: ["clientkeys:read"] }, token);
  const visit = await Visit.begin(browser, site);
  await visit.present("Client key", made.key);
  const alert = visit.page.locator("#keys-notice").getByRole("alert");
  await alert.waitFor();
  assert.match(await alert.innerText(), /X-Client-Key/i);
  await visit.checkAccess("a blocked preflight");
  await visit.checkSecrets();
  visit.checkConsole();
  await visit.end();
  await site.stop();
});

test("cancelling what takes too long", async () => {
  const site = await Site.start();
  const visit = await Visit.begin(browser, site);
  const { page } = visit;
  await visit.signIn(site.users[0]);
  const [first] = await visit.names();
  await site.control("faults", "stall=60000:POST:/api/v1/client-keys/:1");
  await visit.row(first).getByRole("button", { name: "Revoke" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Revoke key" }).click();
  await dialog.getByRole("button", { name: "Revoking…" }).waitFor();
  await visit.checkAccess("busy");
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.getByText("It is not known whether that was done.").waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("button", { name: "Reload" }).click();
  await visit.row(first).getByText("Revoked", { exact: true }).waitFor();
  visit.checkConsole();
  await visit.end();
  await site.stop();
});
