"""The order system of the sample shop on a free port, and the dialogue that calls it there."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from threading import Thread

from infra.local.imports import InboxFile
from samples.orders import PORT, server


@contextlib.contextmanager
def sample_orders() -> Iterator[int]:
    """Serve the sample orders while the block runs; yield their port."""
    orders = server(port=0)
    thread = Thread(target=orders.serve_forever)
    thread.start()
    try:
        yield orders.server_port
    finally:
        orders.shutdown()
        thread.join()
        orders.server_close()


def calling(file: InboxFile, port: int, folder: Path) -> InboxFile:
    """Return a file of the samples as it is, or a dialogue that calls the orders at their port."""
    if file.kind != "dialogue":
        return file
    path = folder / file.name
    text = file.path.read_text(encoding="utf-8")
    path.write_text(text.replace(f"localhost:{PORT}", f"localhost:{port}"), encoding="utf-8")
    return InboxFile(file.kind, path)
