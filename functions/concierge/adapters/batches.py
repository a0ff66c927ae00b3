"""Cut what is to be sent into batches that a service takes."""

from collections.abc import Iterator, Sequence


def batches(
    payloads: Sequence[bytes], *, most: int, most_bytes: int
) -> Iterator[list[tuple[int, bytes]]]:
    """Yield payloads with their positions, within a count and a size in bytes of each batch."""
    batch: list[tuple[int, bytes]] = []
    size = 0
    for position, payload in enumerate(payloads):
        if batch and (len(batch) == most or size + len(payload) > most_bytes):
            yield batch
            batch, size = [], 0
        batch.append((position, payload))
        size += len(payload)
    if batch:
        yield batch
