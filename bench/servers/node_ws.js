// The ws module of node: echo, and on /broadcast every message to everybody there.
'use strict';
const fs = require('fs');
const tls = process.env.TLS === '1';
const http = tls
  ? require('https').createServer({ cert: fs.readFileSync(process.env.CERT), key: fs.readFileSync(process.env.KEY) })
  : require('http').createServer();
const from = process.env.COMPRESS_FROM;
const { WebSocketServer } = require('ws');
const server = new WebSocketServer({ server: http, perMessageDeflate: from === undefined ? false : { threshold: Number(from) } });
const room = new Set();

server.on('connection', (socket, request) => {
  if (request.url === '/broadcast') {
    room.add(socket);
    socket.on('close', () => room.delete(socket));
    socket.on('message', (data, binary) => {
      for (const other of room) other.send(data, { binary });
    });
  } else {
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  }
});
http.listen({ port: Number(process.env.PORT || 0), host: '127.0.0.1', backlog: 4096 }, () => {
  console.log(`listening on http${tls ? 's' : ''}://127.0.0.1:${http.address().port}/`);
});
