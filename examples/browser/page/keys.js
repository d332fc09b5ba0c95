// @ts-check
/** The view of the keys: what is listed, shown and done to it. */
import { announce, busy, button, input, make, the } from "./dom.js";
import { confirm } from "./confirm.js";
import { createKey, editKey, prepareKeyForm } from "./keyform.js";
import { clearNotice, clientError, showError, showNews } from "./notice.js";
import { showSecret } from "./secret.js";
import { isOver } from "./session.js";
import { STATUSES, statusOf } from "./status.js";
import { matches, nameOf, replaceRows, row, sorted } from "./table.js";

/** @typedef {import("./session.js").Session} Session */
/** @typedef {import("../../../transport-wasm/package/index.js").ClientKey} ClientKey */
/** @typedef {import("./table.js").Column} Column */

const NOTICE = "keys-notice";

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/** How often what depends on the time is drawn anew, in milliseconds. */
const TICK = 60_000;

export class KeysView {
  #onEnd;
  /** @type {Session | null} */
  #session = null;
  /** @type {Map<string, ClientKey>} by id */
  #keys = new Map();
  /** @type {number | null} when they were read */
  #read = null;
  /** Elements of the list that could not be read. */
  #skipped = 0;
  /** @type {{ column: Column, descending: boolean }} */
  #order = { column: "ends", descending: false };
  #wanted = "all";
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticking;

