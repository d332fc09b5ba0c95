// @ts-check
/**
 * The table of traces through the package: its public methods, its machine, its `fetch`; with the clock, the waits and the
 * script of the program that gives out the traces.
 *
 * Two of the package's inner modules are reached into: `world.js`, the clock and timers, and `machine.js`, to read the
 * commands for what a method does not tell: what a request was allowed, and the circumstances of a success.
 */

/**
 * Sends a message to the program that gives out the traces; resolves to its reply.
 * @typedef {(message: object) => Promise<any>} Tell
 */

/** @typedef {() => void} Then */

/** Reads the machine's commands on their way; the run that is under way decides how. @type {Run} */
let run;
let prepared = false;

/** How long a trace may take, in milliseconds: longer than any request of the script may. */
const LONGEST = 20_000;

/**
 * Runs all traces; gives the differences that were found, and the program's summary.
 * @param {{ index: string, wasm?: string, tell: Tell }} place where the package is, and who gives out the traces
 */
export async function traces({ index, wasm, tell }) {
  const part = (/** @type {string} */ name) => import(new URL(name, index).href);
  const { createClient } = await import(index);
  if (!prepared) prepare(await part("machine.js"), await part("world.js"));
  const differences = [];
  for (;;) {
    const trace = await tell({ do: "next" });
    if (trace.end) return { end: trace.end, differences };
    run = new Run(trace, tell);
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    let late;
    const hung = new Promise((_, reject) => (late = setTimeout(() => reject(new Error("it does not end")), LONGEST)));
    try {
      const outcome = await Promise.race([run.outcome((/** @type {object} */ options) => createClient({ ...options, wasm })), hung]);
      const { failed } = await tell({ do: "ended", ...outcome });
      if (failed) differences.push(failed);
    } catch (error) {
      const why = String(error instanceof Error ? error.stack : error);
      differences.push(`${trace.name}: ${why}`);
      await tell({ do: "unable", why });
    } finally {
      clearTimeout(late);
    }
  }
}

/**
 * The same in a page or a worker, where the traces come through a door of the site.
 * @param {string} origin
 * @param {string} door
 */
export function tracesHere(origin, door) {
  /** @type {Tell} */
  const tell = async (message) => {
    const answer = await fetch(`${origin}/doors/${door}`, { method: "POST", body: JSON.stringify(message) });
    return answer.json();
  };
  return traces({ index: `${origin}/package/index.js`, tell });
}

/**
 * The same in a worker of this page.
 * @param {string} origin
 * @param {string} door
 */
export const tracesInWorker = (origin, door) =>
  new Promise((resolve, reject) => {
    const worker = new Worker("/worker.js", { type: "module" });
    worker.onmessage = ({ data }) => (data.problem ? reject(new Error(data.problem)) : resolve(data.result));
    worker.onerror = (event) => reject(new Error(event.message || "the worker did not start"));
    worker.postMessage(["/traces.js", "tracesHere", [origin, door]]);
  });

/** Numbers of what the machine is told. */
const EVENTS = { HEAD: NaN, RENEWAL: NaN };

/**
 * Puts the run's clock and waits in the place of the real ones, once for all runs.
 * @param {{ Machine: any, HEAD: number, RENEWAL: number }} machine
 * @param {{ world: any }} world
 */
function prepare({ Machine, HEAD, RENEWAL }, { world }) {
  Object.assign(EVENTS, { HEAD, RENEWAL });
  prepared = true;
  const { tell } = Machine.prototype;
  Machine.prototype.tell = function (/** @type {number} */ what, /** @type {number} */ call, /** @type {Uint8Array} */ input, /** @type {unknown} */ now) {
    return run.told(what, call, tell.call(this, what, call, input, now));
  };
  world.now = () => run.now();
  const after = world.after;
  world.after = (/** @type {number | { ms: number }} */ wait, /** @type {Then} */ then) => (typeof wait === "number" ? after(wait, () => run.expired(then)) : run.sleep(wait.ms, then));
}

/** One trace. */
class Run {
  #trace;
  #tell;
  #clock;
  #sent = 0;
  /** What the request under way is allowed. @type {object} */
  #allowed = {};
  #cancelling = new AbortController();
  #cancelsInBody = false;
  /** Tells that the head of the request under way has come, or that it has failed; once. @type {(() => Promise<void>) | undefined} */
  #headCame;
  /** The command that ended the call. @type {any} */
  #done;
  /** Numbers of calls whose command is no wait and is not answered yet. */
  #pending = new Set();
  /** Numbers of calls that renew the tokens, which nobody cuts. */
  #renewals = new Set();
  /** Numbers of calls that wait for one of those. */
  #renewing = new Set();
  /** @type {Set<{ at: number, then: Then, waits?: boolean }>} */
  #timers = new Set();

  /**
   * @param {any} trace
   * @param {Tell} tell
   */
  constructor(trace, tell) {
    this.#trace = trace;
    this.#tell = tell;
    this.#clock = trace.now;
    if (trace.cancelled) this.#cancelling.abort();
  }

