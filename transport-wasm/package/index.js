// @ts-check
/** The package for browsers and workers. */
import { packageFor } from "./package.js";
import { beside, read } from "./load-web.js";

export { ClientKeysError } from "./error.js";
export { localStorageStore } from "./store.js";

export const { createClient, ClientKeysManager } = /* @__PURE__ */ packageFor(beside, read);
