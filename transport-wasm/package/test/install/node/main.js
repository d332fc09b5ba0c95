/** Reads which server to call, and prints what came back. */
import { text } from "node:stream/consumers";
import { calls } from "./src/calls.js";

console.log(JSON.stringify(await calls(JSON.parse(await text(process.stdin)))));
