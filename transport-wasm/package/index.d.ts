/**
 * Client keys of a Fluxbase server, from a browser, a worker or Node.
 *
 * ```js
 * const client = createClient({ url: "http://localhost:8080" });
 * await client.auth.login({ email: "user@example.com", password: "password" });
 * const { client_key, key } = await client.management.clientKeys.create({ name: "ci", scopes: ["read:tables"] });
 * ```
 *
 * Every call that fails rejects with a {@link ClientKeysError}, and with nothing else.
 */

/** Makes a client. Nothing is loaded, sent or checked before the first call; a wrong URL is that call's rejection. */
export function createClient(options: ClientOptions): Client;

/** A client of one server: one session, one set of tokens, whatever number of calls at a time. */
export interface Client {
  /** Signing in and out, and the tokens. */
  readonly auth: Auth;
  /** What can be managed. */
  readonly management: {
    /** The client keys. */
    readonly clientKeys: ClientKeysManager;
  };
  /** Loads the WebAssembly and checks the options now; every call does so by itself. */
  ready(options?: CallOptions): Promise<void>;
  /** Asks the server how it is; needs no credential. */
  health(options?: CallOptions): Promise<Health>;
}

/** How a client is made. */
export interface ClientOptions {
  /**
   * The server, with a path where it stands behind one: `https://fluxbase.example.com`. Plain `http:` goes to this machine
   * only, unless {@link allowPlainHttp} is set.
   */
  url: string | URL;
  /** An access token from elsewhere, used as it is and never renewed. Instead of signing in. */
  accessToken?: string;
  /**
   * A client key (`fbk_…`), instead of signing in. Servers with usual settings do not let a page of another origin send
   * one: for that `X-Client-Key` must be among the headers that their CORS settings allow.
   */
  clientKey?: string;
  /** A service key, instead of signing in. It may do everything: it belongs in no browser. Of CORS the same holds. */
  serviceKey?: string;
  /** Tokens of an earlier session, as {@link onToken} and {@link Auth.tokens} gave them. They are renewed. */
  tokens?: TokenPair;
  /** Where tokens are kept. Without one they are in memory, and end with the page. */
  store?: TokenStore;
  /**
   * Told of new tokens before they are used for the first time, and of `null` when there are none any more. What it
   * resolves to is awaited; where it fails, the call goes on and warns. So it must not wait for a call of the same client,
   * which may be waiting for these tokens, or for its turn.
   */
  onToken?: (tokens: TokenPair | null) => void | Promise<void>;
  /** Told of what is no failure and worth knowing: a list with elements that could not be read, tokens not stored. */
  onWarning?: (warning: string) => void;
  /** Used instead of the global `fetch`. */
  fetch?: typeof globalThis.fetch;
  /** Milliseconds for a whole call, with everything that is sent again or waited for: 120,000. */
  timeout?: number;
  /** Milliseconds for one request, to the last byte of its answer: 30,000. */
  attemptTimeout?: number;
  /** How often one request is sent at most, where sending it again does no harm: 4. */
  attempts?: number;
  /** The largest answer in bytes: 16 MiB. */
  bodyLimit?: number;
  /** The largest list in bytes: 1 GiB. */
  listLimit?: number;
  /**
   * Which spelling of scopes is sent. Servers before April 2026 want `read:tables`, later ones `tables:read`, and refuse
   * the other; `auto`, the default, finds out with at most one request. `as_given` changes nothing.
   */
  scopeSpelling?: "auto" | "old" | "new" | "as_given";
  /** Whether credentials may go in clear, by `http:`, to another machine. */
  allowPlainHttp?: boolean;
  /** The WebAssembly, where it does not stand beside this module: an address, its bytes, or compiled. */
  wasm?: WasmSource;
}

/** Where the WebAssembly is: an address, its bytes, or compiled. */
export type WasmSource = string | URL | ArrayBuffer | ArrayBufferView | WasmModule;

/** A `WebAssembly.Module`, which projects for Node have no type for. */
export type WasmModule = object;

