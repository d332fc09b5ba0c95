// @ts-check
/** The page as such: its looks, its policy, its keyboard, and what axe has to say of each state. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Site, Visit, browse } from "./site.mjs";

/** Where the pictures go; nothing looks at them but people. */
const PICTURES = fileURLToPath(new URL("../../../target/page/", import.meta.url));

const LOOKS = /** @type {const} */ ({
  light: { colorScheme: "light", viewport: { width: 1440, height: 900 } },
  dark: { colorScheme: "dark", viewport: { width: 1280, height: 860 } },
  tablet: { colorScheme: "dark", viewport: { width: 900, height: 900 } },
  narrow: { colorScheme: "light", viewport: { width: 360, height: 780 }, reducedMotion: "reduce" },
});

/** @type {import("playwright-core").Browser} */
let browser;
/** @type {Site} */
let site;
before(async () => {
  await mkdir(PICTURES, { recursive: true });
  browser = await browse();
  site = await Site.start();
});
after(async () => {
  await browser.close();
  await site.stop();
});

for (const [look, options] of Object.entries(LOOKS)) {
  test(`every state, ${look}`, async () => {
    // Its own: servers count sign-ins, and wrong passwords.
    const site = await Site.start();
    const visit = await Visit.begin(browser, site, options);
    const { page } = visit;
    /** @param {string} state @param {boolean} [whole] */
    const see = async (state, whole = false) => {
      await page.screenshot({ path: `${PICTURES}${look}-${state}.png`, fullPage: whole });
      await visit.checkAccess(`${state}, ${look}`);
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(overflow <= 0, `${state}, ${look}: ${overflow} px too wide`);
    };
    await see("connect");
    await visit.signIn({ email: site.users[1].email, password: "not this one" });
    await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
    await page.getByText("Its accounts were printed where it was started.").waitFor();
    await see("sign-in");
    await visit.fillIn(site.users[1]);
    await page.getByRole("heading", { name: "One more step" }).waitFor();
    await see("second-factor");
    await page.getByRole("button", { name: "Back" }).click();
    await visit.fillIn(site.users[0]);
    await visit.names();
    await see("keys", true);
    await page.getByRole("button", { name: "New key" }).click();
    const form = page.getByRole("dialog", { name: "New key" });
    await form.getByRole("button", { name: "Create key" }).click();
    await form.getByText("A key needs a name.").waitFor();
    await see("create-wrong");
    await form.getByLabel("Name").fill(`Invoices ${look}`);
    await form.locator('input[value="tables:read"]').check();
    assert.equal(await form.getByText(/A key needs/).count(), 0, "a complaint ends with its cause");
    await see("create");
    await form.getByRole("button", { name: "Create key" }).click();
    await page.getByRole("dialog", { name: "Store this key now" }).waitFor();
    await see("secret");
    await visit.store();
    await page.getByText(`Invoices ${look} is ready.`).waitFor();
    await see("created");
    const row = visit.row(`Invoices ${look}`);
    await row.getByRole("button", { name: "Edit" }).click();
    await see("edit");
    await page.keyboard.press("Escape");
    await row.getByRole("button", { name: "Revoke" }).click();
    await see("revoke");
    await page.keyboard.press("Escape");
    await row.getByRole("button", { name: "Delete" }).click();
    await see("delete");
    await page.getByRole("button", { name: "Delete key" }).click();
    await row.waitFor({ state: "detached" });
    await page.getByText("Is a key missing?").click();
    await see("missing", true);
    await page.getByRole("searchbox").fill("nothing like it");
    await see("none");
    visit.checkConsole();
    await visit.end();
    await site.stop();
  });
}

