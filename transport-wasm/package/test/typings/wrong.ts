// Wrong uses: the compiler fails where one of them would pass.
import { ClientKeysError, ClientKeysManager, createClient } from "fluxbase-client-keys";
import type { ClientKey, FluxbaseFetch, SignInResult } from "fluxbase-client-keys";

declare const client: ReturnType<typeof createClient>;
declare const key: ClientKey;
declare const result: SignInResult;
declare const error: ClientKeysError;
declare const object: FluxbaseFetch;
const { clientKeys } = client.management;

// @ts-expect-error A url is needed.
createClient({});
// @ts-expect-error No options at all.
createClient();
// @ts-expect-error No such option.
createClient({ url: "u", apiKey: "k" });
// @ts-expect-error No such spelling.
createClient({ url: "u", scopeSpelling: "newest" });
// @ts-expect-error A store has to load, too.
createClient({ url: "u", store: { save() {}, clear() {} } });
// @ts-expect-error The second argument is wanted where there is no fetch object.
new ClientKeysManager(null);
// @ts-expect-error A function is no fetch object.
new ClientKeysManager(globalThis.fetch);
// @ts-expect-error The fetch object knows its server.
new ClientKeysManager(object, { url: "u" });
// @ts-expect-error An address, bytes or a module.
createClient({ url: "u", wasm: 7 });
// @ts-expect-error A name is needed.
clientKeys.create({ scopes: [] });
// @ts-expect-error Scopes are needed.
clientKeys.create({ name: "n" });
// @ts-expect-error Scopes are a list.
clientKeys.create({ name: "n", scopes: "tables:read" });
// @ts-expect-error A limit is a number.
clientKeys.create({ name: "n", scopes: [], rate_limit_per_minute: "100" });
// @ts-expect-error The end cannot be changed.
clientKeys.update("id", { expires_at: "2031-12-31T23:59:59Z" });
// @ts-expect-error What is to change is needed.
clientKeys.update("id");
// @ts-expect-error An id is needed.
clientKeys.get();
// @ts-expect-error An id is text.
clientKeys.delete(7);
// @ts-expect-error An id, not a key.
clientKeys.revoke(key);
// @ts-expect-error A signal is wanted, not its controller.
clientKeys.list({ signal: new AbortController() });
// @ts-expect-error Only creating can be idempotent.
clientKeys.get("id", { idempotent: true });
// @ts-expect-error A password is needed.
client.auth.login({ email: "e" });
// @ts-expect-error The plaintext is beside the record, not in it.
key.key;
// @ts-expect-error The server may leave it out.
key.expires_at.length;
// @ts-expect-error The record is read, not a status.
key.is_active;
// @ts-expect-error A code may be wanted first.
result.user.email;
// @ts-expect-error No such kind.
error.kind === "unauthorized";
// @ts-expect-error Errors are not made by applications.
new ClientKeysError();
