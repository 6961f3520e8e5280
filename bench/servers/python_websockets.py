# The websockets module of python: echo, and on /broadcast every message to everybody there.
import asyncio
import os
import ssl

import websockets

room = set()


async def handler(socket, *unused):
    path = socket.path if hasattr(socket, "path") else socket.request.path
    if path == "/broadcast":
        room.add(socket)
        try:
            async for message in socket:
                websockets.broadcast(room, message)
        finally:
            room.discard(socket)
    else:
        async for message in socket:
            await socket.send(message)


async def main():
    context = None
    if os.environ.get("TLS") == "1":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.environ["CERT"], os.environ["KEY"])
    server = await websockets.serve(
        handler,
        "127.0.0.1",
        int(os.environ.get("PORT", 0)),
        ssl=context,
        max_size=16 << 20,
        ping_interval=None,
        backlog=4096,
        compression="deflate" if "COMPRESS_FROM" in os.environ else None,
    )
    port = server.sockets[0].getsockname()[1]
    print(f"listening on http{'s' if context else ''}://127.0.0.1:{port}/", flush=True)
    await asyncio.get_running_loop().create_future()


asyncio.run(main())