test("everything can be done with the keyboard alone", async () => {
  const visit = await Visit.begin(browser, site);
  const { page } = visit;
  /** Goes on with Tab until the keyboard is where it should be. @param {string} name */
  const tabTo = async (name) => {
    for (let steps = 0; steps < 80; steps += 1) {
      const at = await page.evaluate(() => {
        const element = document.activeElement;
        return element?.getAttribute("aria-label") ?? (element instanceof HTMLInputElement ? (element.labels?.[0]?.innerText ?? "") : (element?.textContent ?? ""));
      });
      if (at.trim() === name) {
        const outline = await page.evaluate(() => {
          const element = /** @type {Element} */ (document.activeElement);
          const shown = element.matches('.segments input') ? element.nextElementSibling : element;
          return shown && getComputedStyle(shown).outlineStyle;
        });
        assert.notEqual(outline, "none", `${name} shows that it has the keyboard`);
        return;
      }
      await page.keyboard.press("Tab");
    }
    assert.fail(`Tab does not lead to ${name}`);
  };
  await tabTo("Connect");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Sign in" }).waitFor();
  await tabTo("E-mail address");
  await page.keyboard.type(site.users[0].email);
  await tabTo("Password");
  await page.keyboard.type(site.users[0].password);
  await page.keyboard.press("Enter");
  await visit.names();
  assert.equal(await page.evaluate(() => document.activeElement?.id), "keys-title");
  await tabTo("New key");
  await page.keyboard.press("Enter");
  await page.keyboard.type("By keyboard");
  await tabTo("read");
  await page.keyboard.press("Space");
  await tabTo("Create key");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Store this key now" }).waitFor();
  assert.equal(await page.evaluate(() => document.activeElement?.textContent), "Copy");
  await tabTo("I have stored it");
  await page.keyboard.press("Enter");
  await visit.row("By keyboard").waitFor();
  await tabTo("Delete By keyboard");
  await page.keyboard.press("Enter");
  await tabTo("Delete key");
  await page.keyboard.press("Enter");
  await visit.row("By keyboard").waitFor({ state: "detached" });
  const at = await page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
  assert.match(at ?? "", /^Delete /, "the keyboard is at the next key");
  visit.checkConsole();
  await visit.end();
});

describe("the policy", () => {
  test("lets the page talk to the chosen server and to no other", async () => {
    const other = await Site.start();
    const visit = await Visit.begin(browser, site);
    await visit.connect();
    const reach = (/** @type {string} */ url) => visit.page.evaluate((url) => fetch(`${url}/health`).then(() => true, () => false), url);
    assert.equal(await reach(site.server), true);
    assert.equal(await reach(other.server), false);
    assert.ok(visit.printed.some((line) => line.includes("Content Security Policy")), `${visit.printed}`);
    await visit.end();
    await other.stop();
  });

  test("runs no text as script, and takes none as markup", async () => {
    const visit = await Visit.begin(browser, site);
    const tried = await visit.page.evaluate(() => {
      const made = document.createElement("script");
      const tries = {
        markup: () => { document.body.innerHTML = "<p>no</p>"; },
        text: () => { made.textContent = "globalThis.ran = true"; },
      };
      return Object.entries(tries).map(([name, attempt]) => {
        try {
          attempt();
          return `${name} passed`;
        } catch (error) {
          return `${name} ${/** @type {Error} */ (error).name}`;
        }
      });
    });
    assert.deepEqual(tried, ["markup TypeError", "text TypeError"]);
    await visit.end();
  });

  test("a link on some other site does not choose the server", async () => {
    const visit = await Visit.begin(browser, site);
    const { page } = visit;
    const link = `${site.url}?server=${encodeURIComponent("https://collector.example")}`;
    await page.route("http://elsewhere.example/", (route) => route.fulfill({ contentType: "text/html", body: `<a href="${link}">keys</a>` }));
    await page.goto("http://elsewhere.example/");
    await page.getByText("keys").click();
    await page.getByRole("heading", { name: "Connect to a server" }).waitFor();
    assert.equal(page.url(), site.url);
    await visit.end();
  });

  test("an address that is none is refused in words", async () => {
    const visit = await Visit.begin(browser, site);
    const { page } = visit;
    for (const [address, words] of [
      ["http://fluxbase.example.com", "must begin with https"],
      ["ftp://localhost", "must begin with https"],
      ["https://fluxbase.example.com/?a=b", "Only host, port and path"],
    ]) {
      await page.getByLabel("Address of the server").fill(address);
      await page.getByRole("button", { name: "Connect" }).click();
      await page.getByText(words).waitFor();
      assert.equal(await page.getByLabel("Address of the server").getAttribute("aria-invalid"), "true");
    }
    await page.goto(`${site.url}?server=nonsense`);
    await page.getByText("This is no web address.").waitFor();
    visit.checkConsole();
    await visit.end();
  });
});
