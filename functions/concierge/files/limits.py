"""What a file may be at most; beyond it, a row or the whole file is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what one file may ask of the importer."""

    # The function has 8 GiB of disk for the rows, the snapshot in force and the one that it makes.
    most_decoded_bytes: int = 2 << 30
    # A gzip bomb packs a thousand to one; real catalogues and events pack three to thirty to one.
    most_gzip_ratio: int = 200
    gzip_ratio_from_bytes: int = 16 << 20
    most_csv_row: int = 4 << 20
    most_json_line: int = 1 << 20
    most_document: int = 16 << 20
    # A file with more bad rows than this was meant for somebody else: it changes nothing.
    most_bad_share: float = 0.2
    bad_share_from_rows: int = 10
    # A quarantine file is for reading; the report counts every row all the same.
    most_quarantined_rows: int = 10_000
