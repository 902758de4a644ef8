"""Copying the audit trail out of the file for a monitor; the copy is on record before it has its name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

from lndesk import __version__
from lndesk.domain.errors import RuleViolation, StoreProblem
from lndesk.domain.sheet import SheetLanguage, Text
from lndesk.funnel import not_permitted
from lndesk.i18n import Sentence
from lndesk.queries.act_filter import EVERY_ACT, ActFilter, ActScope
from lndesk.queries.acts import act_count
from lndesk.queries.audit_lines import audit_lines, filter_words, without_names
from lndesk.services.audit import ExportAudit
from lndesk.services.command import Changes
from lndesk.store import acts, patients, people
from lndesk.store.database import connect
from lndesk.store.driver import Database
from lndesk.trail import Trail

MOST_ACTS_ON_PAPER = 5_000
Form = Literal["csv", "pdf"]


@dataclass(frozen=True, slots=True)
class AuditExport:
    """A composed export that is not yet on record or on the disk."""

    content: bytes
    command: ExportAudit


class Export(Trail):
    """Composing is for a worker and has a connection of its own; keeping is for the desk's thread."""

    def compose_audit(
        self, form: Form, wanted: ActFilter = EVERY_ACT, *, names: bool = False, language: SheetLanguage | None = None
    ) -> AuditExport:
        """Compose an export of the acts that are wanted.

        Raises:
            NotPermitted: the role does not export.
            RuleViolation: there are too many acts for paper, or the font lacks a letter.
        """
        if not self.permits(ExportAudit):
            raise not_permitted(self.who, ExportAudit(form=form, wanted={}, acts=0, names=names, sha256=""))
        db = connect(self.path, self._file.key, read_only=True)
        try:
            db.conn.execute("begin")  # one state of the file, whatever is saved meanwhile
            count = act_count(db, wanted, self._scope)
            subject = "" if wanted.patient_id is None else patients.patient(db, wanted.patient_id).subject_id
            said = filter_words(wanted, subject)
            content = self._table(db, wanted, names=names) if form == "csv" else self._pages(
                db, wanted, said, count, names=names, language=language
            )  # fmt: skip
        finally:
            db.close()
        sha256 = hashlib.sha256(content).hexdigest()
        return AuditExport(content, ExportAudit(form=form, wanted=said, acts=count, names=names, sha256=sha256))

    def keep_audit_export(self, export: AuditExport, file: Path) -> Changes:
        """Write an export where the person says, and put on record that it left; neither without the other.

        Raises:
            NotPermitted: the role does not export.
            StoreProblem: the file cannot be written.
        """
        part = file.with_name(file.name + ".partial")
        try:
            part.write_bytes(export.content)
            changes = self.run(export.command)
            part.replace(file)
        except OSError as error:
            why = error.strerror or error
            raise StoreProblem(Sentence("{path} cannot be written: {why}.", path=file, why=why)) from error
        finally:
            part.unlink(missing_ok=True)
        return changes

    def _table(self, db: Database, wanted: ActFilter, *, names: bool) -> bytes:
        from lndesk.reports.audit_table import audit_table

        return audit_table(audit_lines(db, wanted, ActScope.of(self.who), names=names))

    def _pages(
        self, db: Database, wanted: ActFilter, said: dict[str, str], count: int, *, names: bool,
        language: SheetLanguage | None,
    ) -> bytes:  # fmt: skip
        from lndesk.reports.audit_list import AuditFacts, audit_list  # heavy: loads the fonts

        if count > MOST_ACTS_ON_PAPER:
            raise RuleViolation(
                Sentence(
                    "{n} acts are too many for paper. Narrow the filter to {most}, or export a CSV file.",
                    n=count,
                    most=MOST_ACTS_ON_PAPER,
                )
            )
        site = people.site(db)
        facts = AuditFacts(
            site=Text(site.name, site.name_zh),
            training=site.training,
            wanted=said if names else without_names(db, said),
            acts=count,
            names=names,
            chain_head=acts.head(db),
            printed_at=self.now(),
            printed_by=self.who.name,
            app_version=__version__,
        )
        lines = audit_lines(db, wanted, ActScope.of(self.who), names=names)
        return audit_list(lines, facts, language or cast("SheetLanguage", site.sheet_language))
