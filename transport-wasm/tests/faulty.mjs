// A server on a bare socket that breaks off in the way that the first part of the path says, and notes what it saw.
import { createServer } from 'node:net';

const CORS = 'access-control-allow-origin: *\r\naccess-control-allow-headers: authorization, content-type\r\n'
  + 'access-control-allow-methods: GET, POST, PATCH, DELETE\r\n';

/** @type {Record<string, (socket: import('node:net').Socket) => void>} What becomes of a request, by its fault. */
const FAULTS = {
  'cut-head': (socket) => socket.end('HTTP/1.1 201 Created\r\ncontent-ty'),
  'cut-body': (socket) => {
    socket.write(`HTTP/1.1 201 Created\r\n${CORS}content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"id":"key-1",`);
    setTimeout(() => socket.destroy(), 50);
  },
  silent: () => {},
  dropped: () => {},
  'silent-body': (socket) => {
    socket.write(`HTTP/1.1 201 Created\r\n${CORS}content-type: application/json\r\ncontent-length: 1000\r\n\r\n{"id":`);
  },
  endless: (socket) => {
    socket.write(`HTTP/1.1 201 Created\r\n${CORS}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`);
    const piece = `4000\r\n${' '.repeat(0x4000)}\r\n`;
    const more = () => {
      if (!socket.destroyed) socket.write(piece, () => setTimeout(more, 1));
    };
    more();
  },
  redirect: (socket) => answer(socket, '307 Temporary Redirect', `location: /elsewhere/api\r\n${CORS}`, ''),
  html: (socket) => answer(socket, '200 OK', `${CORS}content-type: text/html\r\n`, '<!doctype html><h1>Sign in</h1>'),
  'no-cors': (socket) => answer(socket, '200 OK', 'content-type: application/json\r\n', '[]'),
  unreadable: (socket) => answer(socket, '201 Created', 'content-type: application/json\r\n', '{}'),
  keeps: (socket) => answer(
    socket,
    '200 OK',
    `${CORS}content-type: application/json\r\ncache-control: max-age=86400\r\netag: "1"\r\nset-cookie: kept=1; Path=/\r\n`,
    '[]',
  ),
};

/** Faults of which only the client, or the end of the tests, ends the connection. */
const WAITING = new Set(['silent', 'dropped', 'silent-body', 'endless']);

/** @param {import('node:net').Socket} socket @param {string} status @param {string} headers @param {string} body */
function answer(socket, status, headers, body) {
  socket.end(`HTTP/1.1 ${status}\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}

/** Starts it on a free port; `stop` ends it and what is under way. */
export function startFaulty() {
  /** @type {Map<string, number>} */
  const notes = new Map();
  const sockets = new Set();
  const note = (/** @type {string} */ what) => notes.set(what, (notes.get(what) ?? 0) + 1);

  /** @param {import('node:net').Socket} socket @param {string} head */
  function handle(socket, head) {
    const [method, target] = head.split(' ', 2);
    const [, fault] = target.split(/[/?]/, 2);
    if (fault === 'noted') {
      const asked = decodeURIComponent(target.slice(target.indexOf('?') + 1));
      answer(socket, '200 OK', `${CORS}content-type: application/json\r\ncache-control: no-store\r\n`, `${notes.get(asked) ?? 0}`);
      return;
    }
    if (method === 'OPTIONS') {
      answer(socket, '204 No Content', fault === 'no-cors' ? '' : CORS, '');
      return;
    }
    note(`${fault} ${method}`);
    if (/\r\ncookie:/i.test(head)) note(`${fault} cookie`);
    if (WAITING.has(fault)) socket.on('close', () => note(`${fault} aborted`));
    (FAULTS[fault] ?? ((found) => answer(found, '404 Not Found', CORS, '')))(socket);
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    let received = '';
    let handled = false;
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      const end = received.indexOf('\r\n\r\n');
      if (handled || end < 0) return;
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(received)?.[1] ?? 0);
      if (received.length < end + 4 + length) return;
      handled = true;
      handle(socket, received.slice(0, end));
    });
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve({
      url: `http://127.0.0.1:${/** @type {import('node:net').AddressInfo} */ (server.address()).port}`,
      stop() {
        server.close();
        for (const socket of sockets) socket.destroy();
      },
    }));
  });
}
