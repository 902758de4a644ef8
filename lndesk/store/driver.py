"""SQLCipher in the place where sqlite-utils looks for its SQLite module."""

from __future__ import annotations

import sys

import sqlcipher3
from sqlcipher3 import dbapi2

# sqlite-utils takes pysqlite3 before the standard module. Without this it catches the wrong exception classes,
# and leaves a transaction open after "insert ... returning".
sys.modules.setdefault("pysqlite3", sqlcipher3)
sys.modules.setdefault("pysqlite3.dbapi2", dbapi2)

from sqlite_utils import Database, Migrations  # noqa: E402  # the order is the point of this module

__all__ = ["Database", "Migrations", "dbapi2"]
