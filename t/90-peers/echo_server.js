// Echo servers of the ws module of node, one per configuration, each on a port of its own.
//
//   node echo_server.js CERTIFICATE|- KEY|- CONFIGURATIONS
//
// CONFIGURATIONS is a JSON array of null (no compression), "default" (the module's own), or an object for perMessageDeflate.
// Prints the ports as a JSON array, serves until its input ends. Speaks chat.v2 and chat.v1.
// The text "close CODE REASON" makes it close; anything else comes back.
'use strict';
const fs = require('fs');
const http = require('http');
const https = require('https');
const WebSocket = require('ws');

const [certificate, key, configurations] = process.argv.slice(2);
const own = ['chat.v2', 'chat.v1'];

function serve(configuration) {
  const server = certificate === '-' ? http.createServer()
    : https.createServer({cert: fs.readFileSync(certificate), key: fs.readFileSync(key)});
  const perMessageDeflate = configuration === null ? false : configuration === 'default' ? true : {threshold: 0, ...configuration};
  const wss = new WebSocket.Server({server, perMessageDeflate, maxPayload: 0,
    handleProtocols: offered => own.find(name => offered.has ? offered.has(name) : offered.includes(name)) || false});
  wss.on('connection', ws => ws.on('message', (data, binary) => {
    const text = binary ? '' : data.toString();
    if (!text.startsWith('close ')) return ws.send(data, {binary});
    const [, code, reason] = text.match(/^close (\d+) (.*)$/);
    ws.close(Number(code), reason);
  }));
  return new Promise(resolve => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

Promise.all(JSON.parse(configurations).map(serve)).then(ports => console.log(JSON.stringify(ports)));
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
