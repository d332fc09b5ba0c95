#!/usr/bin/env node
// Passes on what is posted to it to a scripted server, and its replies, while a command runs that knows where to post:
//   serve.mjs SCRIPTED_SERVER COMMAND [ARGUMENT]...
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

const [program, command, ...parameters] = process.argv.slice(2);
const scripted = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
const replies = createInterface({ input: scripted.stdout })[Symbol.asyncIterator]();

const door = createServer(async (request, response) => {
  const message = await text(request);
  scripted.stdin.write(`${message}\n`);
  const { value, done } = await replies.next();
  // A page of any origin may ask; a plain post needs no permission.
  response.writeHead(done ? 502 : 200, { 'access-control-allow-origin': '*', 'cache-control': 'no-store' });
  response.end(value ?? 'the scripted server has ended');
});
door.listen(0, '127.0.0.1', () => {
  const url = `http://127.0.0.1:${door.address().port}`;
  const child = spawn(command, parameters, { stdio: 'inherit', env: { ...process.env, FLUXBASE_TEST_DOOR: url } });
  const end = (status) => {
    process.exitCode = status;
    scripted.stdin.end();
    door.close();
    door.closeAllConnections();
  };
  child.on('error', (error) => {
    console.error(error.message);
    end(1);
  });
  child.on('exit', (status) => end(status ?? 1));
});
