// @ts-check
/** Signing in, staying signed in, and the end of it. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { GENERATIONS, Site, Visit, browse } from "./site.mjs";

/** @type {import("playwright-core").Browser} */
let browser;
before(async () => {
  browser = await browse();
});
after(() => browser.close());

/** @param {number} milliseconds */
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

for (const generation of GENERATIONS) {
  describe(`on ${generation}`, () => {
    /** @type {Site} */
    let site;
    before(async () => {
      // So short that it ends while a test waits.
      site = await Site.start("--generation", generation, "--token-lifetime", "2");
    });
    after(() => site.stop());

    test("a second factor", async () => {
      const visit = await Visit.begin(browser, site);
      const { page } = visit;
      await visit.signIn(site.users[1]);
      await page.getByRole("heading", { name: "One more step" }).waitFor();
      assert.ok(await page.getByLabel("Code").evaluate((field) => field === document.activeElement));
      await page.getByLabel("Code").fill("000000");
      await page.keyboard.press("Enter");
      await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
      await page.getByLabel("Code").fill(site.users[1].code ?? "");
      await page.keyboard.press("Enter");
      await page.getByText(/0 keys, read at/).waitFor();
      await page.getByText("There is no key that you may see.").waitFor();
      await visit.checkSecrets();
      visit.checkConsole();
      await visit.end();
    });

    test("a session that ends is renewed without a word", async () => {
      const visit = await Visit.begin(browser, site);
      await visit.signIn(site.users[0]);
      const names = await visit.names();
      await sleep(2500);
      const renewed = visit.page.waitForResponse((response) => response.url().endsWith("/auth/refresh"));
      await visit.page.getByRole("button", { name: "Reload" }).click();
      assert.equal((await renewed).status(), 200);
      assert.deepEqual(await visit.names(), names);
      assert.equal(await visit.page.getByRole("alert").filter({ hasText: /./ }).count(), 0);
      await visit.checkSecrets();
      visit.checkConsole();
      await visit.end();
    });

    test("a session that cannot be renewed ends at the sign-in, in words", async () => {
      const visit = await Visit.begin(browser, site);
      const { page } = visit;
      await visit.signIn(site.users[0]);
      const names = await visit.names();
      await site.control("faults", "status=401:POST:/api/v1/auth/refresh");
      await sleep(2500);
      // In the middle of something, too.
      await visit.row(names[0]).getByRole("button", { name: "Revoke" }).click();
      await page.getByRole("button", { name: "Revoke key" }).click();
      await page.getByRole("heading", { name: "Sign in" }).waitFor();
      await page.getByRole("alert").filter({ hasText: /refused|sign in/i }).waitFor();
      assert.equal(await page.locator("#rows tr").count(), 0, "nothing of the session stays");
      assert.equal(await page.getByRole("dialog").count(), 0);
      await site.control("faults/clear");
      await visit.fillIn(site.users[0]);
      assert.deepEqual(await visit.names(), names);
      assert.match(await visit.row(names[0]).innerText(), /Ends soon/, "it was not revoked");
      visit.checkConsole();
      await visit.end();
    });

    test("wrong passwords are said to be wrong", async () => {
      const visit = await Visit.begin(browser, site);
      const { page } = visit;
      await visit.signIn({ email: site.users[0].email, password: "not this one" });
      await page.getByRole("alert").filter({ hasText: "Administrators sign in as Administrator." }).waitFor();
      assert.ok(await page.getByLabel("Password").evaluate((field) => field === document.activeElement));
      visit.secrets.delete("not this one");
      await visit.fillIn(site.users[0]);
      await visit.names();
      await visit.checkSecrets();
      visit.checkConsole();
      await visit.end();
    });

    test("signing out leaves nothing behind", async () => {
      const visit = await Visit.begin(browser, site);
      const { page } = visit;
      await visit.signIn(site.users[0]);
      await visit.names();
      await visit.create("Short-lived", ["tables:read"]);
      await visit.store();
      await visit.row("Short-lived").waitFor();
      await page.getByRole("button", { name: "Sign out" }).click();
      await page.getByText("You are signed out").waitFor();
      assert.equal(await page.locator("#rows tr").count(), 0);
      assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0);
      assert.ok(visit.asked.some((line) => line.startsWith("POST") && line.endsWith("/auth/signout")));
      await visit.checkSecrets();
      visit.checkConsole();
      await visit.end();
    });
  });
}

test("an access token is used until it ends", async () => {
  const site = await Site.start("--token-lifetime", "4");
  const visit = await Visit.begin(browser, site);
  const { access_token: token } = await site.ask("/api/v1/auth/signin", site.users[0]);
  await visit.present("Access token", token);
  assert.ok((await visit.names()).length > 0);
  await sleep(4500);
  await visit.page.getByRole("button", { name: "Reload" }).click();
  await visit.page.getByRole("heading", { name: "Sign in" }).waitFor();
  assert.ok(!visit.asked.some((line) => line.endsWith("/auth/refresh")));
  await visit.checkSecrets();
  visit.checkConsole();
  await visit.end();
  await site.stop();
});
