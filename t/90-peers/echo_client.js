// The ws module of node against an echo server. Prints 'ok - name' or 'not ok - name' lines and 'done'.
//
//   node echo_client.js URL CERTIFICATE|- deflate|plain [close]
//
// With 'close' it only connects, prints 'open', waits for the other side to close and prints the code and the reason.
'use strict';
const crypto = require('crypto');
const fs = require('fs');
const WebSocket = require('ws');

const [url, certificate, kind, mode] = process.argv.slice(2);
const options = {perMessageDeflate: kind === 'deflate' ? {threshold: 0} : false, maxPayload: 0};
if (certificate !== '-') options.ca = fs.readFileSync(certificate);

const say = (good, name) => console.log((good ? 'ok' : 'not ok') + ' - ' + name);

function open() {
  return new Promise((resolve, reject) => {
    const ws = new WebSocket(url, options);
    ws.received = [];
    ws.waiting = [];
    ws.on('message', (data, binary) => {
      const next = ws.waiting.shift();
      next ? next({data, binary}) : ws.received.push({data, binary});
    });
    ws.on('open', () => resolve(ws));
    ws.on('error', reject);
    ws.on('close', () => { while (ws.waiting.length) ws.waiting.shift()({data: Buffer.from('closed'), binary: null}); });
  });
}

const next = ws => ws.received.length ? Promise.resolve(ws.received.shift()) : new Promise(resolve => ws.waiting.push(resolve));
const event = (ws, name) => new Promise(resolve => ws.once(name, (...values) => resolve(values)));

// Half of it compresses well, half of it does not; as text it has letters of one to four bytes.
function payload(size, binary) {
  if (binary) return Buffer.concat([Buffer.alloc(size >> 1, 7), crypto.randomBytes(size - (size >> 1))]);
  let text = 'grüße 漢字 🙂 '.repeat(Math.floor(size / 26));
  return Buffer.from(text + 'x'.repeat(size - Buffer.byteLength(text)));
}

async function exchange(ws, data, binary, name) {
  ws.send(data, {binary});
  const got = await next(ws);
  say(got.binary === binary && Buffer.compare(got.data, Buffer.from(data)) === 0, name);
}

async function main() {
  const ws = await open();
  if (mode === 'close') {
    console.log('open');
    const [code, reason] = await event(ws, 'close');
    console.log(`closed ${code} ${reason}`);
    return;
  }
  say(/permessage-deflate/.test(ws.extensions) === (kind === 'deflate'), `extensions: '${ws.extensions}'`);

  await exchange(ws, '', false, 'an empty text');
  for (const binary of [false, true]) {
    for (const size of [1, 125, 126, 127, 1000, 65535, 65536, 1 << 20, 1 << 24]) {
      await exchange(ws, payload(size, binary), binary, `${binary ? 'binary' : 'text'} of ${size} bytes`);
    }
  }

  for (const [parts, size] of [[2, 10], [5, 1000], [64, 70000]]) {
    const whole = payload(parts * size, true);
    for (let i = 0; i < parts; ++i) ws.send(whole.subarray(i * size, (i + 1) * size), {binary: true, fin: i === parts - 1});
    const got = await next(ws);
    say(got.binary && Buffer.compare(got.data, whole) === 0, `${parts} fragments of ${size} bytes`);
  }

  ws.send('first half, ', {fin: false});
  ws.ping('in between');
  const [pong] = await event(ws, 'pong');
  say(pong.toString() === 'in between', 'a ping between two fragments is answered at once');
  ws.send('second half', {fin: true});
  say((await next(ws)).data.toString() === 'first half, second half', 'and the message comes whole');

  const many = 2000;
  for (let i = 0; i < many; ++i) ws.send(`message ${i}`);
  let right = 0;
  for (let i = 0; i < many; ++i) if ((await next(ws)).data.toString() === `message ${i}`) ++right;
  say(right === many, `${many} messages without waiting come back in order`);

  ws.close(3456, 'enough');
  const [code, reason] = await event(ws, 'close');
  say(code === 3456 && reason.toString() === 'enough', `the close frame is answered in kind: ${code} ${reason}`);
  console.log('done');
}

main().catch(error => { console.log('not ok - ' + error); process.exit(1); });
