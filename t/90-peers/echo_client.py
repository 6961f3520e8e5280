# The websockets module of python3 against an echo server. Prints 'ok - name' or 'not ok - name' lines and 'done'.
#
#   python3 echo_client.py URL CERTIFICATE|- deflate|plain
import asyncio
import os
import ssl
import sys

import websockets

url, certificate, kind = sys.argv[1:4]


def say(good, name):
    print(("ok" if good else "not ok") + " - " + name, flush=True)


def payload(size, binary):
    if binary:
        return bytes(size // 2) + os.urandom(size - size // 2)
    text = "grüße 漢字 🙂 " * (size // 26)
    return text + "x" * (size - len(text.encode()))


async def main():
    options = {"max_size": None, "compression": "deflate" if kind == "deflate" else None}
    if certificate != "-":
        options["ssl"] = ssl.create_default_context(cafile=certificate)

    async with websockets.connect(url, **options) as ws:
        names = [extension.name for extension in ws.extensions]
        say(("permessage-deflate" in names) == (kind == "deflate"), f"extensions: {names}")

        for binary in (False, True):
            for size in (0, 1, 125, 126, 127, 1000, 65535, 65536, 1 << 20, 1 << 24):
                data = payload(size, binary)
                await ws.send(data)
                say(await ws.recv() == data, f"{'binary' if binary else 'text'} of {size} bytes")

        for parts, size in ((2, 10), (5, 1000), (64, 70000)):
            data = payload(parts * size, True)
            await ws.send([data[i * size:(i + 1) * size] for i in range(parts)])
            say(await ws.recv() == data, f"{parts} fragments of {size} bytes")

        await ws.send(["grü", "ße ", "漢", "字"])
        say(await ws.recv() == "grüße 漢字", "fragments of a text")

        pong = await ws.ping(b"are you there")
        await asyncio.wait_for(pong, 30)
        say(True, "a ping is answered")

        many = 2000
        for i in range(many):
            await ws.send(f"message {i}")
        right = 0
        for i in range(many):
            right += await ws.recv() == f"message {i}"
        say(right == many, f"{many} messages without waiting come back in order")

        await ws.close(3456, "enough")
        say((ws.close_code, ws.close_reason) == (3456, "enough"), f"the close frame is answered in kind: {ws.close_code} {ws.close_reason}")
    print("done")


asyncio.run(main())