  /** @param {(error: unknown) => void} onEnd called when the session has ended by itself */
  constructor(onEnd) {
    this.#onEnd = onEnd;
    prepareKeyForm();
    this.#drawFilters();
    button("reload").addEventListener("click", () => void this.reload());
    button("new-key").addEventListener("click", () => void this.#create());
    input("search").addEventListener("input", () => this.#draw());
    the("tools").addEventListener("submit", (event) => event.preventDefault());
    the("filters").addEventListener("change", (event) => {
      this.#wanted = /** @type {HTMLInputElement} */ (event.target).value;
      this.#draw();
    });
    the("sort").addEventListener("change", (event) => {
      const { value } = /** @type {HTMLSelectElement} */ (event.target);
      this.#sort(/** @type {Column} */ (value), false);
    });
    for (const header of the("table").querySelectorAll("[data-sort]")) {
      const column = /** @type {Column} */ (header.getAttribute("data-sort"));
      const again = () => this.#order.column === column && !this.#order.descending;
      header.querySelector("button")?.addEventListener("click", () => this.#sort(column, again()));
    }
    the("rows").addEventListener("click", (event) => void this.#click(event));
    the("missing-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#find();
    });
  }

  /** @param {Session} session */
  async open(session) {
    this.#session = session;
    this.#ticking = setInterval(() => this.#draw(), TICK);
    await this.reload();
  }

  /** Ends the session at the reader's wish; rejects when the server did not confirm it. */
  async close() {
    const session = this.#session;
    this.#forget();
    await session?.end();
  }

  /** Reads the list anew. What was read before stays until it is there. */
  async reload() {
    const session = this.#session;
    const reload = button("reload");
    if (!session || reload.ariaDisabled === "true") return;
    const ready = busy(reload, null, "Reloading…");
    the("table-card").setAttribute("aria-busy", "true");
    if (this.#read === null) this.#wait();
    try {
      const { client_keys, skipped } = await session.clientKeys.list(session.options);
      const keys = new Map(client_keys.map((key) => [key.id, key]));
      const unlisted = await this.#unlisted(session, keys);
      if (this.#session !== session) return;
      this.#keys = new Map([...keys, ...unlisted]);
      this.#read = Date.now();
      this.#skipped = skipped ?? 0;
      clearNotice(NOTICE);
      this.#draw();
      announce(`${this.#keys.size} keys.`);
    } catch (error) {
      if (this.#session === session) this.#fail(error, [{ label: "Try again", act: () => void this.reload() }]);
    } finally {
      ready();
      the("table-card").removeAttribute("aria-busy");
    }
  }

  /**
   * The keys made here that the list leaves out, as far as they still exist.
   * @param {Session} session
   * @param {Map<string, ClientKey>} listed
   * @returns {Promise<[string, ClientKey][]>}
   */
  async #unlisted(session, listed) {
    /** @type {[string, ClientKey][]} */
    const found = [];
    for (const id of session.known.all().filter((id) => !listed.has(id))) {
      try {
        const key = await session.clientKeys.get(id, session.options);
        found.push([key.id, key]);
      } catch (error) {
        const kind = clientError(error)?.kind;
        if (kind === "not_found") session.known.forget(id);
        else if (kind !== "forbidden") throw error;
      }
    }
    return found;
  }

  /** @param {Event} event */
  async #click(event) {
    const target = /** @type {Element} */ (event.target).closest("[data-action]");
    const id = target?.closest("[data-id]")?.getAttribute("data-id");
    const key = id && this.#keys.get(id);
    if (!target || !key) return;
    switch (target.getAttribute("data-action")) {
      case "edit":
        return this.#edit(key);
      case "revoke":
        return this.#revoke(key);
      case "delete":
        return this.#delete(key);
    }
  }

  async #create() {
    await this.#attempt(async (session) => {
      const created = await createKey(session);
      if (!created) return null;
      session.known.add(created.client_key.id);
      this.#keep(created.client_key);
      await showSecret(created);
      return `${nameOf(created.client_key)} is ready.`;
    });
    button("new-key").focus();
  }

  /** @param {ClientKey} key */
  async #edit(key) {
    await this.#attempt(async (session) => {
      const updated = await editKey(session, key);
      if (!updated || updated === key) return null;
      this.#keep(updated);
      return `${nameOf(updated)} is saved.`;
    });
    this.#focus(key.id, "edit");
  }

  /** @param {ClientKey} key */
  async #revoke(key) {
    await this.#attempt(async (session) => {
      if (!(await confirm("revoke", session, key))) return null;
      // No server answers the key; what is known for sure is that it works no more.
      this.#keep({ ...key, revoked_at: new Date().toISOString() });
      return `${nameOf(key)} is revoked.`;
    });
    this.#focus(key.id, "delete");
  }

  /** @param {ClientKey} key */
  async #delete(key) {
    const at = [...the("rows").children].findIndex((element) => element.getAttribute("data-id") === key.id);
    await this.#attempt(async (session) => {
      if (!(await confirm("delete", session, key))) return null;
      session.known.forget(key.id);
      this.#keys.delete(key.id);
      this.#draw();
      return `${nameOf(key)} is deleted.`;
    });
    const rows = the("rows").children;
    const next = this.#keys.has(key.id) ? key.id : rows[Math.min(at, rows.length - 1)]?.getAttribute("data-id");
    this.#focus(next ?? null, "delete");
  }

  async #find() {
    const submit = /** @type {HTMLButtonElement} */ (the("missing-form").querySelector("button"));
    const id = input("missing-id").value.trim();
    if (submit.ariaDisabled === "true" || !id) return;
    const ready = busy(submit, null, "Looking…");
    await this.#attempt(async (session) => {
      const key = await session.clientKeys.get(id, session.options);
      session.known.add(key.id);
      this.#keep(key);
      input("missing-id").value = "";
      return `${nameOf(key)} is in the list.`;
    });
    ready();
  }

  /**
   * Does something for the session, and shows how it went.
   * @param {(session: Session) => Promise<string | null>} act gives the news, or null when there are none
   */
  async #attempt(act) {
    const session = this.#session;
    if (!session) return;
    clearNotice(NOTICE);
    try {
      const news = await act(session);
      if (news && this.#session === session) showNews(NOTICE, news);
    } catch (error) {
      if (this.#session === session) this.#fail(error, []);
    }
  }

  /**
   * @param {unknown} error
   * @param {import("./notice.js").Remedy[]} remedies
   */
  #fail(error, remedies) {
    if (isOver(error)) {
      this.#forget();
      this.#onEnd(error);
      return;
    }
    showError(NOTICE, error, { remedies });
    this.#draw();
  }

  /** Nothing of the session stays on the page. */
  #forget() {
    clearInterval(this.#ticking);
    for (const open of document.querySelectorAll("dialog[open]")) /** @type {HTMLDialogElement} */ (open).close();
    this.#session = null;
    this.#keys.clear();
    this.#read = null;
    this.#skipped = 0;
    input("search").value = "";
    clearNotice(NOTICE);
    this.#draw();
  }

  /** @param {ClientKey} key */
  #keep(key) {
    this.#keys.set(key.id, key);
    this.#draw();
  }

  /** @param {Column} column @param {boolean} descending */
  #sort(column, descending) {
    this.#order = { column, descending };
    this.#draw();
  }

  #drawFilters() {
    const filter = (/** @type {string} */ value, /** @type {string} */ name) =>
      make(
        "label",
        {},
        make("input", { type: "radio", name: "filter", value, checked: value === "all" }),
        make("span", {}, name, " ", make("span", { class: "count", id: `count-${value}` }, "0")),
      );
    the("filters").append(filter("all", "All"), ...STATUSES.map(([status, name]) => filter(status, name)));
  }

  #draw() {
    const now = Date.now();
    const all = [...this.#keys.values()];
    for (const [status] of STATUSES) {
      the(`count-${status}`).textContent = String(all.filter((key) => statusOf(key, now) === status).length);
    }
    the("count-all").textContent = String(all.length);
    const { column, descending } = this.#order;
    for (const header of the("table").querySelectorAll("[data-sort]")) {
      const direction = descending ? "descending" : "ascending";
      if (header.getAttribute("data-sort") === column) header.setAttribute("aria-sort", direction);
      else header.removeAttribute("aria-sort");
    }
    /** @type {HTMLSelectElement} */ (the("sort")).value = column;
    const words = input("search").value.trim();
    const shown = sorted(all.filter((key) => matches(key, this.#wanted, words, now)), column, descending, now);
    replaceRows(shown.map((key) => row(key, now)));
    this.#summarise(all.length, shown.length);
  }

  /** @param {number} count @param {number} shown */
  #summarise(count, shown) {
    const read = this.#read;
    const summary = read === null ? "" : `${count} ${count === 1 ? "key" : "keys"}, read at ${clock.format(read)}`;
    const left = this.#skipped > 0 ? `; ${this.#skipped} more could not be read` : "";
    the("keys-summary").textContent = summary + left;
    the("table").hidden = shown === 0;
    const empty = the("empty");
    empty.hidden = shown > 0;
    const words = read === null ? "Nothing was read so far." : count === 0 ? "There is no key that you may see. Create the first one." : "No key is like that.";
    empty.replaceChildren(make("p", {}, words));
  }

  #wait() {
    the("table").hidden = true;
    the("empty").hidden = false;
    the("empty").replaceChildren(make("p", { class: "waiting" }, "Reading the keys…"));
  }

  /**
   * Takes the keyboard to a row's button; to the heading where there is no such row any more.
   * @param {string | null} id
   * @param {string} action
   */
  #focus(id, action) {
    if (!this.#session) return;
    const found = id === null ? undefined : [...the("rows").children].find((element) => element.getAttribute("data-id") === id);
    const wanted = found?.querySelector(`[data-action="${action}"]`) ?? found?.querySelector("[data-action]");
    /** @type {HTMLElement} */ (wanted ?? the("keys-title")).focus();
  }
}
