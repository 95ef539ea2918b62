import asyncio
import json
import os
import signal

from websockets.asyncio.server import broadcast, serve

PORT = int(os.environ["PORT"])
PING = int(os.environ.get("PING", 25_000)) / 1000


async def talk(line):
    async for data in line:
        said = json.loads(data) if isinstance(data, str) and data.startswith("{") else {}
        if "id" in said:
            await line.send(json.dumps({"id": said["id"], "said": said["say"]}))
        elif "all" in said:
            broadcast(line.server.connections, json.dumps(said))
        elif "close" in said:
            await line.close(said["close"], said.get("reason", ""))
        else:
            await line.send(data)


def choose(line, offered):  # with `subprotocols=["v2.live"]` instead, a page that offers none is refused
    return "v2.live" if "v2.live" in offered else None


def only_live(line, request):
    if request.path != "/live":
        return line.respond(404, "no such page\n")


async def main():
    async with serve(
        talk,
        "127.0.0.1",
        PORT,
        select_subprotocol=choose,
        process_request=only_live,
        ping_interval=PING,  # pings each line …
        ping_timeout=PING,  # … and drops it if no answer comes in this time
        max_size=16 << 20,  # 1 MiB by default
        compression="deflate",  # the default
    ) as server:
        told = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, told.set)
        await told.wait()
        # A deploy: everybody is sent away, to come back half a second from now at the earliest.
        server.close(code=1012, reason='{"retryAfter":500}')


asyncio.run(main())
