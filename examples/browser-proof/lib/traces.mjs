// @ts-check
/** The table of traces in one place. */
import { startTraces } from "./programs.mjs";

/**
 * @param {import("./places.mjs").Place} place
 * @param {import("./pages.mjs").Pages} pages
 * @param {string} programs
 * @returns {Promise<{ told: string, sound: boolean }>}
 */
export async function traces(place, pages, programs) {
  const program = startTraces(programs, place.name === "node" ? "node" : "browser", pages.origin);
  const door = `traces-${place.name}`;
  pages.doors.set(door, program.tell);
  let told;
  try {
    told = await place.run("traces", { door });
  } finally {
    pages.doors.delete(door);
  }
  return { told, sound: await program.end() };
}