/** What every call takes last. */
export interface CallOptions {
  /** Ends the call when it is aborted. What was sent may have taken effect: see {@link ClientKeysError.outcome}. */
  signal?: AbortSignal;
  /** Milliseconds for this call, in place of the client's. */
  timeout?: number;
}

/** Signing in and out. */
export interface Auth {
  /**
   * Signs in; later calls use and renew the tokens. Never sent again by itself: five wrong passwords lock an account.
   *
   * With two-factor authentication the result has `requires_2fa`, and {@link verify2fa} ends the sign-in.
   */
  login(credentials: Credentials, options?: CallOptions): Promise<SignInResult>;
  /** The same under its other name. */
  signIn(credentials: Credentials, options?: CallOptions): Promise<SignInResult>;
  /** Ends a sign-in that asked for a code. */
  verify2fa(answer: { user_id: string; code: string }, options?: CallOptions): Promise<{ user: User }>;
  /** Signs in an administrator. */
  adminLogin(credentials: Credentials, options?: CallOptions): Promise<{ user: User }>;
  /** Renews the tokens now; calls do it by themselves when it is needed, once for all that wait. */
  refresh(options?: CallOptions): Promise<void>;
  /**
   * Ends the session, and forgets the tokens, in the store too. The refresh token is dead then; real servers go on taking
   * the access token until it ends by itself.
   */
  signOut(options?: CallOptions): Promise<{ message?: string }>;
  /** The tokens of the session, or `null`. */
  tokens(options?: CallOptions): Promise<TokenPair | null>;
  /** Goes on with other tokens. */
  restore(tokens: TokenPair, options?: CallOptions): Promise<void>;
  /** Forgets tokens and credentials, in the store too, and tells the server nothing. */
  forget(options?: CallOptions): Promise<void>;
}

/** What somebody signs in with. */
export interface Credentials {
  /** The e-mail address. */
  email: string;
  /** The password. */
  password: string;
}

/** Signed in, or a code is wanted first. */
export type SignInResult =
  | { user: User; requires_2fa?: undefined; user_id?: undefined }
  | { requires_2fa: true; user_id: string; user?: undefined };

/** Who is signed in, as far as the server says. */
export interface User {
  /** The user's id. */
  id?: string;
  /** The e-mail address. */
  email?: string;
  /** What the user is, such as `authenticated` or `instance_admin`. */
  role?: string;
}

/** The tokens of a session. Keep them like a password. */
export interface TokenPair {
  /** Sent with each request. */
  access_token: string;
  /** Buys the next pair, once. */
  refresh_token?: string;
  /** When the access token ends, in UTC. */
  expires_at?: string;
  /** Whether they are an administrator's. */
  admin: boolean;
}

/** A place for tokens. Each function may answer at once or by a promise; where one fails, the call goes on and warns. */
export interface TokenStore {
  /** Names the place: those who share it take turns in renewing. The server's URL unless given. */
  readonly name?: string;
  /** What was saved last, or nothing. Read before the first call, and again before each renewal. */
  load(): string | null | undefined | Promise<string | null | undefined>;
  /** Keeps the text, which is a secret. */
  save(text: string): void | Promise<void>;
  /** Forgets it. */
  clear(): void | Promise<void>;
}

/**
 * Keeps the tokens in `localStorage` under this name. Tabs of the origin share the session then, and its renewals. Every
 * script of the origin can read them.
 */
export function localStorageStore(key?: string): TokenStore;

/** How a server is. */
export interface Health {
  /** `ok`, `degraded` where something that it needs is away, or another word. */
  status: string;
  /** Whether it has its database, where it says so. */
  database?: boolean;
}

/**
 * Creates, lists, reads, changes, revokes and deletes client keys: credentials with which services authenticate without
 * a user's own.
 */
