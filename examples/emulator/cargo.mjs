// @ts-check
/** Building with cargo, for tests in JavaScript. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL("./", import.meta.url));

/**
 * Builds a crate, and names the file with this ending that came of it.
 * @param {(name: string) => boolean} wanted
 * @param {...string} options
 * @returns {string}
 */
export function build(wanted, ...options) {
  const cargo = process.env.CARGO ?? "cargo";
  const command = ["build", "--locked", "--quiet", "--message-format", "json-render-diagnostics", ...options];
  const { status, stdout } = spawnSync(cargo, command, { cwd: HERE, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], maxBuffer: 1 << 26 });
  assert.equal(status, 0, `cargo ${command.join(" ")}`);
  const names = stdout.split("\n").filter(Boolean).flatMap((line) => JSON.parse(line).filenames ?? []);
  const name = names.findLast(wanted);
  assert.ok(name, "cargo named what it built");
  return name;
}
