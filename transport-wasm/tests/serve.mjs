#!/usr/bin/env node
// Starts the servers that the tests talk to, runs a command that knows where they are, and stops them:
//   serve.mjs EMULATOR COMMAND [ARGUMENT]...
import { spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { startCases } from '../../examples/transport-conformance/server.mjs';

const GENERATIONS = ['documented', '2026.1', '2026.3.6', '2026.3.7'];
const [emulator, command, ...parameters] = process.argv.slice(2);
const emulators = [];

/** Starts an emulator; resolves to its line in FLUXBASE_TEST_SERVERS. */
function startEmulator(generation) {
  const child = spawn(emulator, ['--generation', generation, '--origin', '*'], { stdio: ['ignore', 'pipe', 'inherit'] });
  emulators.push(child);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status) => reject(new Error(`the emulator ended with ${status}`)));
    const found = {};
    createInterface({ input: child.stdout }).on('line', (line) => {
      const words = line.split(' ');
      if (line.startsWith('listening on ')) found.url = words[2];
      if (words[0] === 'user' || words[0] === 'admin') found[words[0]] ??= words.slice(1).join(' ');
      if (found.url && found.user && found.admin) resolve(`${generation} ${found.url} ${found.user} ${found.admin}`);
    });
  });
}

let status = 1;
const cases = await startCases(join(dirname(emulator), 'fluxbase-transport-conformance'));
try {
  const servers = await Promise.all(GENERATIONS.map(startEmulator));
  const env = {
    ...process.env,
    FLUXBASE_TEST_SERVERS: servers.join(';'),
    FLUXBASE_TEST_SITE: cases.lines.join(';'),
    // Node trusts the authority in this file too.
    NODE_EXTRA_CA_CERTS: cases.site.authority,
  };
  status = await new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: 'inherit', env });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
} finally {
  for (const child of emulators) child.kill();
  cases.stop();
}
process.exitCode = status;
