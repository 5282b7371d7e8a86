"""What the API promises under load, one after the other on one site."""

import asyncio
import json
import time

from clients import Tally, load
from loadsite import BATCH_NAME, BATCH_PROMPTS, Site, within
from wire import FORM_END, FORM_TYPE, Connection, Refused, form_head

# Of the daemon's memory, what 200 connections may add: for each some 100 KiB of buffers at both ends of its sockets and
# what is parsed of a request; for each batch the record of its order; and what a heap that was used by many keeps.
MOST_MEBIBYTES_OF_LOAD = 96
# What one upload may add, whatever its size: pieces that were read and wait to be written.
MOST_MEBIBYTES_OF_UPLOAD = 32
PIECE = 1 << 20
# Of the dropped batch, after which the daemon's memory is what the batch alone needs.
PROMPTS_TO_SETTLE = 100
# For whatever has to come, on however slow a machine; a debug build reads the dropped batch for a minute on a busy one.
MOST_SECONDS = 600


class Findings(dict):
    """Figures by name, and what was wrong."""

    def __init__(self):
        super().__init__()
        self.wrong: list[str] = []

    def expect(self, holds: bool, what: str) -> None:
        if not holds:
            self.wrong.append(what)


async def start(site: Site) -> None:
    """Waits until prompts are run."""
    connection = Connection(site.socket)
    deadline = time.monotonic() + MOST_SECONDS
    while True:
        try:
            await connection.ask("GET", "/healthz")
            return await connection.close()
        except (OSError, Refused, asyncio.IncompleteReadError):
            await connection.close()
            site.daemon.expect_alive()
            assert time.monotonic() < deadline, "the daemon does not serve"
            await asyncio.sleep(0.1)


async def dropped_batch(connection: Connection, site: Site) -> dict:
    """The batch that is dropped as a file, when it runs."""
    site.drop_batch()
    deadline = time.monotonic() + MOST_SECONDS
    while True:
        batches = (await connection.json("GET", "/v1/batches?limit=1"))["data"]
        if batches and batches[0]["request_counts"]["completed"] > 0:
            return batches[0]
        assert time.monotonic() < deadline, "the dropped batch does not run"
        await asyncio.sleep(0.2)


async def answered(connection: Connection, batch: dict) -> int:
    count = (await connection.json("GET", f"/v1/batches/{batch['id']}"))["request_counts"]["completed"]
    # The next question may come after the minute for which the daemon keeps one that is not used.
    await connection.close()
    return count


