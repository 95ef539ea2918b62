import asyncio
import json
import os
import signal

from websockets.asyncio.server import broadcast, serve

PORT = int(os.environ["PORT"])
PING = int(os.environ.get("PING", 25_000)) / 1000


async def talk(connection):
    async for data in connection:
        said = json.loads(data) if isinstance(data, str) and data.startswith("{") else {}
        if "id" in said:
            await connection.send(json.dumps({"id": said["id"], "said": said["say"]}))
        elif "all" in said:
            broadcast(connection.server.connections, json.dumps(said))
        elif "close" in said:
            await connection.close(said["close"], said.get("reason", ""))
        else:
            await connection.send(data)


def choose(connection, offered):  # `subprotocols=["v2.live"]` would refuse a page that offers none
    return "v2.live" if "v2.live" in offered else None


def only_live(connection, request):
    if request.path != "/live":
        return connection.respond(404, "no such page\n")


async def main():
    async with serve(
        talk,
        "127.0.0.1",
        PORT,
        select_subprotocol=choose,
        process_request=only_live,
        ping_interval=PING,  # pings each connection …
        ping_timeout=PING,  # … and drops it if no answer comes in this time
        max_size=16 << 20,  # 1 MiB by default
        compression="deflate",  # the default
    ) as server:
        terminated = asyncio.Event()
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, terminated.set)
        await terminated.wait()
        # A deploy: every client is asked to reconnect in half a second at the earliest.
        server.close(code=1012, reason='{"retryAfter":500}')


asyncio.run(main())
