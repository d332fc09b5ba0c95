/** The same in a worker. */
import { calls } from "./calls.js";

onmessage = async ({ data }) => postMessage(await calls(data));
