// @ts-check
/** The table of traces through the package, in a window, in a dedicated worker and in Node. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { after, before, test } from "node:test";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { build } from "../emulator/cargo.mjs";
import { launch, Visit } from "./chromium.mjs";
import { buildMachine, servePage } from "./servers.mjs";
import { traces } from "./traces.js";

/** As many traces ran when this was written, so that none is left out unnoticed. */
const FEWEST = 233;

/** @type {Record<string, (message: string) => Promise<string>>} */
const doors = {};
/** @type {string} */
let wasm;
/** @type {string} */
let program;
/** @type {Awaited<ReturnType<typeof servePage>>} */
let site;

before(async () => {
  program = build((name) => name.endsWith("/commanded-traces"), "-p", "fluxbase-key-traces", "--bin", "commanded-traces");
  wasm = buildMachine();
  site = await servePage(wasm, doors);
});
after(() => site?.stop());

/** @param {string[]} input */
function start(...input) {
  const child = spawn(program, input, { stdio: ["pipe", "pipe", "inherit"] });
  const replies = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    /** @param {string} message */
    async tell(message) {
      child.stdin.write(`${message}\n`);
      const { value, done } = await replies.next();
      assert.ok(!done, "the program goes on");
      return value;
    },
    stop: () => child.kill("SIGKILL"),
  };
}

/** @param {{ end: string, differences: string[] }} found */
function judge({ end, differences }) {
  console.log(end.split("\n").filter((line) => /^not run|traces ran/.test(line)).join("\n"));
  assert.equal(differences.join("\n"), "");
  const [, ran = "", failed] = /(\d+) traces ran, (\d+) failed/.exec(end) ?? [];
  assert.ok(Number(ran) >= FEWEST, `only ${ran} traces ran`);
  assert.equal(failed, "0");
}

const places = /** @type {const} */ ([["window", "tracesHere"], ["worker", "tracesInWorker"]]);
for (const [place, name] of places) {
  test(`the table of traces in a ${place}`, { timeout: 100_000 }, async () => {
    const table = start("browser", site.origin);
    doors[place] = table.tell;
    const browser = await launch();
    try {
      judge(await (await Visit.begin(await browser.newContext(), site.origin)).run("traces.js", name, site.origin, place));
    } finally {
      await browser.close();
      table.stop();
    }
  });
}

test("the table of traces in Node", { timeout: 100_000 }, async () => {
  const table = start("node");
  const index = new URL("../../transport-wasm/package/index-node.js", import.meta.url).href;
  try {
    judge(await traces({ index, wasm: pathToFileURL(wasm).href, tell: async (message) => JSON.parse(await table.tell(JSON.stringify(message))) }));
  } finally {
    table.stop();
  }
});
