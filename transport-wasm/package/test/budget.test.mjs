// @ts-check
import assert from "node:assert/strict";
import { test } from "node:test";
import { overdrawn } from "../budget.mjs";

const budget = { aim: 50, limit: 100, parts: { "machine.wasm": 90, "browser.js": 20, "node.js": 20 } };

test("what fits is let through", () => {
  const sizes = { "machine.wasm": 80, "browser.js": 19, "node.js": 20 };
  assert.deepEqual(overdrawn(sizes, budget), { total: 100, faults: [] });
});

test("a byte too many of all together is a fault", () => {
  const { faults } = overdrawn({ "machine.wasm": 81, "browser.js": 20, "node.js": 1 }, budget);
  assert.deepEqual(faults, ["the package is too large: 101 bytes, at most 100"]);
});

test("a part that grew is a fault, though all together fits", () => {
  const { faults } = overdrawn({ "machine.wasm": 10, "browser.js": 21, "node.js": 20 }, budget);
  assert.deepEqual(faults, ["browser.js is too large: 21 bytes, at most 20"]);
});

test("a part without a budget, and a size that is none, are faults", () => {
  assert.equal(overdrawn({ "machine.wasm": 1, "worker.js": 1 }, budget).faults.length, 1);
  assert.equal(overdrawn({ "machine.wasm": NaN, "node.js": 1 }, budget).faults.length, 2);
});