async def many_clients(site: Site, findings: Findings, clients: int, seconds: float, poll_seconds: float) -> None:
    """Clients beside a batch that was dropped: no error, nothing lost or doubled, memory bounded."""
    connection = Connection(site.socket)
    batch = await dropped_batch(connection, site)
    site.forget_peak()
    enough = await answered(connection, batch) + PROMPTS_TO_SETTLE
    async with asyncio.timeout(MOST_SECONDS):
        while (before := await answered(connection, batch)) < enough:
            await asyncio.sleep(0.1)
    alone = site.peak_kibibytes / 1024
    tally = Tally()
    await load(site.socket, clients, seconds, poll_seconds, tally)
    loaded = site.peak_kibibytes / 1024
    waits = sorted(tally.waits)
    findings |= {
        "clients": clients, "seconds": seconds, "batches": tally.finished, "requests": tally.requests,
        "errors": len(tally.errors), "lost": tally.lost, "doubled": tally.doubled,
        "median_wait_ms": round(waits[len(waits) // 2] * 1000, 1), "longest_wait_ms": round(waits[-1] * 1000),
        "memory_alone_mib": round(alone, 1), "memory_mib": round(loaded, 1),
    }
    findings.wrong += tally.errors[:10]
    findings.expect(tally.finished == len(tally.created) > 0, "not every batch that was created has ended well")
    findings.expect(loaded - alone <= MOST_MEBIBYTES_OF_LOAD,
                    f"memory grew from {alone:.0f} to {loaded:.0f} MiB")
    findings.expect(await answered(connection, batch) > before, "the dropped batch stood still")
    await everything_is_there_once(site, connection, findings, batch, tally)
    await connection.close()


async def everything_is_there_once(
    site: Site, connection: Connection, findings: Findings, batch: dict, tally: Tally
) -> None:
    listed = []
    page = "/v1/batches?limit=100"
    while True:
        answer = await connection.json("GET", page)
        listed += [entry["id"] for entry in answer["data"]]
        if not answer["has_more"]:
            break
        page = f"/v1/batches?limit=100&after={answer['last_id']}"
    wanted = {batch["id"], *tally.created}
    findings["doubled"] += len(listed) - len(set(listed)) + len(set(listed) - wanted)
    findings["lost"] += len(wanted - set(listed))
    findings.expect(set(listed) == wanted and len(listed) == len(wanted), "the list of batches has others")
    findings.expect(not site.names("api/files"), "uploads were left behind")
    findings.expect(not site.names("incoming"), "files were left in incoming/")

    await connection.json("POST", f"/v1/batches/{batch['id']}/cancel")
    output = site.spool / "output" / BATCH_NAME
    await within(MOST_SECONDS, "the dropped batch ends", output.exists)
    outcomes = [json.loads(entry)["custom_id"] for name in ("output", "errors")
                for entry in open(output / f"{name}.jsonl", "rb")]
    findings["lost"] += BATCH_PROMPTS - len(set(outcomes))
    findings["doubled"] += len(outcomes) - len(set(outcomes))
    findings.expect(sorted(outcomes) == sorted(f"prompt-{number}" for number in range(BATCH_PROMPTS)),
                    "the dropped batch has not every prompt once")


async def begin_upload(site: Site, size: int) -> Connection:
    """Sends the beginning of a form whose file is to have this size."""
    head = form_head("large.jsonl")
    connection = Connection(site.socket)
    await connection.open()
    length = len(head) + size + len(FORM_END)
    connection.writer.write(f"POST /v1/files HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM_TYPE}\r\n"
                            f"Content-Length: {length}\r\n\r\n".encode() + head)
    return connection


async def send(connection: Connection, size: int) -> None:
    piece = (b'{"prompt": "' + b"x" * 1010 + b'"}\n') * (PIECE // 1025 + 1)
    for offset in range(0, size, PIECE):
        connection.writer.write(piece[:min(PIECE, size - offset)])
        await connection.writer.drain()


async def large_uploads(site: Site, findings: Findings, mebibytes: int) -> None:
    """A whole upload takes no more memory than a small one, and one that breaks off leaves nothing."""
    size = mebibytes << 20
    before = site.names("api/files")
    site.forget_peak()
    calm = site.peak_kibibytes / 1024
    for share in (0.5, 0.999):
        connection = await begin_upload(site, size)
        await send(connection, int(size * share))
        await within(MOST_SECONDS, "an upload begins", lambda: site.names("api/files") != before)
        begun = site.names("api/files") - before
        findings.expect(len(begun) == 1 and all(name.startswith(".") for name in begun),
                        f"an upload is visible before it is whole: {begun}")
        # No farewell: the connection is reset, with what is under way on it.
        connection.writer.transport.abort()
        await within(MOST_SECONDS, "an upload that broke off leaves nothing", lambda: site.names("api/files") == before)

    start = time.monotonic()
    connection = await begin_upload(site, size)
    await send(connection, size)
    connection.writer.write(FORM_END)
    file = json.loads(await connection.answer("POST /v1/files"))
    seconds = time.monotonic() - start
    findings.expect(file["bytes"] == size, f"the upload has {file['bytes']} bytes")
    await connection.json("DELETE", f"/v1/files/{file['id']}")
    await connection.close()
    findings.expect(site.names("api/files") == before, "a large upload that was deleted left something")
    grown = site.peak_kibibytes / 1024 - calm
    findings |= {"upload_mib": mebibytes, "upload_seconds": round(seconds, 1), "upload_memory_mib": round(grown, 1)}
    findings.expect(grown <= MOST_MEBIBYTES_OF_UPLOAD, f"an upload of {mebibytes} MiB took {grown:.0f} MiB of memory")


async def full_disk(site: Site, findings: Findings, mebibytes: int) -> None:
    """An upload that does not fit is refused as OpenAI refuses things, leaves nothing, and the next one is taken."""
    size = 2 * mebibytes << 20
    connection = await begin_upload(site, size)
    sending = asyncio.create_task(send(connection, size))
    try:
        await connection.answer("POST /v1/files")
        findings.expect(False, "an upload beyond the disk was taken")
    except Refused as refusal:
        error = refusal.error
        findings.expect((refusal.status, error["code"]) == (507, "disk_full"), f"a full disk is {refusal}")
        findings.expect(str(site.spool) not in error["message"], f"it tells paths: {error['message']}")
    sending.cancel()
    await asyncio.gather(sending, return_exceptions=True)
    await connection.close()
    findings.expect(not site.names("api/files"), f"a full disk left {site.names('api/files')}")
    tally = Tally()
    await load(site.socket, 1, 2, 0.1, tally)
    findings.expect(tally.finished == len(tally.created) > 0, f"no batch after a full disk: {tally.errors}")
