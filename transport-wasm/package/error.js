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
   * @param {Problem} problem
   * @param {unknown} [cause] what made the call fail, where somebody else's code threw it
   */
  constructor(problem, cause = problem.cause) {
    super(problem.message, cause === undefined ? undefined : { cause });
    const { message, cause: _, ...members } = problem;
    Object.assign(this, members);
  }

  // On the prototype, so that it is no member that printing or copying an error would show.
  get name() {
    return "ClientKeysError";
  }
}

/**
 * A machine that trapped: its memory is used up, or it was built wrong. It holds nothing to rely on any more.
 * @param {unknown} cause
 * @param {Problem["outcome"]} outcome
 * @returns {Problem}
 */
export const broken = (cause, outcome) => ({
  kind: "broken",
  message: "the client's WebAssembly stopped, maybe for want of memory; the next call starts it anew, without what was in its memory only",
  outcome,
  retryable: false,
  cause,
});

/**
 * An error as the machine tells it; of one about arguments it does not know to which operation they belong.
 * @param {string} operation
 * @param {Problem} problem
 * @param {unknown} [cause]
 * @returns {ClientKeysError}
 */
export const told = (operation, problem, cause) =>
  new ClientKeysError(problem.operation ? problem : { ...problem, operation, message: `${operation}: ${problem.message}` }, cause);

/**
 * An error of a call that sent nothing.
 * @param {import("./index.js").ErrorKind} kind
 * @param {string} operation
 * @param {string} words
 * @param {unknown} [cause]
 * @param {boolean} [retryable] whether the same call may go better later
 * @returns {ClientKeysError}
 */
export function unsent(kind, operation, words, cause, retryable = false) {
  const message = `${operation}: ${words}`;
  return new ClientKeysError({ kind, operation, message, outcome: "not_applied", attempts: 0, retryable }, cause);
}
