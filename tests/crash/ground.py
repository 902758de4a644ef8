"""What the kills begin with: a site with everything in it, one of an older version, and ways to open them."""

import contextlib
import datetime as dt
import shutil
from dataclasses import dataclass, field
from functools import cache

from lndesk.store.database import connect, in_memory, rows
from lndesk.store.keys import KeyRing
from lndesk.store.migrations import migrate, migrations
from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK, START, Clock, Make, found_site

STORE = "site.lndesk"
TRIGGERS = "select name, sql from sqlite_master where type = 'trigger'"
TABLES = "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"


@dataclass
class Known:
    """What the parent knows of one site: all that was acknowledged, and what was under way."""

    passwords: dict = field(default_factory=dict)
    """Login to the password in force."""
    facts: dict = field(default_factory=dict)
    """A name to a question in SQL and its answer."""
    drafts: dict = field(default_factory=dict)
    acts: dict = field(default_factory=dict)
    """The number of an act to its hash."""
    backups: list = field(default_factory=list)
    under_way: dict = field(default_factory=dict)
    """The name of what has begun and not returned, to what it would change."""
    at: str = START.isoformat()
    marked: tuple = ()
    """The facts and acts that the newest backup holds."""

    def hear(self, told):
        """Take in one line of the child: something begins, or has returned."""
        self.at = max(self.at, told["at"])
        if "begins" in told:
            self.under_way[told["begins"]] = told
            return
        self.under_way.pop(told["done"], None)
        if told.get("marks"):
            self.marked = dict(self.facts), dict(self.acts)
        if told.get("restores"):
            self.go_back()
        self.passwords |= told.get("passwords", {})
        self.facts |= told.get("facts", {})
        self.drafts |= told.get("drafts", {})
        self.backups += told.get("backups", [])
        if "act" in told:
            self.acts[told["act"]] = told["hash"]

    def go_back(self):
        """Know no more than the newest backup holds: it took the site's place."""
        facts, self.acts = self.marked
        self.facts = {name: facts.get(name, [*fact[:2], None]) for name, fact in self.facts.items()}

    def clock(self):
        """Return a clock that shows an hour after the last that was heard of."""
        return Clock(dt.datetime.fromisoformat(self.at) + dt.timedelta(hours=1))

    def coming(self, of, name):
        """Return what something would have become, by what was under way."""
        return [told[of][name] for told in self.under_way.values() if name in told.get(of, {})]


def opened(path, clock, login="chenjing", password=PASSWORD, **kind):
    return Study.open(path, login=login, password=password, clock=clock, cost=QUICK, **kind)


def found(folder):
    """Found the site that each series of kills gets a copy of: one patient is through an infusion."""
    folder.mkdir()
    found_site(folder)
    clock = Clock(START)
    with opened(folder / STORE, clock) as study:
        make = Make(study, clock)
        make.infused(make.treated(), make.lot(lot_no="FIRST")[0])
        study.save_draft("weight", "1", {"kg": "62"})
    return clock.at


def copy_of(founded, folder):
    shutil.copytree(founded, folder)
    return folder / STORE


@cache
def older_steps():
    """Return the steps before which a site's file may be taken back."""
    return tuple(step.name for step in migrations.pending(in_memory()))


def taken_back(founded, folder, step):
    """Make a copy of a site as the version before a step would have left it; None when it cannot have been so."""
    path = copy_of(founded, folder)
    (key,) = KeyRing.read(path).unlock("admin", PASSWORD)
    new = connect(path, key)
    path.with_name("older").unlink(missing_ok=True)
    old = connect(path.with_name("older"), key, create=True)
    with contextlib.closing(new), contextlib.closing(old):
        migrate(old, before=step)
        kept = {row["name"] for row in rows(old, TABLES)}
        lost = {row["name"] for row in rows(new, TABLES)} - kept - {"act_subject"}
        if any(rows(new, f"select 1 from {table} limit 1") for table in lost):
            return None
        _fill(new, old, kept - {"_sqlite_migrations"})
        old.conn.execute("pragma journal_mode = delete")
    for name in (path.name + "-wal", path.name + "-shm"):
        path.with_name(name).unlink(missing_ok=True)
    path.with_name("older").replace(path)
    return path


def _fill(new, old, tables):
    guards = rows(old, TRIGGERS)
    old.conn.execute("pragma foreign_keys = off")
    with old.atomic():
        for guard in guards:
            old.conn.execute(f"drop trigger {guard['name']}")
        for table in tables:
            columns = ", ".join(f'"{row["name"]}"' for row in rows(old, f"pragma table_info({table})"))
            old.conn.execute(f"delete from {table}")
            for row in rows(new, f"select {columns} from {table}"):
                marks = ", ".join("?" * len(row))
                old.conn.execute(f"insert into {table} ({columns}) values ({marks})", list(row.values()))
        for guard in guards:
            old.conn.execute(guard["sql"])
