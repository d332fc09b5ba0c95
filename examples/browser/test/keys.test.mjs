// @ts-check
/** What people do with keys, on every generation of the server. */
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

    for (const role of /** @type {const} */ (["User", "Administrator"])) {
      test(`as ${role}: create, copy, edit, revoke, delete`, async () => {
        const visit = await Visit.begin(browser, site);
        const { page } = visit;
        await visit.signIn(role === "User" ? site.users[0] : site.admins[0], role);
        const first = await visit.names();
        assert.deepEqual(first.slice(0, 2), ["CI deploy", "Nightly backup"], "what ends next comes first");

        await visit.create(`Invoices of ${role}`, ["tables:read", "storage:write"]);
        const dialog = page.getByRole("dialog", { name: "Store this key now" });
        await page.context().grantPermissions(["clipboard-write"], { origin: new URL(site.url).origin });
        await dialog.getByRole("button", { name: "Copy" }).click();
        await dialog.getByText("Copied.").waitFor();
        // Not even a second Escape loses it.
        await page.keyboard.press("Escape");
        await page.keyboard.press("Escape");
        await page.keyboard.press("Escape");
        assert.ok(await dialog.isVisible());
        const key = await visit.store();
        assert.match(key, /^fbk_/);
        visit.secrets.add(key);
        await visit.checkSecrets();
        await page.getByText(`Invoices of ${role} is ready.`).waitFor();
        assert.ok(await page.getByRole("button", { name: "New key" }).evaluate((button) => button === document.activeElement));

        await page.getByRole("searchbox").focus();
        await page.keyboard.press("Control+V");
        assert.equal(await page.getByRole("searchbox").inputValue(), key, "what was copied is the key");
        await page.getByRole("searchbox").fill("");

        // Real servers do not list to a user the keys which that user has made; the page shows them all the same.
        await page.getByRole("button", { name: "Reload" }).click();
        await page.getByText("Reload", { exact: true }).waitFor();
        const row = visit.row(`Invoices of ${role}`);
        await row.waitFor();
        assert.match(await row.locator(".cell-prefix").innerText(), new RegExp(`${key.slice(0, 12)}…`));
        assert.match(await row.innerText(), /Active[\s\S]*90 days/);

        await row.getByRole("button", { name: "Edit" }).click();
        const form = page.getByRole("dialog", { name: `Edit Invoices of ${role}` });
        assert.ok(await form.locator('input[value="storage:write"]').isChecked(), "known in either spelling");
        await form.getByLabel("Name").fill(`Bills of ${role}`);
        await form.getByLabel("Description").fill("Renamed");
        await form.locator('input[value="storage:write"]').uncheck();
        await form.getByRole("button", { name: "Save" }).click();
        const edited = visit.row(`Bills of ${role}`);
        await edited.getByText("Renamed").waitFor();
        assert.equal(await edited.locator(".chips code").count(), 1);
        assert.ok(await edited.getByRole("button", { name: "Edit" }).evaluate((button) => button === document.activeElement));

        await edited.getByRole("button", { name: "Revoke" }).click();
        await page.getByRole("dialog", { name: `Revoke Bills of ${role}?` }).getByRole("button", { name: "Revoke key" }).click();
        await edited.getByText("Revoked", { exact: true }).waitFor();
        await page.getByRole("button", { name: "Reload" }).click();
        await edited.getByText("Revoked", { exact: true }).waitFor();
        assert.equal(await edited.getByRole("button", { name: "Revoke" }).count(), 0);

        await edited.getByRole("button", { name: "Delete" }).click();
        const question = page.getByRole("dialog", { name: `Delete Bills of ${role}?` });
        await question.getByRole("button", { name: "Cancel" }).click();
        await edited.waitFor();
        await edited.getByRole("button", { name: "Delete" }).click();
        await question.getByRole("button", { name: "Delete key" }).click();
        await edited.waitFor({ state: "detached" });
        await page.getByText(`Bills of ${role} is deleted.`).waitFor();
        await page.getByRole("button", { name: "Reload" }).click();
        assert.deepEqual((await visit.names()).sort(), first.sort());

        await visit.checkSecrets();
        visit.checkConsole();
        await visit.end();
      });
    }
  });
}

