/**
 * The table of traces through the package: its public methods, its machine, its `fetch`; with the clock, the waits and the
 * script of the program that gives out the traces.
 *
 * Two of the package's inner modules are reached into: `world.js`, the clock and timers, and `machine.js`, to read the
 * commands for what a method does not tell: what a request was allowed, and the circumstances of a success.
 */

/** Reads the machine's commands on their way; the run that is under way decides how. */
let run;
let prepared;

export default async function traces({ package: index, origin, door }) {
  const part = (name) => import(new URL(name, new URL(index, origin)).href);
  const { createClient } = await import(index);
  if (!prepared) prepare(await part("machine.js"), await part("world.js"));
  const tell = async (message) => {
    const answer = await fetch(`${origin}/door/${door}`, { method: "POST", body: JSON.stringify(message) });
    const reply = await answer.json();
    if (reply.problem) throw new Error(reply.problem);
    return reply;
  };
  for (;;) {
    const trace = await tell({ do: "next" });
    if (trace.end) return trace.end;
    try {
      run = new Run(trace, tell);
      await tell({ do: "ended", ...(await run.outcome(createClient)) });
    } catch (error) {
      await tell({ do: "unable", why: String(error?.stack ?? error) });
    }
  }
}

/** Puts the run's clock and waits in the place of the real ones, once for all runs. */
function prepare({ Machine }, { world }) {
  prepared = true;
  const { call } = Machine.prototype;
  Machine.prototype.call = function (event, input, ...numbers) {
    return run.told(event, numbers, call.call(this, event, input, ...numbers));
  };
  world.now = () => run.now();
  const after = world.after;
  world.after = (wait, then) => (typeof wait === "number" ? after(wait, then) : run.sleep(wait.ms, then));
}

/** One trace. */
class Run {
  #trace;
  #tell;
  #clock;
  #sent = 0;
  #allowed;
  #cancelling = new AbortController();
  #cancelsInBody = false;
  #done;
  /** Numbers of commands other than waits that are not answered yet. */
  #pending = new Set();
  #timers = new Set();

  constructor(trace, tell) {
    this.#trace = trace;
    this.#tell = tell;
    this.#clock = trace.now;
    if (trace.cancelled) this.#cancelling.abort();
  }

  /** How the call ended, and the session afterwards. */
  async outcome(createClient) {
    const client = createClient({ ...options(this.#trace), fetch: (url, settings) => this.#fetch(url, settings) });
    const outcome = {};
    try {
      outcome.value = await make(client, this.#trace.call, { signal: this.#cancelling.signal });
      if (outcome.value === undefined) outcome.value = null;
      const { status, attempts, warnings } = this.#done;
      Object.assign(outcome, { status, attempts, warnings });
    } catch (error) {
      if (error?.name !== "ClientKeysError") throw error;
      outcome.error = { ...error };
    }
    outcome.tokens = await client.auth.tokens();
    return outcome;
  }

  now() {
    return [this.#clock.wall, this.#clock.monotonic, this.#trace.jitter];
  }

  /** Takes note of commands; a wait is marked, so that it is told from the time of a request. */
  told(event, numbers, commands) {
    const HEAD = 0;
    const CHUNK = 1;
    if (event === "deliver" && numbers[1] !== HEAD && numbers[1] !== CHUNK) this.#pending.delete(numbers[0]);
    if (event === "deliver" && numbers[1] === HEAD && this.#cancelsInBody) {
      this.#cancelsInBody = false;
      queueMicrotask(() => this.#cancelling.abort());
    }
    for (const command of commands) {
      if (["fetch", "load", "lock", "store"].includes(command.do)) this.#pending.add(command.id);
      if (command.do === "abort" || command.do === "unlock") this.#pending.delete(command.id);
      if (command.do === "fetch") {
        const { timeout, limit, interruptible } = command;
        this.#allowed = { timeout, limit, interruptible };
        command.timeout = this.#trace.timeouts[this.#sent] ?? 30_000;
      } else if (command.do === "sleep") command.ms = { ms: command.ms };
      else if (command.do === "done") this.#done = command;
    }
    // Once the commands are obeyed.
    queueMicrotask(() => this.#idle());
    return commands;
  }

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

  async #fetch(url, settings) {
    const { method, headers, body } = settings;
    this.#sent += 1;
    await this.#tell({ do: "send", method, url, headers, body, ...this.#allowed });
    const [answer] = await Promise.allSettled([fetch(url, settings)]);
    const { now, cancelled, cut } = await this.#tell({ do: "sent" });
    this.#clock = now;
    if (cut) this.#cancelling.abort();
    else this.#cancelsInBody = cancelled;
    if (answer.status === "rejected") throw answer.reason;
    return answer.value;
  }
}

function options({ url, credential, policy }) {
  const { access_token: accessToken, client_key: clientKey, service_key: serviceKey, tokens } = credential;
  const { attempts, attempt_timeout: attemptTimeout, deadline, body_limit: bodyLimit, list_limit: listLimit } = policy;
  const scopeSpelling = policy.spelling?.replace(" ", "_");
  const all = { url, accessToken, clientKey, serviceKey, tokens, attempts, attemptTimeout, timeout: deadline, bodyLimit, listLimit, scopeSpelling };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value != null));
}

/** The call by the package's own methods. */
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
