// The ws module of node as a client that checks what an echo server returns, or as an echo server; see UETest::Matrix.
//
//   node matrix.js client URL CERTIFICATE|- off|on|no-takeover|window9
//   node matrix.js server CERTIFICATE|- KEY|- off|on|no-takeover|window9
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const WebSocket = require('ws');

const [role, first, second, third] = process.argv.slice(2);
const setting = third;

const deflate = {
  off: false,
  on: {threshold: 0},
  'no-takeover': {threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true},
  window9: {threshold: 0, serverMaxWindowBits: 9, clientMaxWindowBits: 9},
}[setting];

const sizes = [1, 125, 126, 65535, 65536, 1 << 20, 1 << 24];
// Compressing 16 MiB of noise takes seconds; with compression the largest size is for text alone.
const skipped = (size, kind) => size === 1 << 24 && setting !== 'off' && kind !== 'text';

function payload(size, kind) {
  if (kind === 'binary') return Buffer.concat([Buffer.alloc(size >> 1, 7), crypto.randomBytes(size - (size >> 1))]);
  const text = 'grüße 漢字 🙂 '.repeat(Math.floor(size / 26));
  return Buffer.from(text + 'x'.repeat(size - Buffer.byteLength(text)));
}

async function client(url, certificate) {
  const options = {perMessageDeflate: deflate, maxPayload: 0};
  if (certificate !== '-') options.ca = fs.readFileSync(certificate);
  const ws = new WebSocket(url, options);
  ws.on('upgrade', response => console.log('extensions ' + (response.headers['sec-websocket-extensions'] || '')));
  await new Promise((resolve, reject) => { ws.on('open', resolve); ws.on('error', reject); });
  ws.on('close', code => { if (code !== 1000) { console.log('not ok - closed with ' + code); process.exit(1); } });
  const next = () => new Promise(resolve => ws.once('message', (data, binary) => resolve({data, binary})));
  for (const size of sizes) {
    for (const kind of ['text', 'binary', 'fragmented']) {
      if (skipped(size, kind)) continue;
      const data = payload(size, kind === 'fragmented' ? 'binary' : kind);
      const binary = kind !== 'text', third = Math.ceil(size / 3);
      const answer = next();
      if (kind !== 'fragmented') ws.send(data, {binary});
      else for (const i of [0, 1, 2]) ws.send(data.subarray(i * third, (i + 1) * third), {binary, fin: i === 2});
      const got = await answer;
      console.log((got.binary === binary && Buffer.compare(got.data, data) === 0 ? 'ok' : 'not ok') + ` - ${kind} ${size}`);
    }
  }
  ws.close(1000);
  await new Promise(resolve => ws.on('close', resolve));
  console.log('done');
}

function server(certificate, key) {
  const secure = certificate !== '-';
  const http = secure
    ? require('https').createServer({cert: fs.readFileSync(certificate), key: fs.readFileSync(key)})
    : require('http').createServer();
  const wss = new WebSocket.Server({server: http, perMessageDeflate: deflate, maxPayload: 0});
  wss.on('connection', ws => {
    ws.on('message', (data, binary) => {
      const third = Math.ceil(data.length / 3);
      if (!binary || data[0] !== 255) ws.send(data, {binary});
      else for (const i of [0, 1, 2]) ws.send(data.subarray(i * third, (i + 1) * third), {binary, fin: i === 2});
    });
    ws.on('error', error => console.error(error));
  });
  http.listen(0, '127.0.0.1', () => console.log(`listening on http${secure ? 's' : ''}://127.0.0.1:${http.address().port}/`));
  process.on('SIGTERM', () => process.exit(0));
}

if (role === 'server') server(first, second);
else client(first, second).catch(error => { console.log('not ok - ' + error); process.exit(1); });