describe("the table and the form", () => {
  /** @type {Site} */
  let site;
  /** @type {Visit} */
  let visit;
  before(async () => {
    site = await Site.start();
    visit = await Visit.begin(browser, site);
    await visit.signIn(site.users[0]);
    await visit.names();
  });
  after(async () => {
    visit.checkConsole();
    await visit.end();
    await site.stop();
  });

  test("filters, searches and sorts", async () => {
    const { page } = visit;
    await page.getByRole("radio", { name: /Expired/ }).check({ force: true });
    assert.deepEqual(await visit.names(), ["Partner webhook relay"]);
    await page.getByRole("radio", { name: /Revoked/ }).check({ force: true });
    assert.deepEqual(await visit.names(), ["Laptop of a former colleague"]);
    await page.getByRole("radio", { name: /All/ }).check({ force: true });
    await page.getByRole("searchbox").fill("storage:read");
    assert.deepEqual(await visit.names(), ["Nightly backup", "Production API"]);
    await page.getByRole("searchbox").fill("nothing like it");
    await page.getByText("No key is like that.").waitFor();
    await page.getByRole("searchbox").fill("");
    const header = page.getByRole("columnheader", { name: "Name" });
    await header.getByRole("button").click();
    assert.equal(await header.getAttribute("aria-sort"), "ascending");
    assert.equal((await visit.names())[0], "CI deploy");
    await header.getByRole("button").click();
    assert.equal(await header.getAttribute("aria-sort"), "descending");
    assert.equal((await visit.names())[0], "Staging");
    await page.getByRole("columnheader", { name: "Expires" }).getByRole("button").click();
  });

  test("draws what is left so that less is shorter", async () => {
    const width = async (/** @type {string} */ name) => {
      const box = await visit.row(name).locator(".life-fill").boundingBox();
      return box?.width ?? 0;
    };
    const widths = [await width("CI deploy"), await width("Nightly backup"), await width("Staging"), await width("Production API")];
    assert.deepEqual(widths, [...widths].sort((one, other) => one - other));
    assert.ok(widths[0] > 0 && widths[0] * 4 < widths[3], `${widths}`);
    assert.equal(await width("Partner webhook relay"), 0);
    await visit.row("CI deploy").getByText("6 days").waitFor();
    await visit.row("Metrics scraper").locator(".life-words", { hasText: "never" }).waitFor();
  });

  test("says what a new key lacks", async () => {
    const { page } = visit;
    await page.getByRole("button", { name: "New key" }).click();
    const form = page.getByRole("dialog", { name: "New key" });
    await form.getByLabel("Requests a minute").fill("1.5");
    await form.getByLabel("Expires").selectOption("date");
    await form.getByRole("button", { name: "Create key" }).click();
    for (const text of ["A key needs a name.", "Choose a day that is not over.", "A whole number", "A key needs at least one scope."]) {
      await form.getByText(text).waitFor();
    }
    assert.ok(await form.getByLabel("Name").evaluate((field) => field === document.activeElement));
    await form.getByRole("button", { name: "Cancel" }).click();
    await form.waitFor({ state: "hidden" });
  });

  test("scopes that no server knows are the server's to refuse, and the error stays in the form", async () => {
    const { page } = visit;
    await page.getByRole("button", { name: "New key" }).click();
    const form = page.getByRole("dialog", { name: "New key" });
    await form.getByLabel("Name").fill("Wrong");
    await form.getByLabel("Other scopes").fill("read:users");
    await form.getByRole("button", { name: "Create key" }).click();
    await form.getByRole("alert").filter({ hasText: "read:users" }).waitFor();
    assert.equal(await form.getByLabel("Name").inputValue(), "Wrong", "nothing that was entered is lost");
    await page.keyboard.press("Escape");
    await form.waitFor({ state: "hidden" });
  });

  test("finds a key by its id", async () => {
    const { page } = visit;
    const admin = await site.ask("/api/v1/admin/login", site.admins[0]);
    const made = await site.ask("/api/v1/client-keys", { name: "Made elsewhere", scopes: ["tables:read"] }, admin.access_token);
    await page.getByText("Is a key missing?").click();
    await page.getByLabel("Id of a key").fill(made.id);
    await page.getByRole("button", { name: "Show it" }).click();
    await visit.row("Made elsewhere").waitFor();
    await page.getByRole("button", { name: "Reload" }).click();
    assert.ok((await visit.names()).includes("Made elsewhere"));
  });
});
