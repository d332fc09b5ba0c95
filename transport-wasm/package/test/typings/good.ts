// Every call of the published reference, and every one beside them.
import { ClientKeysError, ClientKeysManager, createClient, localStorageStore } from "fluxbase-client-keys";
import type { ClientKey, CreateClientKeyRequest, FluxbaseFetch, TokenPair, UpdateClientKeyRequest } from "fluxbase-client-keys";

export async function published(): Promise<void> {
  const client = createClient({ url: 'http://localhost:8080' })
  await client.auth.login({ email: 'user@example.com', password: 'password' })
  {
    const { client_key, key } = await client.management.clientKeys.create({
      name: 'Production Service',
      description: 'Client key for production service',
      scopes: ['read:users', 'write:users'],
      rate_limit_per_minute: 100,
      expires_at: '2025-12-31T23:59:59Z'
    })
    console.log('Client Key:', key, client_key.id)
  }
  await client.management.clientKeys.delete('key-uuid')
  const clientKey = await client.management.clientKeys.get('key-uuid')
  console.log('Last used:', clientKey.last_used_at)
  const { client_keys, total } = await client.management.clientKeys.list()
  client_keys.forEach(key => {
    console.log(`${key.name}: ${key.key_prefix}... (expires: ${key.expires_at})`)
  })
  await client.management.clientKeys.revoke('key-uuid')
  const updated = await client.management.clientKeys.update('key-uuid', {
    name: 'Updated Name',
    rate_limit_per_minute: 200
  })
  const count: number = total;
  const name: string = updated.name;
  console.log(count, name);
}

/** The published SDK's, as far as it matters here. */
declare class PublishedFetch {
  private token: string | null;
  get<T = unknown>(path: string, options?: { headers?: Record<string, string> }): Promise<T>;
  post<T = unknown>(path: string, body?: unknown, options?: { headers?: Record<string, string> }): Promise<T>;
  patch<T = unknown>(path: string, body?: unknown, options?: { headers?: Record<string, string> }): Promise<T>;
  delete<T = unknown>(path: string, options?: { headers?: Record<string, string> }): Promise<T>;
}

export const repaired = (client: { fetch: PublishedFetch }): ClientKeysManager => new ClientKeysManager(client.fetch);

export async function ours(object: FluxbaseFetch, signal: AbortSignal): Promise<string | undefined> {
  const manager = new ClientKeysManager(object);
  new ClientKeysManager(object, { wasm: new Uint8Array() });
  const alone = new ClientKeysManager(null, { url: new URL("https://fluxbase.example.com"), accessToken: "token" });
  const request: CreateClientKeyRequest = { name: "n", scopes: [], expires_at: new Date() };
  const updates: UpdateClientKeyRequest = { description: "" };
  const { message }: { message: string } = await manager.revoke("id", { signal, timeout: 1000 });
  const { skipped } = await alone.list({ user_id: "id" });
  await alone.create(request, { idempotent: true });
  const key: ClientKey = await alone.update("id", updates, { allowNoScopes: true });
  const client = createClient({
    url: "https://fluxbase.example.com",
    store: localStorageStore("session"),
    onToken: async (tokens) => console.log(tokens?.expires_at),
    onWarning: (warning) => console.log(warning.length),
    fetch: globalThis.fetch,
    timeout: 1,
    attemptTimeout: 1,
    attempts: 1,
    scopeSpelling: "new",
    wasm: "/machine.wasm",
  });
  await client.ready();
  const result = await client.auth.signIn({ email: "e", password: "p" });
  const { user } = result.requires_2fa ? await client.auth.verify2fa({ user_id: result.user_id, code: "1" }) : result;
  await client.auth.adminLogin({ email: "e", password: "p" });
  await client.auth.refresh({ signal });
  const tokens: TokenPair | null = await client.auth.tokens();
  if (tokens) await client.auth.restore(tokens);
  await client.auth.forget();
  await client.auth.signOut();
  try {
    console.log((await client.health()).status, message, skipped, key.revoked_at);
  } catch (error) {
    if (error instanceof ClientKeysError && error.kind === "rate_limited") return `${error.retryAfter} ${error.outcome}`;
  }
  return user.email;
}
