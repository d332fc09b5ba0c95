// @ts-check
/** The published SDK's fetch object, as far as client keys need it. */

/** The error that it rejects with. @param {number} status @param {unknown} [details] the answer's body */
export const refusal = (status, details) => Object.assign(new Error(`status ${status}`), { name: "FluxbaseError", status, details });

/**
 * Sends as the published SDK does: JSON is parsed where it is JSON, all else is text, and a bad status is an error.
 * @param {string} url the server's
 * @param {string} token
 * @returns {import("fluxbase-client-keys").FluxbaseFetch}
 */
export function publishedFetch(url, token) {
  /** @param {string} method @param {string} path @param {unknown} [body] */
  const send = async (method, path, body) => {
    const headers = { "content-type": "application/json", authorization: `Bearer ${token}` };
    const answer = await fetch(url + path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const isJson = answer.headers.get("content-type")?.includes("json");
    const read = await (isJson ? answer.json() : answer.text());
    if (!answer.ok) throw refusal(answer.status, read);
    return read;
  };
  return {
    get: (path) => send("GET", path),
    post: (path, body) => send("POST", path, body),
    patch: (path, body) => send("PATCH", path, body),
    delete: (path) => send("DELETE", path),
  };
}
