// @ts-check
/** The package for Node. */
import { packageFor } from "./package.js";
import { beside, read } from "./load-node.js";

export { ClientKeysError } from "./error.js";
export { localStorageStore } from "./store.js";

export const { createClient, ClientKeysManager } = /* @__PURE__ */ packageFor(beside, read);
