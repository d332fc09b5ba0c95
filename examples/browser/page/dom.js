// @ts-check
/** Making and finding elements. Text goes in as text: nothing here, and nothing else on the page, makes markup of it. */

/**
 * The element of the page with this id.
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} id
 * @returns {T}
 */
export function the(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return /** @type {T} */ (found);
}

/** @param {string} id */
export const input = (id) => /** @type {HTMLInputElement} */ (the(id));

/** @param {string} id */
export const button = (id) => /** @type {HTMLButtonElement} */ (the(id));

/** @param {string} id */
export const dialog = (id) => /** @type {HTMLDialogElement} */ (the(id));

/**
 * A new element with attributes and content; an attribute that is null or false is left out.
 * @param {string} tag
 * @param {Record<string, string | number | boolean | null>} attributes
 * @param {...(Node | string | null | undefined | false)} content
 * @returns {HTMLElement}
 */
export function make(tag, attributes, ...content) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...content.filter((node) => node !== null && node !== undefined && node !== false));
  return element;
}

/**
 * Marks a form as busy: its fields and its button cannot be used, and the button says what is being done.
 * @param {HTMLButtonElement} submit
 * @param {HTMLFieldSetElement | null} fields
 * @param {string} doing
 * @returns {() => void} makes the form usable again
 */
export function busy(submit, fields, doing) {
  const words = submit.textContent;
  submit.textContent = doing;
  submit.setAttribute("aria-disabled", "true");
  submit.classList.add("busy");
  if (fields) fields.disabled = true;
  return () => {
    submit.textContent = words;
    submit.removeAttribute("aria-disabled");
    submit.classList.remove("busy");
    if (fields) fields.disabled = false;
  };
}

/**
 * Says something to those who do not see the page.
 * @param {string} text
 */
export function announce(text) {
  the("announcement").textContent = text;
}
