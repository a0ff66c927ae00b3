"""Convert the UCI "Online Retail" order lines into the shop's catalogue and event files.

`python -m benchmarks.online_retail --source online_retail.csv.gz --out DIR` writes
`DIR/catalogue/online-retail.csv.gz` and `DIR/events/online-retail.jsonl.gz`, and accounts for
every line of the source: converted, or dropped for one named reason. The source is read twice, to
name and price the products and to write the events, so only products are held in memory. The
published times are wall-clock times of a British shop: Europe/London.
"""

import argparse
import csv
import gzip
import io
import json
import re
import statistics
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast
from zoneinfo import ZoneInfo

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
SHOP_TIME = ZoneInfo("Europe/London")

GOODS = re.compile(r"\d{5}[A-Z]{0,3}|DCGS\w+")
SERVICES_WITH_GOODS_CODES = {"23444", "23574", "22016"}  # carriage, packing charge, gift voucher

UNREADABLE = "unreadable line"
CANCELLED = "cancelled invoice"
NOT_GOODS = "not goods: postage, fees, samples, vouchers, manual entries"
NO_QUANTITY = "quantity not above zero: stock corrections"
NO_PRICE = "price not above zero: gifts and corrections"
NO_DESCRIPTION = "no description"


class WrongSource(Exception):  # errors read as facts
    """The source is missing, damaged or another file; the message says which."""


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One order line of the source that is a sale of goods."""

    invoice: str
    code: str
    description: str
    quantity: int
    sold_at: datetime
    unit_price: float
    customer: str
    country: str


@dataclass(slots=True)
class Account:
    """Where every line of the source went."""

    lines: int = 0
    converted: int = 0
    anonymous: int = 0
    dropped: Counter[str] = field(default_factory=Counter)

    @property
    def unaccounted(self) -> int:
        """Return how many lines were neither converted nor dropped: none, unless we err."""
        return self.lines - self.converted - self.dropped.total()

    def table(self) -> str:
        """Return the account as aligned text, one line a fate."""
        rows = [("lines in the source", self.lines), ("converted to purchases", self.converted)]
        rows += [("  of these without a customer (session = invoice)", self.anonymous)]
        rows += [(f"dropped: {reason}", n) for reason, n in self.dropped.most_common()]
        rows.append(("unaccounted for", self.unaccounted))
        return "\n".join(f"{label:<70}  {n:>9,}" for label, n in rows)


@dataclass(slots=True)
class Offers:
    """The titles and prices under which one product was sold, with how often."""

    titles: Counter[str] = field(default_factory=Counter)
    prices: Counter[float] = field(default_factory=Counter)

    def title(self) -> str:
        """Return the most frequent description; of equals, the first in the alphabet."""
        return min(self.titles, key=lambda title: (-self.titles[title], title))

    def price(self) -> float:
        """Return the median unit price over the order lines, in pounds, at least a penny."""
        return max(0.01, round(statistics.median(sorted(self.prices.elements())), 2))


def open_source(path: Path) -> TextIO:
    """Open the source file, or the one of the usual name in the folder, as text."""
    if path.is_dir():
        path /= "online_retail.csv.gz"
    if not path.is_file():
        raise WrongSource(f"{path}: no such file; name online_retail.csv.gz or its folder")
    opening: Any = gzip.open if path.suffix == ".gz" else open
    return cast("TextIO", opening(path, "rt", encoding="utf-8-sig", newline=""))


def read_rows(path: Path) -> Iterator[list[str]]:
    """Yield the rows under the header; raise WrongSource where the file is not what it should be."""
    with open_source(path) as text:
        rows = csv.reader(text)
        try:
            header = ",".join(next(rows, []))
            if header != HEADER:
                raise WrongSource(f"{path}: the header must be {HEADER}, not {header[:200]!r}")
            yield from rows
        except (EOFError, gzip.BadGzipFile, zlib.error, UnicodeDecodeError, csv.Error) as cause:
            where = f"{path}, after line {rows.line_num}"
            raise WrongSource(f"{where}: truncated or damaged ({cause}); fetch it again") from cause


def read_line(row: list[str]) -> OrderLine | str:
    """Return the sale that this row tells of, or the reason why it tells of none."""
    try:
        invoice, code, description, quantity, sold_at, price, customer, country = row
        line = OrderLine(
            invoice.strip(),
            code.strip().upper(),
            " ".join(description.split()),
            int(quantity),
            datetime.fromisoformat(sold_at),
            float(price),
            customer.strip().removesuffix(".0"),
            country.strip(),
        )
    except ValueError:
        return UNREADABLE
    return refusal(line) or line


def refusal(line: OrderLine) -> str | None:
    """Return why this line is no sale of goods, or None where it is one."""
    reasons = (
        (line.invoice.upper().startswith("C"), CANCELLED),
        (not GOODS.fullmatch(line.code) or line.code in SERVICES_WITH_GOODS_CODES, NOT_GOODS),
        (line.quantity <= 0, NO_QUANTITY),
        (not 0 < line.unit_price < float("inf"), NO_PRICE),
        (not line.description, NO_DESCRIPTION),
    )
    return next((reason for holds, reason in reasons if holds), None)


def survey(path: Path) -> tuple[dict[str, Offers], datetime]:
    """Read the whole source once: the offers of each product, and the time of the last sale."""
    offers: dict[str, Offers] = {}
    last = datetime.min  # noqa: DTZ901  # wall time, like the source's
    for row in read_rows(path):
        line = read_line(row)
        if isinstance(line, OrderLine):
            offer = offers.setdefault(line.code, Offers())
            offer.titles[line.description] += 1
            offer.prices[line.unit_price] += 1
            last = max(last, line.sold_at)
    if not offers:
        raise WrongSource(f"{path}: holds no sale of goods")
    return offers, last


def write_catalogue(offers: dict[str, Offers], out: Path) -> None:
    """Write one row a product, in the order of their codes; categories are not in the source."""
    with create(out) as text:
        rows = csv.writer(text, lineterminator="\n")
        rows.writerow(("item_id", "title", "price", "currency", "in_stock", "language"))
        for code in sorted(offers):
            rows.writerow((code, offers[code].title(), offers[code].price(), "GBP", "true", "en"))


def write_events(path: Path, out: Path, shift: timedelta) -> Account:
    """Write one purchase an order line, moved in time by the shift, and account for every line."""
    account = Account()
    seen: Counter[str] = Counter()
    with create(out) as text:
        for row in read_rows(path):
            account.lines += 1
            seen[row[0] if row else ""] += 1
            line = read_line(row)
            if isinstance(line, str):
                account.dropped[line] += 1
                continue
            event = purchase(line, seen[row[0]], shift)
            text.write(json.dumps(event, ensure_ascii=False) + "\n")
            account.converted += 1
            account.anonymous += "session_id" in event
    return account


def purchase(line: OrderLine, number: int, shift: timedelta) -> dict[str, Any]:
    """Return the event of this line, the given number within its invoice; value is its amount."""
    buyer = {"customer_id": line.customer} if line.customer else {"session_id": line.invoice}
    return {
        "event_id": f"{line.invoice}-{number}",
        "type": "purchase",
        **buyer,
        "item_id": line.code,
        "value": round(line.unit_price * line.quantity, 2),
        "occurred_at": (line.sold_at + shift).replace(tzinfo=SHOP_TIME).isoformat(),
        "properties": {"quantity": line.quantity, "currency": "GBP", "country": line.country},
    }


def create(path: Path) -> TextIO:
    """Create a gzip text file whose bytes depend on its text alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    packed = cast("BinaryIO", gzip.GzipFile(path, "wb", compresslevel=6, mtime=0))
    return io.TextIOWrapper(packed, encoding="utf-8", newline="")


