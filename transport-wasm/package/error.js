// @ts-check
/** What a rejected call says. */

/**
 * What is known of a failure, with the names under which it is read from the error.
 * @typedef {Omit<import("./index.js").ClientKeysError, "name" | "stack">} Problem
 */

/** The one class of all rejections. */
export class ClientKeysError extends Error {
  // Node prints the class's own name too, which would be whatever it was shortened to.
  static name = "ClientKeysError";

  /**
   * @param {string} operation what was being done; the machine does not say it of an error about arguments
   * @param {Problem} problem
   * @param {unknown} [cause] what made the call fail, where somebody else's code threw it
   */
  constructor(operation, { message, ...members }, cause) {
    super(members.operation ? message : `${operation}: ${message}`, cause === undefined ? undefined : { cause });
    Object.assign(this, { operation, ...members });
  }

  // On the prototype, so that it is no member that printing or copying an error would show.
  get name() {
    return "ClientKeysError";
  }
}

/**
 * What there is to say of a machine that trapped: its memory is used up, or it was built wrong. It holds nothing to rely
 * on any more.
 * @param {Problem["outcome"]} outcome
 * @returns {Problem}
 */
export const broken = (outcome) => ({
  kind: "broken",
  message: "the WebAssembly stopped, maybe out of memory; the next call starts it anew, without tokens that were not stored",
  outcome,
  retryable: false,
});

/**
 * An error of a call that sent nothing.
 * @param {string} operation
 * @param {string} message
 * @param {import("./index.js").ErrorKind} [kind]
 * @param {boolean} [retryable] whether the same call may go better later
 * @param {unknown} [cause]
 */
export const unsent = (operation, message, kind = "invalid_input", retryable = false, cause) =>
  new ClientKeysError(operation, { kind, message, outcome: "not_applied", attempts: 0, retryable }, cause);
