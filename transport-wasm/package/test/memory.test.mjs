// @ts-check
/** What stays in memory: nothing of an answer, once the machine has been told of it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createClient } from "fluxbase-client-keys";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc");

/** Bytes that are in use outside of the heap: the pieces of answers are there. */
async function held() {
  // The collector gives such memory back in the background, and frees some only in the round after.
  for (let rounds = 0; rounds < 5; rounds++) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  return process.memoryUsage().arrayBuffers;
}

const PIECE = 100_000;

/**
 * A list that stands behind many pieces of nothing.
 * @param {number} pieces
 * @param {() => Promise<void>} [last] before the last of them
 */
function answer(pieces, last) {
  let given = 0;
  const body = new ReadableStream({
    async pull(controller) {
      if (given++ < pieces) return controller.enqueue(new Uint8Array(PIECE).fill(32));
      await last?.();
      controller.enqueue(new TextEncoder().encode('{"client_keys":[],"total":0}'));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "application/json" } });
}

/** @param {() => Response} respond */
const clientOf = (respond) => createClient({ url: "http://127.0.0.1:1", serviceKey: "sk_c2VjcmV0c2VjcmV0", fetch: async () => respond() });

test("answers of calls that have ended are not kept", async () => {
  const { clientKeys } = clientOf(() => answer(2)).management;
  await clientKeys.list();
  const before = await held();
  for (let calls = 0; calls < 200; calls++) await clientKeys.list();
  const kept = (await held()) - before;
  assert.ok(kept < 20 * PIECE, `${kept} bytes of ${400 * PIECE} are held`);
});

test("pieces of an answer are not kept until its end", async () => {
  let kept = Infinity;
  const before = await held();
  const { clientKeys } = clientOf(() => answer(150, async () => void (kept = (await held()) - before))).management;
  await clientKeys.list();
  assert.ok(kept < 20 * PIECE, `${kept} bytes of ${150 * PIECE} are held`);
});
