// @ts-check
/** Servers that go wrong, byte by byte. */
import { createServer } from "node:net";

const LIST = "[]";

/**
 * What happens to each request but preflights, which are answered as a default server does unless it is CORS that fails.
 * @type {Record<string, (talk: Talk) => void>}
 */
export const faults = {
  "cut before the head": ({ socket }) => socket.destroy(),
  reset: ({ socket }) => socket.resetAndDestroy(),
  "cut in the head": ({ socket }) => socket.end("HTTP/1.1 200 OK\r\nContent-Ty"),
  "cut in the body": ({ send, socket }) => send("200 OK", { "content-type": "application/json", "content-length": "1000" }, '[{"id":"key-1"', () => socket.destroy()),
  "no HTTP": ({ socket }) => socket.end("SSH-2.0-OpenSSH_9.2\r\n"),
  silent: () => {},
  "silent in the body": ({ send }) => send("200 OK", { "content-type": "application/json", "content-length": "1000" }, "["),
  "body too long": ({ send }) => send("200 OK", { "content-type": "application/json" }, `[${" ".repeat(100_000)}]`),
  "body without an end": ({ send, socket }) => {
    const piece = " ".repeat(65_536);
    const more = () => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on("drain", more);
    send("200 OK", { "content-type": "application/json", "content-length": "99999999999" }, "[", more);
  },
  "content-length too large": ({ send, socket }) => send("200 OK", { "content-type": "application/json", "content-length": "3" }, LIST, () => socket.end()),
  "content-length too small": ({ send, socket }) => send("200 OK", { "content-type": "application/json", "content-length": "2" }, `${LIST}]]`, () => socket.end()),
  "no content-type": ({ send }) => send("200 OK", {}, LIST),
  redirect: ({ send, url }) => send("302 Found", { location: `${url}/elsewhere` }, ""),
  "page of a proxy": ({ send }) => send("502 Bad Gateway", { "content-type": "text/html" }, "<html><h1>502 Bad Gateway</h1></html>"),
  "page of a proxy without CORS": ({ send }) => send("502 Bad Gateway", { "content-type": "text/html", "access-control-allow-origin": null }, "<html><h1>502 Bad Gateway</h1></html>"),
  "page instead of JSON": ({ send }) => send("200 OK", { "content-type": "text/html" }, "<!doctype html><title>App</title>"),
  "origin not allowed": ({ send }) => send("200 OK", { "content-type": "application/json", "access-control-allow-origin": null }, LIST),
  "preflight refused": ({ send }) => send("200 OK", { "content-type": "application/json" }, LIST),
  "busy, then well": ({ send, count }) =>
    count === 1
      ? send("503 Service Unavailable", { "content-type": "application/json" }, '{"error":"service_unavailable","message":"Unable to verify token status"}')
      : send("200 OK", { "content-type": "application/json" }, LIST),
  well: ({ send }) => send("200 OK", { "content-type": "application/json" }, LIST),
};

/** Faults of CORS itself: the preflight does not allow what is to be sent. */
const BLOCKING = new Set(["origin not allowed", "preflight refused"]);

/**
 * @typedef {object} Talk
 * @property {import("node:net").Socket} socket
 * @property {(status: string, headers: Record<string, string | null>, body: string, then?: () => void) => void} send
 *   a head with these headers and those of CORS, and this body; its length is added unless it is given
 * @property {number} count which request it is, from 1
 * @property {string} url
 *
 * @typedef {object} Faulty
 * @property {string} url
 * @property {string[]} requests the request lines that arrived, without preflights
 * @property {string[]} heads the heads of the same
 * @property {() => Promise<void>} close
 */

/**
 * @param {string} fault
 * @param {string} origin whose pages may read answers
 * @returns {Promise<Faulty>}
 */
export async function startFaulty(fault, origin) {
  /** @type {string[]} */
  const requests = [];
  /** @type {string[]} */
  const heads = [];
  /** @type {Set<import("node:net").Socket>} */
  const sockets = new Set();
  let url = "";

  /** @param {import("node:net").Socket} socket @param {string} head */
  const serve = (socket, head) => {
    const [line] = head.split("\r\n");
    /** @type {Talk["send"]} */
    const send = (status, headers, body, then) => {
      const all = { "access-control-allow-origin": origin, "content-length": String(Buffer.byteLength(body)), vary: "Origin", ...headers };
      const text = Object.entries(all).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(`HTTP/1.1 ${status}\r\n${text.join("")}\r\n${body}`, then);
    };
    if (line.startsWith("OPTIONS")) {
      const allowed = BLOCKING.has(fault) ? { "access-control-allow-origin": null } : {};
      return send("204 No Content", { "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS", "access-control-allow-headers": "Origin, Content-Type, Accept, Authorization", "content-length": null, connection: "close", ...allowed }, "", () => socket.end());
    }
    requests.push(line);
    heads.push(head);
    faults[fault]({ socket, send, count: requests.length, url });
  };

  const server = createServer((socket) => {
    sockets.add(socket);
    let unread = "";
    socket.setNoDelay(true).setEncoding("latin1");
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (text) => {
      unread += text;
      for (;;) {
        const end = unread.indexOf("\r\n\r\n");
        if (end < 0) return;
        const head = unread.slice(0, end);
        const length = Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0);
        if (unread.length < end + 4 + length) return;
        unread = unread.slice(end + 4 + length);
        serve(socket, head);
      }
    });
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  url = `http://127.0.0.1:${port}`;
  const close = () =>
    new Promise((closed) => {
      server.close(() => closed(undefined));
      for (const socket of sockets) socket.destroy();
    });
  // A port that nobody listens on any more.
  if (fault === "refused") await close();
  return { url, requests, heads, close: fault === "refused" ? async () => {} : () => /** @type {Promise<void>} */ (close()) };
}
