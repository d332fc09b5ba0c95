// @ts-check
// Starts the server of the cases, for tests in JavaScript and for those that a browser runs.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/**
 * @param {string} program the built program
 * @returns {Promise<{ site: Record<string, string>, lines: string[], url: (name: string) => string, seen: (name: string) => Promise<Seen>, stop: () => void }>}
 *   where it is, as an object and as it was printed; the base URL of a case; what was seen of it
 *
 * @typedef {{ connection: number, method: string, target: string, headers: [string, string][], body: string, is_whole: boolean }} Copy
 * @typedef {{ copies: Copy[], aborted: number }} Seen
 */
export function startCases(program) {
  const child = spawn(program, { stdio: ["pipe", "pipe", "inherit"] });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (status) => reject(new Error(`the server of the cases ended with ${status}`)));
    /** @type {string[]} */
    const lines = [];
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(line);
      if (!line.startsWith("authority ")) return;
      /** @type {Record<string, string>} */
      const site = Object.fromEntries(lines.map((told) => told.split(/ (.*)/, 2)));
      resolve({
        site,
        lines,
        url: (name) => `${site.plain}/case/${name}`,
        seen: async (name) => (await fetch(`${site.desk}/seen/${name}`)).json(),
        stop: () => child.stdin.end(),
      });
    });
  });
}
