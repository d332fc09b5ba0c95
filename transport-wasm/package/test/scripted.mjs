// @ts-check
/** A server that grants tokens, as a `fetch`: for what depends on which answer comes first. */

/**
 * A store in memory that several clients may share.
 * @param {string | null} [kept]
 */
export const memoryStore = (kept = null) => ({
  kept,
  load() {
    return this.kept;
  },
  save(/** @type {string} */ text) {
    this.kept = text;
  },
  clear() {
    this.kept = null;
  },
});

/** @param {unknown} body @param {number} [status] */
export const json = (body, status = 200) =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json" } });

/** A promise, and what resolves it. */
export function gate() {
  let open = () => {};
  const opened = new Promise((resolve) => (open = () => resolve(undefined)));
  return { open, opened };
}

/** @param {number} milliseconds */
export const after = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/**
 * Grants tokens one after the other: `access-1` and so on. A refresh token is good once.
 * @param {(path: string) => unknown} [before] what is awaited before the answer, which has been decided by then
 */
export function granting(before) {
  let grants = 0;
  /** @type {Set<string>} */
  const good = new Set();
  /** @type {string[]} */
  const asked = [];
  /** @param {object} [more] */
  const grant = (more) => {
    grants++;
    const refresh_token = `refresh-token-of-some-length-${grants}`;
    good.add(refresh_token);
    return json({ access_token: `access-${grants}`, refresh_token, expires_in: 900, ...more });
  };
  /** @param {string} path @param {string} body */
  const answer = (path, body) => {
    if (path.endsWith("signin")) return grant({ user: { id: "0b5e4b36-3b8e-4f0e-9b43-6a0d6f3f7a11", email: "ada@example.com" } });
    if (path.endsWith("refresh")) return good.delete(JSON.parse(body).refresh_token) ? grant() : json({ error: "invalid refresh token" }, 401);
    if (path === "/health") return json({ status: "ok" });
    return path.endsWith("signout") ? json({ message: "m" }) : json([]);
  };
  /** @type {typeof globalThis.fetch} */
  const send = async (input, init) => {
    const path = new URL(`${input}`).pathname;
    const header = new Headers(init?.headers).get("authorization") ?? "";
    asked.push(`${path.replace(/.*\//, "")} ${header.replace("Bearer ", "")}`.trim());
    const given = answer(path, `${init?.body}`);
    await before?.(path);
    return given;
  };
  return Object.assign(send, { asked });
}

/** Tokens that have ended, and can be renewed by nobody but a server that knows them. */
export const ENDED = { access_token: "access-0", refresh_token: "refresh-token-of-some-length-0", expires_at: "2026-01-01T00:00:00Z", admin: false };

export const ADA = { email: "ada@example.com", password: "correct horse" };
