// @ts-check
/** What a key's dates mean at a given instant. Pure: the instant is a parameter. */

/** @typedef {import("../../../transport-wasm/package/index.js").ClientKey} ClientKey */
/** @typedef {"active" | "soon" | "expired" | "revoked"} Status */

/** A day, in milliseconds. */
export const DAY = 24 * 60 * 60 * 1000;

/** From so many days before its end on, a key is said to end soon. */
export const SOON = 30;

/** From so many days before its end on, it is urgent. */
export const URGENT = 7;

/** The statuses in the order in which they want attention, with their names. @type {[Status, string][]} */
export const STATUSES = [
  ["soon", "Ends soon"],
  ["active", "Active"],
  ["expired", "Expired"],
  ["revoked", "Revoked"],
];

/**
 * The instant in milliseconds, or null where there is none.
 * @param {string | null | undefined} text
 */
export function instant(text) {
  if (!text) return null;
  const time = Date.parse(text);
  return Number.isNaN(time) ? null : time;
}

/**
 * Whether a key works: revoked before expired before the rest. Servers send no such member.
 * @param {ClientKey} key
 * @param {number} now
 * @returns {Status}
 */
export function statusOf(key, now) {
  if (instant(key.revoked_at) !== null) return "revoked";
  const end = instant(key.expires_at);
  if (end === null) return "active";
  if (end <= now) return "expired";
  return end - now <= SOON * DAY ? "soon" : "active";
}

/**
 * How much of the bar a remaining time fills, from 0 to 1: a year or more fills it. By the square root, so that the last
 * weeks, which matter, are told apart.
 * @param {number} remaining milliseconds
 */
export function share(remaining) {
  return Math.sqrt(Math.min(1, Math.max(0, remaining / (365 * DAY))));
}

/**
 * How urgent the end is: the bar's colour.
 * @param {number} remaining milliseconds
 * @returns {"calm" | "soon" | "urgent"}
 */
export function urgency(remaining) {
  if (remaining <= URGENT * DAY) return "urgent";
  return remaining <= SOON * DAY ? "soon" : "calm";
}

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const UNITS = [
  ["year", 365 * DAY],
  ["month", 30 * DAY],
  ["day", DAY],
  ["hour", DAY / 24],
  ["minute", DAY / 24 / 60],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "always" });

/**
 * How long ago, in the largest unit that fits: `2 days ago`.
 * @param {number} time
 * @param {number} now
 */
export function ago(time, now) {
  const past = Math.max(0, now - time);
  for (const [unit, length] of UNITS) {
    if (past >= length) return relative.format(-Math.floor(past / length), unit);
  }
  return "just now";
}

/**
 * What is left, in days while there is one: `6 days`, `less than an hour`.
 * @param {number} remaining milliseconds, above 0
 */
export function left(remaining) {
  const count = (/** @type {number} */ number, /** @type {string} */ unit) =>
    `${number.toLocaleString("en")} ${unit}${number === 1 ? "" : "s"}`;
  if (remaining >= DAY) return count(Math.round(remaining / DAY), "day");
  if (remaining >= DAY / 24) return count(Math.floor(remaining / (DAY / 24)), "hour");
  return "less than an hour";
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const fullFormat = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

/**
 * The day here: `6 Dec 2026`.
 * @param {number} time
 */
export function day(time) {
  const date = new Date(time);
  return `${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
}

/** @param {number} time */
export const full = (time) => fullFormat.format(time);
