/** The page: the test calls what is global here. */
import { calls } from "./calls.js";

const callsInWorker = (server) =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(server);
  });

Object.assign(globalThis, { calls, callsInWorker });
