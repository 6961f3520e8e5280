// The http server of node: every request is answered with the same 13 bytes.
'use strict';
const server = require('http').createServer((request, response) => {
  const body = 'Hello, world!';
  response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': body.length });
  response.end(body);
});
server.listen({ port: Number(process.env.PORT || 0), host: '127.0.0.1', backlog: 4096 }, () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}/`);
});
