// @ts-check
/** A stop on the way to an emulator, which takes note of requests and can hold answers back. */
import { createServer, request as forward } from "node:http";

/**
 * @typedef {object} Recorder
 * @property {string} url
 * @property {string[]} seen method and target of each request, without preflights
 * @property {(what: string) => number} count how many of them are this one
 * @property {(what: string) => Promise<() => void>} hold holds back the next answer to this; resolves, once the server has given
 *   it, to what lets it go
 * @property {() => void} close
 */

/**
 * @param {string} target
 * @returns {Promise<Recorder>}
 */
export async function record(target) {
  /** @type {string[]} */
  const seen = [];
  /** @type {Map<string, (release: () => void) => void>} */
  const holds = new Map();
  const server = createServer((incoming, outgoing) => {
    const what = `${incoming.method} ${incoming.url}`;
    if (incoming.method !== "OPTIONS") seen.push(what);
    const { method, headers } = incoming;
    const onward = forward(`${target}${incoming.url}`, { method, headers }, async (answer) => {
      const held = holds.get(what);
      if (held) {
        holds.delete(what);
        await new Promise((release) => held(() => release(undefined)));
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", () => ready(undefined)));
  const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    count: (what) => seen.filter((one) => one === what).length,
    hold: (what) => new Promise((held) => holds.set(what, held)),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
