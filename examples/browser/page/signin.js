// @ts-check
/** Signing in, with a second factor where the account has one. */
import { busy, button, input, the } from "./dom.js";
import { clearNotice, showError, showNews } from "./notice.js";
import { SecondFactor, Session } from "./session.js";

/** What must be filled in for each way to sign in: the id of the name, if there is one, and of the secret. */
const FIELDS = /** @type {const} */ ({
  user: ["email", "password"],
  admin: ["email", "password"],
  token: [null, "token"],
  key: [null, "client-key"],
});

/** What to do where a server refuses what was entered. */
const REFUSED = {
  user: "Is it an administrator’s account? Administrators sign in as Administrator. Several wrong passwords in a row lock an account for a while.",
  admin: "Is it a user’s account? Users sign in as User. Several wrong passwords in a row lock an account for a while.",
  token: undefined,
  key: undefined,
};

export class SignIn {
  #server;
  #show;
  #done;
  /** @type {SecondFactor | null} */
  #second = null;

  /**
   * @param {string} server
   * @param {(view: "sign-in" | "second-factor") => void} show
   * @param {(session: Session) => void} done
   */
  constructor(server, show, done) {
    this.#server = server;
    this.#show = show;
    this.#done = done;
    the("sign-in-server").textContent = server;
    const form = the("sign-in-form");
    form.addEventListener("change", () => this.#showFields());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#submit();
    });
    the("second-factor-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#verify();
    });
    button("second-factor-back").addEventListener("click", () => this.ask());
    this.#showFields();
  }

  /**
   * Shows the form, empty of secrets.
   * @param {{ error?: unknown, news?: string }} [why]
   */
  ask({ error, news } = {}) {
    this.#second = null;
    this.#forget();
    if (error !== undefined) showError("sign-in-notice", error);
    else if (news) showNews("sign-in-notice", news);
    else clearNotice("sign-in-notice");
    this.#show("sign-in");
  }

  /** @returns {keyof typeof FIELDS} */
  get #method() {
    const chosen = document.querySelector('input[name="method"]:checked');
    return /** @type {keyof typeof FIELDS} */ (/** @type {HTMLInputElement} */ (chosen).value);
  }

  #showFields() {
    for (const field of the("sign-in-fields").querySelectorAll("[data-for]")) {
      const wanted = field.getAttribute("data-for")?.split(" ").includes(this.#method);
      /** @type {HTMLElement} */ (field).hidden = !wanted;
    }
  }

  #forget() {
    for (const id of ["password", "token", "client-key", "code"]) input(id).value = "";
  }

  async #submit() {
    const submit = button("sign-in-button");
    if (submit.ariaDisabled === "true") return;
    const [name, secret] = FIELDS[this.#method];
    for (const id of [name, secret]) {
      if (id && !input(id).reportValidity()) return;
    }
    clearNotice("sign-in-notice");
    const ready = busy(submit, /** @type {HTMLFieldSetElement} */ (the("sign-in-fields")), "Signing in…");
    try {
      const given = { name: name ? input(name).value.trim() : "", secret: input(secret).value };
      const result = await Session.start(this.#server, this.#method, given);
      this.#forget();
      if (result instanceof SecondFactor) {
        this.#second = result;
        clearNotice("second-factor-notice");
        this.#show("second-factor");
        input("code").focus();
      } else {
        this.#done(result);
      }
    } catch (error) {
      showError("sign-in-notice", error, { refused: REFUSED[this.#method] });
    } finally {
      ready();
    }
    // Where the form is still there, with an error, the secret is what most likely has to be entered anew.
    if (!the("sign-in").hidden) input(secret).select();
  }

  async #verify() {
    const submit = button("second-factor-button");
    if (!this.#second || submit.ariaDisabled === "true" || !input("code").reportValidity()) return;
    clearNotice("second-factor-notice");
    const ready = busy(submit, null, "Checking…");
    try {
      const session = await this.#second.verify(input("code").value.replace(/\s/g, ""));
      this.#second = null;
      this.#forget();
      this.#done(session);
    } catch (error) {
      showError("second-factor-notice", error);
      input("code").select();
    } finally {
      ready();
    }
  }
}
