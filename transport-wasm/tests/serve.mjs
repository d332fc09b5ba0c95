#!/usr/bin/env node
// Starts the servers that the tests talk to, runs a command that knows where they are, and stops them:
//   serve.mjs EMULATOR COMMAND [ARGUMENT]...
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { startFaulty } from './faulty.mjs';

const GENERATIONS = ['documented', '2026.1', '2026.3.6', '2026.3.7'];
const [emulator, command, ...parameters] = process.argv.slice(2);
const emulators = [];
let cases;

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

/** Starts the server of the transport suite; resolves to its lines. */
function startCases() {
  cases = spawn(join(dirname(emulator), 'fluxbase-transport-conformance'), { stdio: ['pipe', 'pipe', 'inherit'] });
  return new Promise((resolve, reject) => {
    cases.on('error', reject);
    cases.on('exit', (code) => reject(new Error(`the server of the cases ended with ${code}`)));
    const lines = [];
    createInterface({ input: cases.stdout }).on('line', (line) => {
      lines.push(line);
      if (line.startsWith('authority ')) resolve(lines);
    });
  });
}

/** The URL of a port at which nobody listens. */
function refusedUrl() {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(`http://127.0.0.1:${port}`));
    });
  });
}

let status = 1;
const faulty = await startFaulty();
try {
  const servers = await Promise.all(GENERATIONS.map(startEmulator));
  const site = await startCases();
  const env = {
    ...process.env,
    FLUXBASE_TEST_SERVERS: servers.join(';'),
    FLUXBASE_TEST_FAULTY: faulty.url,
    FLUXBASE_TEST_SITE: site.join(';'),
    // Node trusts the authority in this file too.
    NODE_EXTRA_CA_CERTS: site.at(-1).replace('authority ', ''),
    FLUXBASE_TEST_REFUSED: await refusedUrl(),
  };
  status = await new Promise((resolve, reject) => {
    const child = spawn(command, parameters, { stdio: 'inherit', env });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code ?? 1));
  });
} finally {
  for (const child of emulators) child.kill();
  cases?.stdin.end();
  faulty.stop();
}
process.exitCode = status;
