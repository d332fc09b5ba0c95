// @ts-check
/** A dialog with a form that does one thing: open, wait, do it or say why not, close. */
import { busy, dialog, the } from "./dom.js";
import { clearNotice, showError } from "./notice.js";
import { isOver } from "./session.js";

/**
 * @template T
 * @typedef {object} Task
 * @property {string} dialog the ids of the dialog, its form, its notice and the fields that it locks meanwhile
 * @property {string} form
 * @property {string} notice
 * @property {string | null} fields
 * @property {string} doing what the button says meanwhile
 * @property {string} unknown what to do when nobody knows whether it was done
 * @property {(signal: AbortSignal) => Promise<T> | null} act null: something is missing, and the form says what
 */

/**
 * Shows the dialog until what it is for is done or given up; rejects when the session has ended. Cancelling a call that is
 * under way stops waiting for it.
 * @template T
 * @param {Task<T>} task
 * @returns {Promise<T | null>} null when it was given up
 */
export function ask(task) {
  const shown = dialog(task.dialog);
  const form = /** @type {HTMLFormElement} */ (the(task.form));
  const submit = /** @type {HTMLButtonElement} */ (form.querySelector('[type="submit"]'));
  const fields = task.fields ? /** @type {HTMLFieldSetElement} */ (the(task.fields)) : null;
  /** @type {T | null} */
  let done = null;
  /** @type {unknown} */
  let over;
  /** @type {AbortController | null} */
  let running = null;
  const listening = new AbortController();
  const { signal } = listening;

  async function run() {
    if (running) return;
    const life = new AbortController();
    const call = task.act(life.signal);
    if (call === null) return;
    running = life;
    clearNotice(task.notice);
    const ready = busy(submit, fields, task.doing);
    try {
      done = await call;
      ready();
      shown.close();
    } catch (error) {
      ready();
      if (isOver(error)) {
        over = error;
        shown.close();
        return;
      }
      showError(task.notice, error, { unknown: task.unknown, focus: true });
    } finally {
      running = null;
    }
  }

  /** The first time it stops a call that is under way, so that its end is seen; the dialog then stays. */
  function giveUp() {
    if (running) running.abort();
    else shown.close();
  }

  return new Promise((resolve, reject) => {
    clearNotice(task.notice);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void run();
    }, { signal });
    for (const element of form.querySelectorAll("[data-close]")) {
      element.addEventListener("click", giveUp, { signal });
    }
    shown.addEventListener("cancel", (event) => {
      event.preventDefault();
      giveUp();
    }, { signal });
    shown.addEventListener("close", () => {
      running?.abort();
      listening.abort();
      if (over === undefined) resolve(done);
      else reject(over);
    }, { signal });
    shown.showModal();
  });
}
