// @ts-check
// Orders the functions of a module so that it packs well: `node order.mjs IN OUT`. DEFLATE finds again what it saw in the last
// 32 KiB, and cheaper the nearer it is: so what is alike has to stand together. The functions are what they were.
import { readFileSync, writeFileSync } from "node:fs";
import { deflateRawSync } from "node:zlib";

import { Module } from "./module.mjs";

/** The length of the pieces that functions are compared by, and how many bytes back they are looked for. */
const PIECE = 5;
const BACK = 3000;
/** How many moves are tried after that, each with the packed size as judge, and how near of kin a new neighbour has to be. */
const MOVES = 10000;
const KIN = 6;

/**
 * What of each function others have too, with what it is worth: the less, the more common.
 * @param {Buffer[]} functions
 * @returns {Map<string, number>[]}
 */
function pieces(functions) {
  const all = functions.map((body) => {
    const own = new Set();
    for (let at = 0; at + PIECE <= body.length; at += 1) own.add(body.toString("latin1", at, at + PIECE));
    return own;
  });
  /** @type {Map<string, number>} */
  const holders = new Map();
  for (const own of all) for (const piece of own) holders.set(piece, (holders.get(piece) ?? 0) + 1);
  const worth = (/** @type {string} */ piece) => (holders.get(piece) ?? 1) - 1;
  return all.map((own) => new Map([...own].filter(worth).map((piece) => [piece, 1 / Math.sqrt(worth(piece))])));
}

/** Small functions are not for that reason unlike all others. @param {number} sum @param {Buffer} body */
const likeness = (sum, body) => sum / Math.sqrt(body.length + 20);

/**
 * One after the other, always the one next that has most in common with the last ones.
 * @param {Buffer[]} functions
 * @param {Map<string, number>[]} known
 */
function chained(functions, known) {
  const left = new Set(functions.keys());
  /** @type {Map<string, number>} */
  const seen = new Map();
  const count = (/** @type {number} */ which, /** @type {number} */ change) => {
    for (const piece of known[which].keys()) seen.set(piece, (seen.get(piece) ?? 0) + change);
  };
  const inCommon = (/** @type {number} */ which) => {
    let sum = 0;
    for (const [piece, worth] of known[which]) if (seen.get(piece)) sum += worth;
    return likeness(sum, functions[which]);
  };
  /** @type {number[]} */
  const order = [];
  let oldest = 0;
  let size = 0;
  while (left.size) {
    const [next] = highest(left, inCommon, 1);
    left.delete(next);
    order.push(next);
    count(next, 1);
    size += functions[next].length;
    while (size - functions[order[oldest]].length > BACK) {
      size -= functions[order[oldest]].length;
      count(order[oldest++], -1);
    }
  }
  return order;
}

/** Those that are valued most. @param {Iterable<number>} all @param {(which: number) => number} value @param {number} many */
function highest(all, value, many) {
  const valued = Array.from(all, (which) => ({ which, value: value(which) }));
  return valued
    .sort((a, b) => b.value - a.value)
    .slice(0, many)
    .map(({ which }) => which);
}

/** For each function those that are most like it. @param {Buffer[]} functions @param {Map<string, number>[]} known */
function kin(functions, known) {
  return functions.map((_, one) => {
    const like = (/** @type {number} */ other) => {
      if (other === one) return -1;
      const [few, many] = known[one].size < known[other].size ? [known[one], known[other]] : [known[other], known[one]];
      let sum = 0;
      for (const [piece, worth] of few) if (many.has(piece)) sum += worth;
      return likeness(sum, functions[other]);
    };
    return highest(functions.keys(), like, KIN);
  });
}

/** Numbers below a bound that look like chance and are the same each time. @returns {(bound: number) => number} */
function lots() {
  let state = 1;
  return (bound) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/**
 * Moves some functions beside their kin, and keeps what packs no worse.
 * @param {number[]} order
 * @param {number[][]} relatives
 * @param {(order: number[]) => number} packed
 */
function improved(order, relatives, packed) {
  const lot = lots();
  let best = order;
  let size = packed(best);
  for (let move = 0; move < MOVES; move += 1) {
    const rest = [...best];
    const length = [1, 1, 1, 2, 4][lot(5)];
    const moved = rest.splice(lot(rest.length - length), length);
    const neighbour = rest.indexOf(relatives[moved[0]][lot(KIN)]);
    if (neighbour < 0) continue;
    rest.splice(neighbour + (lot(4) ? 1 : 0), 0, ...moved);
    const now = packed(rest);
    if (now <= size) [best, size] = [rest, now];
  }
  return best;
}

const [input, output] = process.argv.slice(2);
const module = new Module(readFileSync(input));
const known = pieces(module.bodies);
const packed = (/** @type {number[]} */ order) => deflateRawSync(module.code(order), { level: 9 }).length;
const order = improved(chained(module.bodies, known), kin(module.bodies, known), packed);
writeFileSync(output, module.bytes(order));