export class ClientKeysManager {
  /**
   * Through the published SDK's fetch object, which knows server and session: `new ClientKeysManager(client.fetch)`.
   * It is called as documented and no more often, so nothing is sent again or renewed here, options of the calls have no
   * effect, and scopes go as they are given. Of the options only where the WebAssembly is has a meaning.
   */
  constructor(fetch: FluxbaseFetch, options?: Pick<ClientOptions, "wasm">);
  /** On its own. */
  constructor(fetch: null, options: ClientOptions);

  /**
   * Creates a client key. The result has the whole key in `key`; it is told this once and never again.
   *
   * Never sent twice where that could create two, so an error can leave open whether there is a key: its `outcome` says. But
   * a browser may repeat a request by itself when a connection breaks; {@link CreateOptions.idempotent} prevents a second key.
   */
  create(request: CreateClientKeyRequest, options?: CreateOptions): Promise<CreateClientKeyResponse>;
  /**
   * Lists client keys, newest first, revoked and expired ones too.
   *
   * Real servers do not show users the keys that they made themselves, but administrators everything. So a list proves
   * that a key exists, never that there is none, unless an administrator asked; by its id each key is found.
   */
  list(options?: ListOptions): Promise<ListClientKeysResponse>;
  /** Reads one client key. To a server it is as much work as a list: for many keys, list. */
  get(keyId: string, options?: CallOptions): Promise<ClientKey>;
  /** Changes what is given and leaves the rest; resolves to the key in its new state. */
  update(keyId: string, updates: UpdateClientKeyRequest, options?: UpdateOptions): Promise<ClientKey>;
  /** Ends a client key's use at once and for good; its record remains. */
  revoke(keyId: string, options?: CallOptions): Promise<RevokeClientKeyResponse>;
  /** Removes a client key for good. */
  delete(keyId: string, options?: CallOptions): Promise<DeleteClientKeyResponse>;
}

/** The part of the published SDK's fetch object that is used; each resolves to what the JSON of the answer says. */
export interface FluxbaseFetch {
  /** Sends a GET. */
  get(path: string): Promise<unknown>;
  /** Sends a POST. */
  post(path: string, body?: unknown): Promise<unknown>;
  /** Sends a PATCH. */
  patch(path: string, body?: unknown): Promise<unknown>;
  /** Sends a DELETE. */
  delete(path: string): Promise<unknown>;
}

/** A client key, without the plaintext. Instants are ISO 8601 in UTC: `2031-12-31T23:59:59Z`. */
export interface ClientKey {
  /** The id, by which it is found; not a secret. */
  id: string;
  /** The name; need not be unique. */
  name: string;
  /** What it is for. */
  description?: string;
  /** The first characters of the plaintext, to tell keys apart. */
  key_prefix: string;
  /** What it may do. */
  scopes: string[];
  /** Requests a minute. No known server enforces it. */
  rate_limit_per_minute?: number;
  /** Who owns it. Real servers store no owner. */
  user_id?: string;
  /** The namespaces that it is bound to, where it is. */
  allowed_namespaces?: string[];
  /** When it was created. */
  created_at?: string;
  /** When anything last changed in its record: a use does, too. */
  updated_at?: string;
  /** When it was last used. */
  last_used_at?: string;
  /** When it ends. */
  expires_at?: string;
  /** When it was revoked. */
  revoked_at?: string;
}

/** A client key to be. */
export interface CreateClientKeyRequest {
  /** The name, not empty. */
  name: string;
  /** What it is for. */
  description?: string;
  /**
   * What it may do. Every known server wants at least one, and only ones that it knows: `read:users` and `write:users`, with
   * which the reference shows it, are among those of none.
   */
  scopes: string[];
  /** Requests a minute, a whole number up to 2147483647. */
  rate_limit_per_minute?: number;
  /** When it is to end: ISO 8601 with a time zone, or a `Date`. It cannot be changed later. */
  expires_at?: string | Date;
}

/** How a client key is created. */
export interface CreateOptions extends CallOptions {
  /**
   * Whether an `Idempotency-Key` goes along, so that an answer that was lost can be asked for again. Servers with usual
   * settings do not let a page of another origin send one.
   */
  idempotent?: boolean;
}

