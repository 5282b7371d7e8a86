"""How fast a batch is alone and beside clients of the API, in turn."""

import asyncio
import statistics
import time

from clients import Tally, load
from loadtest import answered, dropped_batch
from loadsite import Site
from wire import Connection

# For the clients to be in the midst of it.
SETTLING_SECONDS = 5


async def speed(connection: Connection, batch: dict, seconds: float) -> float:
    """Prompts of the batch that are answered in a second."""
    first, start = await answered(connection, batch), time.monotonic()
    await asyncio.sleep(seconds)
    last, end = await answered(connection, batch), time.monotonic()
    return (last - first) / (end - start)


async def measure(site: Site, clients: int, seconds: float, poll_seconds: float, rounds: int, say) -> dict:
    connection = Connection(site.socket)
    batch = await dropped_batch(connection, site)
    await asyncio.sleep(SETTLING_SECONDS)
    tally = Tally()
    alone, loaded = [await speed(connection, batch, seconds)], []
    site.forget_peak()
    for number in range(rounds):
        running = asyncio.create_task(
            load(site.socket, clients, SETTLING_SECONDS + seconds, poll_seconds, tally, f"round-{number}"))
        await asyncio.sleep(SETTLING_SECONDS)
        loaded.append(await speed(connection, batch, seconds))
        await running
        await asyncio.sleep(SETTLING_SECONDS)
        alone.append(await speed(connection, batch, seconds))
        say(f"alone {alone[-2]:.1f}, beside {clients} clients {loaded[-1]:.1f}, alone {alone[-1]:.1f} prompts/s")
    await connection.close()
    assert not tally.errors, tally.errors[:10]
    ratios = [speed / statistics.mean(alone[number:number + 2]) for number, speed in enumerate(loaded)]
    return {
        "clients": clients, "poll_seconds": poll_seconds, "batches": tally.finished, "requests": tally.requests,
        "median_wait_ms": round(statistics.median(tally.waits) * 1000, 1),
        "alone_prompts_per_second": [round(value, 1) for value in alone],
        "loaded_prompts_per_second": [round(value, 1) for value in loaded],
        "ratio": round(statistics.median(ratios), 3), "least_ratio": round(min(ratios), 3),
        "memory_mib": round(site.peak_kibibytes / 1024, 1),
    }
