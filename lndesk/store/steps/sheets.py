"""Steps of the sheets: the bytes that were issued, and each print of them."""

from __future__ import annotations

from lndesk.store.acts import guard
from lndesk.store.driver import Database
from lndesk.store.steps.script import run_script


def m018_printings(db: Database) -> None:
    """Keep the bytes of sheets beside the record of them, and who printed which copy, when and why."""
    run_script(
        db,
        """
        create table content (
            id integer primary key, sha256 text not null unique, bytes blob not null
        ) strict;
        create table sheet_file (
            id integer primary key, sheet_id integer not null unique references sheet (id),
            content_id integer not null references content (id), sha256 text not null
        ) strict;
        create trigger content_in_open_act before insert on content
            when not exists (select 1 from open_act)
            begin select raise(abort, 'no open act'); end;
        create trigger content_no_update before update on content
            begin select raise(abort, 'a content is never changed'); end;
        create trigger content_no_delete before delete on content
            begin select raise(abort, 'a content is never removed'); end;
        create table printing (
            id integer primary key, sheet_id integer not null references sheet (id),
            copy_no integer not null check (copy_no >= 0), reason text not null, remark text not null,
            printer text not null, content_id integer not null references content (id), sha256 text not null,
            outcome text not null check (outcome in ('sent', 'complete', 'not_complete')),
            printed_by text not null, printed_at text not null, printed_at_offset_min integer not null
        ) strict;
        create index printing_sheet on printing (sheet_id);
        create index printing_sha256 on printing (sha256);
        create index sheet_sha256 on sheet (sha256);
        """,
    )
    guard(db, "printing", "sheet_file")


STEPS = (m018_printings,)