def whole_weeks(last: datetime, until: date | None) -> timedelta:
    """Return the shift by whole weeks that puts the last sale at most a week before a date."""
    return timedelta(weeks=(until - last.date()).days // 7 if until else 0)


def convert(source: Path, out: Path, until: date | None = None) -> tuple[int, Account]:
    """Write both files and return the number of products and the account of the lines."""
    offers, last = survey(source)
    write_catalogue(offers, out / "catalogue/online-retail.csv.gz")
    shift = whole_weeks(last, until)
    return len(offers), write_events(source, out / "events/online-retail.jsonl.gz", shift)


def main(arguments: list[str] | None = None) -> int:
    """Convert what the command line names; 2 where the source is wrong, 1 where lines are lost."""
    parser = argparse.ArgumentParser(prog="benchmarks.online_retail", description=__doc__)
    parser.add_argument("--source", type=Path, required=True, help="the file, or its folder")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    until = "shift all times by whole weeks, to end in the week before this date"
    parser.add_argument("--until", type=date.fromisoformat, help=until)
    options = parser.parse_args(arguments)
    try:
        products, account = convert(options.source, options.out, options.until)
    except (WrongSource, OSError) as wrong:
        print(f"online_retail: {wrong}", file=sys.stderr)
        return 2
    print(account.table())
    print(f"{products:,} products and {account.converted:,} events in {options.out}")
    return 1 if account.unaccounted else 0


if __name__ == "__main__":
    sys.exit(main())
