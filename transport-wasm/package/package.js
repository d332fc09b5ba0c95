// @ts-check
/** What the package exports, for one way of loading the WebAssembly. */
import { Connection } from "./connection.js";
import { SETTINGS, throughFetchObject } from "./fetch-object.js";
import { exported, keyInput, picked } from "./input.js";
import { loader } from "./load.js";
import {
  ADMIN_SIGN_IN, CREATE, DELETE, FORGET, GET, HEALTH, LIST, REFRESH, RESTORE, REVOKE, SIGN_IN, SIGN_OUT, TOKENS, UPDATE, VERIFY_2FA,
} from "./machine.js";

/**
 * Makes one of the documented calls.
 * @typedef {(operation: number, id: unknown, request?: any, options?: any) => Promise<any>} Ask
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
          connection.call(operation, keyInput(operation, id, request, options), options);
      }
    }

    /** @param {unknown} request @param {CallOptions} [options] */
    create(request, options) {
      return this.#ask(CREATE, null, request ?? {}, options);
    }

    /** @param {CallOptions} [options] */
    list(options) {
      return this.#ask(LIST, null, null, options);
    }

    /** @param {unknown} id @param {CallOptions} [options] */
    get(id, options) {
      return this.#ask(GET, id, null, options);
    }

    /** @param {unknown} id @param {unknown} updates @param {CallOptions} [options] */
    update(id, updates, options) {
      return this.#ask(UPDATE, id, updates ?? {}, options);
    }

    /** @param {unknown} id @param {CallOptions} [options] */
    revoke(id, options) {
      return this.#ask(REVOKE, id, null, options);
    }

    /** @param {unknown} id @param {CallOptions} [options] */
    delete(id, options) {
      return this.#ask(DELETE, id, null, options);
    }
  }

  /** @param {import("./index.js").ClientOptions} options */
  function createClient(options) {
    const connection = new Connection(options, load);
    /**
     * A method whose arguments are these members of an object.
     * @param {number} operation
     * @param {...string} members
     */
    const taking = (operation, ...members) => {
      /** @param {any} given @param {CallOptions} [options] */
      return async (given, options) =>
        connection.call(operation, picked(given, members), options);
    };
    /**
     * A method without arguments.
     * @param {number} operation
     */
    const plain = (operation) => (/** @type {CallOptions | undefined} */ options) =>
      connection.call(operation, {}, options);
    const signIn = taking(SIGN_IN, "email", "password");
    return {
      auth: {
        login: signIn,
        signIn,
        verify2fa: taking(VERIFY_2FA, "user_id", "code"),
        adminLogin: taking(ADMIN_SIGN_IN, "email", "password"),
        refresh: plain(REFRESH),
        signOut: plain(SIGN_OUT),
        tokens: plain(TOKENS),
        /** @param {any} tokens @param {CallOptions} [options] */
        restore: (tokens, options) => connection.call(RESTORE, { tokens: exported(tokens) }, options),
        forget: plain(FORGET),
      },
      management: { clientKeys: new ClientKeysManager(connection) },
      /** @param {CallOptions} [options] */
      ready: async (options) => void (await connection.ready("load", options)),
      health: plain(HEALTH),
    };
  }

  return { createClient, ClientKeysManager };
}
