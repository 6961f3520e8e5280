# The websockets module of python3 as a client that checks what an echo server returns, or as an echo server; see UETest::Matrix.
#
#   python3 matrix.py client URL CERTIFICATE|- off|on|no-takeover|window9
#   python3 matrix.py server CERTIFICATE|- KEY|- off|on|no-takeover|window9
import asyncio
import os
import signal
import ssl
import sys

import websockets
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory, ServerPerMessageDeflateFactory

role, first, second, setting = sys.argv[1:5]

terms = {
    "off": None,
    "on": {},
    "no-takeover": {"server_no_context_takeover": True, "client_no_context_takeover": True},
    "window9": {"server_max_window_bits": 9, "client_max_window_bits": 9},
}[setting]

SIZES = (1, 125, 126, 65535, 65536, 1 << 20, 1 << 24)


def skipped(size, kind):
    # Compressing 16 MiB of noise takes seconds; with compression the largest size is for text alone.
    return size == 1 << 24 and setting != "off" and kind != "text"


def payload(size, kind):
    if kind == "text":
        text = "grüße 漢字 🙂 " * (size // 26)
        return text + "x" * (size - len(text.encode()))
    return bytes(size // 2) + os.urandom(size - size // 2)


async def client(url, certificate):
    options = {"max_size": None, "compression": None}
    if terms is not None:
        options["extensions"] = [ClientPerMessageDeflateFactory(**terms)]
    if certificate != "-":
        options["ssl"] = ssl.create_default_context(cafile=certificate)
    async with websockets.connect(url, **options) as ws:
        print("extensions", ws.response_headers.get("Sec-WebSocket-Extensions", ""), flush=True)
        for size in SIZES:
            for kind in ("text", "binary", "fragmented"):
                if skipped(size, kind):
                    continue
                data = payload(size, kind)
                third = -(-size // 3)
                await ws.send(data if kind != "fragmented" else [data[i * third:(i + 1) * third] for i in range(3)])
                good = await ws.recv() == data
                print(("ok" if good else "not ok") + f" - {kind} {size}", flush=True)
    print("done")


async def echo(ws, path=None):
    async for message in ws:
        third = -(-len(message) // 3)
        fragments = isinstance(message, bytes) and message[:1] == b"\xff"
        await ws.send([message[i * third:(i + 1) * third] for i in range(3)] if fragments else message)


async def server(certificate, key):
    options = {"max_size": None, "compression": None}
    if terms is not None:
        options["extensions"] = [ServerPerMessageDeflateFactory(**terms)]
    if certificate != "-":
        options["ssl"] = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        options["ssl"].load_cert_chain(certificate, key)
    stop = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set_result, None)
    async with websockets.serve(echo, "127.0.0.1", 0, **options) as running:
        port = running.sockets[0].getsockname()[1]
        print(f"listening on http{'s' if certificate != '-' else ''}://127.0.0.1:{port}/", flush=True)
        await stop


asyncio.run(server(first, second) if role == "server" else client(first, second))
