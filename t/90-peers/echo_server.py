# Echo servers of the websockets module of python3, one per configuration, each on a port of its own.
#
#   python3 echo_server.py CERTIFICATE|- KEY|- CONFIGURATIONS
#
# CONFIGURATIONS is a JSON array of null (no compression), "default" (the module's own), or an object with the arguments of
# ServerPerMessageDeflateFactory. Prints the ports as a JSON array, serves until its input ends. Speaks chat.v2 and chat.v1.
# The text "close CODE REASON" makes it close; anything else comes back.
import asyncio
import json
import ssl
import sys

import websockets
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory

certificate, key, configurations = sys.argv[1:4]


async def echo(ws, path=None):
    async for message in ws:
        if isinstance(message, str) and message.startswith("close "):
            _, code, reason = message.split(" ", 2)
            await ws.close(int(code), reason)
        else:
            await ws.send(message)


async def main():
    context = None
    if certificate != "-":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    ports = []
    servers = []
    for configuration in json.loads(configurations):
        options = {"compression": None if configuration is None else "deflate"}
        if isinstance(configuration, dict):
            options = {"compression": None, "extensions": [ServerPerMessageDeflateFactory(**configuration)]}
        server = await websockets.serve(echo, "127.0.0.1", 0, ssl=context, subprotocols=["chat.v2", "chat.v1"], max_size=None, **options)
        servers.append(server)
        ports.append(server.sockets[0].getsockname()[1])
    print(json.dumps(ports), flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


asyncio.run(main())
