// @ts-check
/** Where the package is proven: a window, a dedicated worker, Node. All run the same modules of `suite/`. */
import { fork } from "node:child_process";
import { fileURLToPath, pathToFileURL } from "node:url";

/**
 * @typedef {object} Place
 * @property {"window" | "worker" | "node"} name
 * @property {(suite: string, input: object) => Promise<any>} run calls the default export of `suite/SUITE.js`
 * @property {string[]} printed what was printed, errors that nobody caught included
 * @property {() => Promise<void>} close
 */

/** What the page does when it is asked to run a suite in its worker. */
const inWorker = (/** @type {[string, object]} */ task) =>
  new Promise((settle, fail) => {
    const worker = (globalThis.proofWorker ??= new Worker("/suite/worker.js", { type: "module" }));
    worker.onmessage = ({ data }) => (data.problem ? fail(new Error(data.problem)) : settle(data.result));
    worker.onerror = (event) => fail(new Error(event.message || "the worker did not start"));
    worker.postMessage(task);
  });

const inWindow = async (/** @type {[string, object]} */ [suite, input]) => (await import(`/suite/${suite}.js`)).default(input);

/**
 * @param {import("playwright-core").BrowserContext} context
 * @param {string} origin
 * @param {"window" | "worker"} name
 * @returns {Promise<Place>}
 */
export async function browserPlace(context, origin, name) {
  const page = await context.newPage();
  /** @type {string[]} */
  const printed = [];
  page.on("console", (message) => printed.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => printed.push(`nobody caught: ${error.stack ?? error}`));
  await page.goto(`${origin}/`);
  return {
    name,
    printed,
    run: (suite, input) => page.evaluate(name === "window" ? inWindow : inWorker, [suite, { ...input, package: "/package/index.js", origin }]),
    close: () => page.close(),
  };
}

/**
 * @param {string} origin
 * @param {string} index the package's module for Node
 * @returns {Promise<Place>}
 */
export async function nodePlace(origin, index) {
  const child = fork(fileURLToPath(new URL("./node-place.mjs", import.meta.url)), { stdio: ["ignore", "pipe", "pipe", "ipc"] });
  /** @type {string[]} */
  const printed = [];
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (text) => printed.push(text));
  const ended = new Promise((settle) => child.once("exit", settle));
  return {
    name: "node",
    printed,
    run: (suite, input) =>
      new Promise((settle, fail) => {
        child.once("message", (/** @type {any} */ { result, problem }) => (problem ? fail(new Error(problem)) : settle(result)));
        child.send([suite, { ...input, package: pathToFileURL(index).href, origin }]);
      }),
    async close() {
      child.disconnect();
      // Whatever keeps Node from ending once nothing is to be done any more is a fault of the package.
      const late = setTimeout(() => child.kill("SIGKILL"), 5000);
      const status = await ended;
      clearTimeout(late);
      if (status !== 0) throw new Error(`Node did not end by itself: ${status}\n${printed.join("")}`);
    },
  };
}
