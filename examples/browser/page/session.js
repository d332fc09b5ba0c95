// @ts-check
/** Whoever is signed in, and the client that works for them. All of it is in memory and gone with the page. */
import { createClient } from "./package/index.js";
import { KnownKeys } from "./known.js";
import { clientError } from "./notice.js";

/** @typedef {import("../../../transport-wasm/package/index.js").Client} Client */
/** @typedef {"user" | "admin" | "token" | "key"} Method */
/** @typedef {{ name: string, secret: string }} Given what was entered: an e-mail address, if any, and what proves it */

/** How a person without an address is called. */
const WITHOUT_NAME = { token: "Access token", key: "Client key" };

export class Session {
  /** @type {Client} */
  #client;
  /** @type {AbortController} aborted when the session ends */
  #life = new AbortController();

  /**
   * @param {string} server
   * @param {Method} method
   * @param {Client} client
   * @param {string} who
   */
  constructor(server, method, client, who) {
    this.server = server;
    this.method = method;
    this.#client = client;
    this.who = who;
    this.known = new KnownKeys(server);
  }

  /**
   * Signs in; a second factor may be wanted after it.
   * @param {string} server
   * @param {Method} method
   * @param {Given} given
   * @returns {Promise<Session | SecondFactor>}
   */
  static async start(server, method, given) {
    if (method === "token" || method === "key") {
      const credential = method === "token" ? { accessToken: given.secret } : { clientKey: given.secret };
      const client = createClient({ url: server, ...credential });
      // Whether it works, the first list tells.
      await client.ready();
      return new Session(server, method, client, WITHOUT_NAME[method]);
    }
    const client = createClient({ url: server });
    const credentials = { email: given.name, password: given.secret };
    if (method === "admin") {
      await client.auth.adminLogin(credentials);
      return new Session(server, method, client, given.name);
    }
    const result = await client.auth.login(credentials);
    const session = new Session(server, method, client, given.name);
    return "requires_2fa" in result && result.requires_2fa ? new SecondFactor(session, client, result.user_id) : session;
  }

  /** The calls of the package, by their names there. */
  get clientKeys() {
    return this.#client.management.clientKeys;
  }

  /** For the last argument of a call: it is given up when the session ends. */
  get options() {
    return { signal: this.#life.signal };
  }

  /** Ends it, here and, where there is one, on the server. What was asked for and not answered is given up. */
  async end() {
    this.#life.abort();
    this.known.clear();
    if (this.method === "user" || this.method === "admin") await this.#client.auth.signOut();
  }
}

/** A sign-in that waits for a code. */
export class SecondFactor {
  #session;
  #client;
  #userId;

  /**
   * @param {Session} session
   * @param {Client} client
   * @param {string} userId
   */
  constructor(session, client, userId) {
    this.#session = session;
    this.#client = client;
    this.#userId = userId;
  }

  /** @param {string} code */
  async verify(code) {
    await this.#client.auth.verify2fa({ user_id: this.#userId, code });
    return this.#session;
  }
}

/**
 * Whether the error says that nobody is signed in any more: there is no session, or its renewal or its token was refused.
 * @param {unknown} error
 */
export const isOver = (error) => ["sign_in_needed", "refused"].includes(clientError(error)?.kind ?? "");
