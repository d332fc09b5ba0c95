// @ts-check
/** What the package exports, for one way of loading the WebAssembly. */
import { Connection } from "./connection.js";
import { SETTINGS, throughFetchObject } from "./fetch-object.js";
import { exported, keyInput, texts } from "./input.js";

/**
 * Makes one of the documented calls.
 * @typedef {(operation: string, name: string, id: unknown, request: any, options: any) => Promise<any>} Ask
 */

/** @typedef {import("./index.js").CallOptions} CallOptions */

/**
 * @param {() => URL} beside
 * @param {import("./load.js").Read} read
 */
export function packageFor(beside, read) {
  class ClientKeysManager {
    /** @type {Ask} */
    #ask;

    /**
     * @param {import("./index.js").FluxbaseFetch | Connection | null} fetch
     * @param {import("./index.js").ClientOptions} [options]
     */
    constructor(fetch, options) {
      if (fetch && !(fetch instanceof Connection)) {
        this.#ask = throughFetchObject(fetch, new Connection({ ...SETTINGS, wasm: options?.wasm }, beside, read));
      } else {
        const connection = fetch ?? new Connection(/** @type {any} */ (options), beside, read);
        this.#ask = (operation, name, id, request, options) =>
          connection.call(operation, name, () => keyInput(operation, name, id, request, options ?? {}), options);
      }
    }

    /** @param {unknown} request @param {CallOptions} [options] */
    create(request, options) {
      return this.#ask("create", "create client key", null, request ?? {}, options);
    }

    /** @param {CallOptions} [options] */
    list(options) {
      return this.#ask("list", "list client keys", null, null, options);
    }

    /** @param {unknown} id @param {CallOptions} [options] */
    get(id, options) {
      return this.#ask("get", "get client key", id, null, options);
    }

    /** @param {unknown} id @param {unknown} updates @param {CallOptions} [options] */
    update(id, updates, options) {
      return this.#ask("update", "update client key", id, updates ?? {}, options);
    }

    /** @param {unknown} id @param {CallOptions} [options] */
    revoke(id, options) {
      return this.#ask("revoke", "revoke client key", id, null, options);
    }

    /** @param {unknown} id @param {CallOptions} [options] */
    delete(id, options) {
      return this.#ask("delete", "delete client key", id, null, options);
    }
  }

  /** @param {import("./index.js").ClientOptions} options */
  function createClient(options) {
    const connection = new Connection(options, beside, read);
    /**
     * @param {string} operation
     * @param {string} name
     * @param {Record<string, unknown>} members
     * @param {CallOptions} [options]
     */
    const call = (operation, name, members, options) =>
      connection.call(operation, name, (name) => texts(name, members), options);
    /** @param {string} operation @param {string} name */
    const signInBy = (operation, name) => {
      /** @param {any} credentials @param {CallOptions} [options] */
      return async (credentials, options) => {
        const { email, password } = credentials ?? {};
        return call(operation, name, { email, password }, options);
      };
    };
    const signIn = signInBy("sign_in", "sign in");
    return {
      auth: {
        login: signIn,
        signIn,
        /** @param {any} answer @param {CallOptions} [options] */
        async verify2fa(answer, options) {
          const { user_id, code } = answer ?? {};
          return call("verify_2fa", "verify two-factor code", { user_id, code }, options);
        },
        adminLogin: signInBy("admin_sign_in", "sign in as administrator"),
        /** @param {CallOptions} [options] */
        refresh: async (options) => void (await call("refresh", "refresh tokens", {}, options)),
        /** @param {CallOptions} [options] */
        signOut: (options) => call("sign_out", "sign out", {}, options),
        /** @param {CallOptions} [options] */
        tokens: (options) => call("tokens", "export tokens", {}, options),
        /** @param {any} tokens @param {CallOptions} [options] */
        restore: async (tokens, options) =>
          void (await call("restore", "restore tokens", { tokens: exported(tokens) }, options)),
        /** @param {CallOptions} [options] */
        forget: async (options) => void (await call("forget", "forget tokens", {}, options)),
      },
      management: { clientKeys: new ClientKeysManager(connection) },
      /** @param {CallOptions} [options] */
      ready: async (options) => void (await connection.ready("load", options)),
      /** @param {CallOptions} [options] */
      health: (options) => call("health", "check health", {}, options),
    };
  }

  return { createClient, ClientKeysManager };
}
