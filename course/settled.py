"""A small table of our own in the gradebook: which answers, and which key, the marks of a submission belong to.

nbgrader keeps no such thing, so with it alone every corrected key would send every manual mark back to the marker.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Column, Connection, MetaData, String, Table, Text, delete, insert, inspect, select
from sqlalchemy.schema import CreateTable

TABLE = Table(
    "course_settled",
    MetaData(),
    Column("notebook_id", String(32), primary_key=True),
    Column("receipt", String(64), nullable=False),
    Column("key_digest", String(16), nullable=False),
    Column("answers", Text, nullable=False),
)

_AT_ONCE = 500
"""Ids in one query: below what any database takes as parameters."""


@dataclass(frozen=True)
class Settled:
    """The submission (its receipt), the key, and the digest of each answer that the present marks belong to."""

    receipt: str
    key: str
    answers: dict[str, str]


def there(connection: Connection) -> bool:
    """Whether a gradebook has the table; asking makes none."""
    return inspect(connection).has_table(TABLE.name)


def read(connection: Connection, notebooks: Iterable[str]) -> dict[str, Settled]:
    """What is known of submitted notebooks, by their gradebook ids; reading changes nothing."""
    found: dict[str, Settled] = {}
    if not there(connection):
        return found
    for part in _parts(notebooks):
        for row in connection.execute(select(TABLE).where(TABLE.c.notebook_id.in_(part))):
            found[row.notebook_id] = Settled(row.receipt, row.key_digest, json.loads(row.answers))
    return found


def write(connection: Connection, entries: dict[str, Settled]) -> None:
    """Replace what is known; the caller commits."""
    if not entries:
        return
    # In one statement: somebody else may be about to make it too.
    connection.execute(CreateTable(TABLE, if_not_exists=True))
    for part in _parts(entries):
        connection.execute(delete(TABLE).where(TABLE.c.notebook_id.in_(part)))
    connection.execute(
        insert(TABLE),
        [
            {"notebook_id": name, "receipt": s.receipt, "key_digest": s.key, "answers": json.dumps(s.answers, sort_keys=True)}
            for name, s in entries.items()
        ],
    )


def _parts(names: Iterable[str]) -> list[list[str]]:
    every = list(names)
    return [every[i : i + _AT_ONCE] for i in range(0, len(every), _AT_ONCE)]