/** A new client key. */
export interface CreateClientKeyResponse {
  /** Its record. */
  client_key: ClientKey;
  /** The plaintext. Store it now: it is not told again. */
  key: string;
}

/** Whose client keys. */
export interface ListOptions extends CallOptions {
  /** Only those of this user; administrators may ask for any. */
  user_id?: string;
}

/** Client keys. */
export interface ListClientKeysResponse {
  /** The keys; empty where there are none. */
  client_keys: ClientKey[];
  /** How many the server says that there are; else how many it sent. */
  total: number;
  /** How many elements could not be read and are left out. */
  skipped: number;
}

/** What to change; what is left out stays as it is. */
export interface UpdateClientKeyRequest {
  /** A new name, not empty. */
  name?: string;
  /** A new description; `""` empties it. */
  description?: string;
  /** New scopes in place of all that there are: at least one, unless {@link UpdateOptions.allowNoScopes} is set. */
  scopes?: string[];
  /** Requests a minute. */
  rate_limit_per_minute?: number;
}

/** How a client key is changed. */
export interface UpdateOptions extends CallOptions {
  /** Whether an empty `scopes` is meant: it takes every scope away, so that the key can do nothing. */
  allowNoScopes?: boolean;
}

/** A revocation's confirmation. */
export interface RevokeClientKeyResponse {
  /** In the server's words. */
  message: string;
}

/** A deletion's confirmation. */
export interface DeleteClientKeyResponse {
  /** In the server's words, where it has any. */
  message: string;
}

/** What went wrong, in one word. */
export type ErrorKind =
  /** What was passed cannot be sent; nothing was. */
  | "invalid_input"
  /** The credential, or the e-mail address and password, was refused. */
  | "refused"
  /** The session has ended: sign in. Where there was none, it is `invalid_input`. */
  | "sign_in_needed"
  /** Known, and not allowed. */
  | "forbidden"
  /** There is no such client key. */
  | "not_found"
  /** An idempotency key is in use. */
  | "conflict"
  /** Too many requests. */
  | "rate_limited"
  /** The server cannot answer for now, and says so. */
  | "unavailable"
  /** The server failed. */
  | "server"
  /** The request was not taken. */
  | "rejected"
  /** A redirect, which is never followed. */
  | "redirected"
  /** The answer is not one of a Fluxbase server. */
  | "not_fluxbase"
  /** The answer is not what was promised. */
  | "unexpected_response"
  /** The answer exceeds a limit. */
  | "response_too_large"
  /** There was no complete answer: the network, the server away, or CORS. */
  | "transport"
  /** The time for the call ran out between two requests; where it cuts a request short, it is `transport`. */
  | "deadline_exceeded"
  /** The call's signal was aborted; the reason is the error's `cause`. */
  | "cancelled"
  /** The WebAssembly could not be loaded. The next call tries again. */
  | "not_loaded"
  /** The WebAssembly stopped; the next call begins anew, without the tokens that were in memory only. */
  | "broken";

/** Why a call was rejected. The message is a sentence for people; no member ever holds a secret. */
export class ClientKeysError extends Error {
  private constructor();
  readonly name: "ClientKeysError";
  /** What went wrong. */
  readonly kind: ErrorKind;
  /** What was being done, such as `create client key`. */
  readonly operation?: string;
  /** The status of the answer. */
  readonly status?: number;
  /** The server's own code, such as `INVALID_CREDENTIALS`. */
  readonly code?: string;
  /** By which the server's log finds the request. */
  readonly requestId?: string;
  /** Seconds after which the server wants to be asked again. */
  readonly retryAfter?: number;
  /** What is known of the effect: none, made, or not known. */
  readonly outcome: "not_applied" | "applied" | "unknown";
  /** How many requests were sent, with those that only asked how the server is. */
  readonly attempts?: number;
  /** Whether the same call may go better later without anybody changing anything. */
  readonly retryable: boolean;
  /** The scope that the credential lacks. */
  readonly requiredScope?: string;
}
