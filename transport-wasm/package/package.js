// @ts-check
/** What the package exports, for one way of loading the WebAssembly. */
import { Connection } from "./connection.js";
import { SETTINGS, throughFetchObject } from "./fetch-object.js";
import { exported, keyInput, nameOf } from "./input.js";
import { loader } from "./load.js";

/**
 * Makes one of the documented calls.
 * @typedef {(operation: string, id: unknown, request?: any, options?: any) => Promise<any>} Ask
 */

/** @typedef {import("./index.js").CallOptions} CallOptions */

/**
 * @param {() => URL} beside
 * @param {import("./load.js").Read} read
 */
export function packageFor(beside, read) {
  const load = loader(beside, read);

  class ClientKeysManager {
    /** @type {Ask} */
    #ask;

    /**
     * @param {import("./index.js").FluxbaseFetch | Connection | null} fetch
     * @param {import("./index.js").ClientOptions} [options]
     */
    constructor(fetch, options) {
      if (fetch && !(fetch instanceof Connection)) {
        this.#ask = throughFetchObject(fetch, new Connection({ ...SETTINGS, wasm: options?.wasm }, load));
      } else {
        const connection = fetch ?? new Connection(/** @type {any} */ (options), load);
        this.#ask = async (operation, id, request, options) =>
          connection.call(operation, nameOf(operation), keyInput(operation, id, request, options), options);
      }
    }

    /** @param {unknown} request @param {CallOptions} [options] */
    create(request, options) {
      return this.#ask("create", null, request ?? {}, options);
    }

    /** @param {CallOptions} [options] */
    list(options) {
      return this.#ask("list", null, null, options);
    }

    /** @param {unknown} id @param {CallOptions} [options] */
    get(id, options) {
      return this.#ask("get", id, null, options);
    }

    /** @param {unknown} id @param {unknown} updates @param {CallOptions} [options] */
    update(id, updates, options) {
      return this.#ask("update", id, updates ?? {}, options);
    }

    /** @param {unknown} id @param {CallOptions} [options] */
    revoke(id, options) {
      return this.#ask("revoke", id, null, options);
    }

    /** @param {unknown} id @param {CallOptions} [options] */
    delete(id, options) {
      return this.#ask("delete", id, null, options);
    }
  }

  /** @param {import("./index.js").ClientOptions} options */
  function createClient(options) {
    const connection = new Connection(options, load);
    /**
     * A method whose arguments are these members of an object.
     * @param {string} operation
     * @param {string} name
     * @param {...string} members
     */
    const taking = (operation, name, ...members) => {
      /** @param {any} given @param {CallOptions} [options] */
      return async (given, options) =>
        connection.call(operation, name, Object.fromEntries(members.map((member) => [member, given?.[member]])), options);
    };
    /**
     * A method without arguments.
     * @param {string} operation
     * @param {string} name
     */
    const plain = (operation, name) => (/** @type {CallOptions | undefined} */ options) =>
      connection.call(operation, name, {}, options);
    /**
     * The same, which gives nothing.
     * @param {string} operation
     * @param {string} name
     */
    const silent = (operation, name) => async (/** @type {CallOptions | undefined} */ options) =>
      void (await connection.call(operation, name, {}, options));
    const signIn = taking("sign_in", "sign in", "email", "password");
    return {
      auth: {
        login: signIn,
        signIn,
        verify2fa: taking("verify_2fa", "verify two-factor code", "user_id", "code"),
        adminLogin: taking("admin_sign_in", "sign in as administrator", "email", "password"),
        refresh: silent("refresh", "refresh tokens"),
        signOut: plain("sign_out", "sign out"),
        tokens: plain("tokens", "export tokens"),
        /** @param {any} tokens @param {CallOptions} [options] */
        restore: async (tokens, options) =>
          void (await connection.call("restore", "restore tokens", { tokens: exported(tokens) }, options)),
        forget: silent("forget", "forget tokens"),
      },
      management: { clientKeys: new ClientKeysManager(connection) },
      /** @param {CallOptions} [options] */
      ready: async (options) => void (await connection.ready("load", options)),
      health: plain("health", "check health"),
    };
  }

  return { createClient, ClientKeysManager };
}
