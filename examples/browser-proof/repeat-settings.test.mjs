// @ts-check
/**
 * What Chromium sends by itself a second time, which no page is told of: a request on a connection that was used before and is
 * closed without an answer. The clients say so in their read-me; here is what that rests on, and what does not help.
 */
import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, test } from "node:test";
import { launch } from "./chromium.mjs";

/** @type {import("playwright-core").Page} */
let page;
/** @type {import("playwright-core").Browser} */
let browser;
/** @type {string} */
let origin;
/** @type {() => void} */
let stop;
/** How often each path was posted to. @type {Map<string, number>} */
const copies = new Map();

/** Keeps connections open; reads what is posted, then closes without an answer. */
function serve() {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    let received = "";
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      const [head, body] = received.split("\r\n\r\n", 2);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      if (body === undefined || body.length < length) return;
      received = "";
      const [method, path] = head.split(" ", 2);
      if (method !== "POST") return socket.write("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 2\r\n\r\nok");
      copies.set(path, (copies.get(path) ?? 0) + 1);
      return socket.destroy();
    });
  });
  stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address())));
}

before(async () => {
  const { port } = await serve();
  origin = `http://127.0.0.1:${port}`;
  browser = await launch();
  page = await browser.newPage();
  await page.goto(origin);
});
after(async () => {
  await browser?.close();
  stop?.();
});

/**
 * Posts once, with the clients' settings, where a connection was used just before.
 * @param {string} path
 * @param {RequestInit} more
 * @param {"bytes" | "stream"} [kind]
 */
async function post(path, more, kind = "bytes") {
  const failed = await page.evaluate(
    async ([path, more, kind]) => {
      /** @type {RequestInit} */
      const settings = { redirect: "manual", credentials: "omit", cache: "no-store" };
      await (await fetch("/used", settings)).text();
      const bytes = new TextEncoder().encode("{}");
      const body = kind === "bytes" ? bytes : new ReadableStream({ start: (to) => (to.enqueue(bytes), to.close()) });
      return fetch(path, { ...settings, method: "POST", body, ...more }).then(() => false, () => true);
    },
    /** @type {const} */ ([path, more, kind]),
  );
  assert.ok(failed, "the page is told of a failure");
  return copies.get(path) ?? 0;
}

test("one fetch, two copies at the server", async () => {
  assert.equal(await post("/plain", {}), 2);
});

test("no setting of a request prevents it", async () => {
  /** @type {Record<string, RequestInit>} */
  const settings = { keepalive: { keepalive: true }, reload: { cache: "reload" }, high: { priority: "high" } };
  for (const [name, setting] of Object.entries(settings)) assert.equal(await post(`/${name}`, setting), 2, name);
});

test("a streamed body, which is not repeated, does not go over HTTP/1.1 at all", async () => {
  assert.equal(await post("/streamed", /** @type {RequestInit} */ ({ duplex: "half" }), "stream"), 0);
});