  /**
   * How the call ended, and the session afterwards.
   * @param {(options: object) => import("../../transport-wasm/package/index.js").Client} createClient
   */
  async outcome(createClient) {
    const client = createClient({ ...options(this.#trace), fetch: (/** @type {string} */ url, /** @type {RequestInit} */ settings) => this.#fetch(url, settings) });
    /** @type {Record<string, any>} */
    const outcome = {};
    try {
      outcome.value = await make(client, this.#trace.call, { signal: this.#cancelling.signal });
      if (outcome.value === undefined) outcome.value = null;
      const { status, attempts, warnings } = this.#done;
      Object.assign(outcome, { status, attempts, warnings });
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "ClientKeysError") throw error;
      outcome.error = { ...error };
    }
    await this.#settled();
    outcome.tokens = await client.auth.tokens();
    return outcome;
  }

  /** Until nothing is under way any more: a renewal goes on when the call that wanted it has ended. */
  async #settled() {
    while (this.#pending.size) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  /** The time of a request is up: the script's clock has moved by it before the package is told. @param {Then} then */
  async expired(then) {
    await this.#headCame?.();
    then();
  }

  now() {
    return [this.#clock.wall, this.#clock.monotonic, this.#trace.jitter];
  }

  /**
   * Takes note of a command; a wait is marked, so that it is told from the time of a request.
   * @param {number} what
   * @param {number} call
   * @param {any} command
   */
  told(what, call, command) {
    if (what === EVENTS.RENEWAL) this.#renewals.add(call);
    if (what === EVENTS.HEAD && this.#cancelsInBody) {
      this.#cancelsInBody = false;
      queueMicrotask(() => this.#cancelling.abort());
    }
    this.#pending.delete(call);
    this.#renewing.delete(call);
    const isRenewal = this.#renewals.has(call);
    if (command?.do === "fetch") {
      const { timeout, limit } = command;
      this.#allowed = { timeout, limit, interruptible: !isRenewal };
      command.timeout = this.#trace.timeouts[this.#sent] ?? 30_000;
    }
    if (command?.do === "renew") this.#renewing.add(call);
    if (command?.do === "done") {
      if (!isRenewal) this.#done = command;
      // Those who wait for it are about to go on.
      else for (const waiting of this.#renewing) this.#pending.add(waiting);
    } else if (command && "ms" in command) command.ms = mark(command.ms);
    else if (command?.do) this.#pending.add(call);
    // Once the command is obeyed.
    queueMicrotask(() => this.#idle());
    return command;
  }

  /** @param {number} ms @param {Then} then */
  sleep(ms, then) {
    const timer = { at: this.#clock.monotonic + ms, then };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Where nothing else is under way the next timer is a wait; any other is a bound on what is. */
  async #idle() {
    const [next] = [...this.#timers].sort((one, other) => one.at - other.at);
    if (this.#pending.size || !next || next.waits) return;
    next.waits = true;
    const { now, cancelled } = await this.#tell({ do: "sleep", ms: next.at - this.#clock.monotonic });
    this.#clock = now;
    if (cancelled) this.#cancelling.abort();
    if (this.#timers.delete(next)) next.then();
  }

  /** @param {string} url @param {RequestInit} settings */
  async #fetch(url, settings) {
    const { method, headers, body } = settings;
    this.#sent += 1;
    await this.#tell({ do: "send", method, url, headers, body, ...this.#allowed });
    /** @type {Promise<void> | undefined} */
    let told;
    const headCame = () => (told ??= this.#tellSent());
    this.#headCame = headCame;
    const [answer] = await Promise.allSettled([fetch(url, settings)]);
    await headCame();
    if (this.#headCame === headCame) this.#headCame = undefined;
    if (answer.status === "rejected") throw answer.reason;
    return answer.value;
  }

  async #tellSent() {
    const { now, cancelled, cut } = await this.#tell({ do: "sent" });
    this.#clock = now;
    if (cut) this.#cancelling.abort();
    else this.#cancelsInBody = cancelled;
  }
}

/** A time of the machine's, which counts as the number that it is. @param {number} ms */
const mark = (ms) => ({ ms, valueOf: () => ms });

/** @param {{ url: string, credential: any, policy: any }} trace */
function options({ url, credential, policy }) {
  const { access_token: accessToken, client_key: clientKey, service_key: serviceKey, tokens } = credential;
  const { attempts, attempt_timeout: attemptTimeout, deadline, body_limit: bodyLimit, list_limit: listLimit } = policy;
  const scopeSpelling = policy.spelling?.replace(" ", "_");
  const all = { url, accessToken, clientKey, serviceKey, tokens, attempts, attemptTimeout, timeout: deadline, bodyLimit, listLimit, scopeSpelling };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value != null));
}

/**
 * The call by the package's own methods.
 * @param {import("../../transport-wasm/package/index.js").Client} client
 * @param {any} call
 * @param {import("../../transport-wasm/package/index.js").CallOptions} more
 * @returns {Promise<any>}
 */
function make({ auth, management: { clientKeys }, health }, call, more) {
  const { id, name, scopes, user, email, password, user_id, code } = call;
  switch (call.do) {
    case "create":
      return clientKeys.create({ name, scopes: scopes ?? [] }, more);
    case "create_idempotent":
      return clientKeys.create({ name, scopes: scopes ?? [] }, { ...more, idempotent: true });
    case "list":
      return clientKeys.list(user == null ? more : { ...more, user_id: user });
    case "get":
      return clientKeys.get(id, more);
    case "update":
      return clientKeys.update(id, { ...(name != null && { name }), ...(scopes && { scopes }) }, more);
    case "revoke":
      return clientKeys.revoke(id, more);
    case "delete":
      return clientKeys.delete(id, more);
    case "sign_in":
      return auth.login({ email, password }, more);
    case "verify_two_factor":
      return auth.verify2fa({ user_id, code }, more);
    case "admin_sign_in":
      return auth.adminLogin({ email, password }, more);
    case "refresh":
    case "admin_refresh":
      return auth.refresh(more);
    case "sign_out":
    case "admin_sign_out":
      return auth.signOut(more);
    case "health":
      return health(more);
    default:
      throw new Error(`no method for ${call.do}`);
  }
}
