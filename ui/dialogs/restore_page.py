"""Restore a backup where no site is open: on an empty machine, or over a file that opens no more."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit

from lndesk import settings
from lndesk.domain.errors import Cancelled, LnDeskError, RuleViolation, StoreProblem
from lndesk.i18n import Sentence, _
from lndesk.inside import day_of
from lndesk.restore import Restoration
from ui.dialogs.create_site import FILE_NAME
from ui.dialogs.restore_backup import check_typed_day, prepared, restored_words
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.form import Form
from ui.widgets.page import Page
from ui.widgets.path_field import BACKUPS, SITES, PathField
from ui.widgets.way_rows import WayRows
from ui.widgets.work_bar import WorkBar


class RestorePage(Page):
    """One form. Where a site lies already, its copy is kept and the backup's date is typed first."""

    restored = Signal(object)
    """Emitted with `Left`: the file that is there now, and what is to be said at its sign-in."""

    def __init__(self, on_back: Callable[[], None]) -> None:
        super().__init__(_("Restore a backup"), scroll=True)
        self.back = self.add_to_header(Button(_("Back"), on_back, icon_name="arrow-left"))
        self.set_primary(_("Restore this backup"), self.submit)
        card = self.add(Card(_("Backup")))
        self.form = card.add(Form())
        self.file = self.form.add("file", _("Backup"), PathField("file", endings=BACKUPS))
        proposed = str(settings.data_folder() / FILE_NAME)
        self.place = self.form.add("place", _("Site's file"), PathField("new_file", proposed, endings=SITES))
        self.typed = self.form.add(
            "typed",
            _("Date of the backup"),
            QLineEdit(),
            hint=_("There is a site already. A copy of it is kept beside it. Type the date of the backup to go on."),
        )
        self.reason = self.form.add("reason", _("Reason"), QLineEdit())
        self.people = self.add(Card(_("Administrator"))).add(Form())
        self.rows = WayRows(
            self.people,
            renews=True,
            hint=_("The password that held when the backup was made. It is your signature."),
        )
        self.bar = self.add(WorkBar())
        self.bar.ended.connect(lambda: self._let_type(free=True))
        self.content.addStretch(1)
        self.place.line.textChanged.connect(lambda _text: self._look())
        self._look()
        self.file.setFocus()

    def submit(self) -> None:
        """Restore, or say at the field what stands in the way."""
        if self.bar.running:
            return
        self.message.clear()
        self.form.clear_problems()
        self.people.clear_problems()
        try:
            work = self._work()
        except LnDeskError as problem:
            self._refuse(problem)
            return
        self._let_type(free=False)
        self.bar.start(
            lambda watch: prepared(work, watch),
            on_done=self._put_in_place,
            on_failed=lambda problem: self._give_up(work, problem),
            on_left=lambda _work: work.give_up(),
        )

    def _work(self) -> Restoration:
        file, place = self.file.value(), self.place.value() and self.place.site()
        made = day_of(file) if file.is_file() else None
        if made is not None and place.exists():
            check_typed_day(self.typed.text(), made)
        if not self.reason.text().strip():
            raise RuleViolation(Sentence("Give the reason."), field="reason")
        way = self.rows.value()
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = error.strerror or error
            raise StoreProblem(Sentence("{path} cannot be written: {why}.", path=place.parent, why=why)) from error
        return Restoration(file, place, way, reason=self.reason.text())

    def _put_in_place(self, work: Restoration) -> None:
        if self.bar.cancelled:
            self._give_up(work, Cancelled(Sentence("Stopped. Nothing half made was left.")))
            return
        try:
            restored = work.put_in_place()
        except LnDeskError as problem:
            self._refuse(problem)
        else:
            self.restored.emit(restored_words(restored))
        finally:
            work.give_up()

    def _give_up(self, work: Restoration, problem: LnDeskError) -> None:
        work.give_up()
        self._refuse(problem)

    def _refuse(self, problem: LnDeskError) -> None:
        placed = self.rows.placed(problem)
        if isinstance(placed, RuleViolation) and (
            self.form.show_violation(placed) or self.people.show_violation(placed)
        ):
            return
        self.say("info" if isinstance(problem, Cancelled) else "stop", str(placed), todo=_("Nothing was changed."))

    def _look(self) -> None:
        text = self.place.line.text().strip()
        self.form.set_visible("typed", bool(text) and self.place.site().exists())

    def _let_type(self, *, free: bool) -> None:
        for part in (self.form, self.people, self.back, self.primary):
            if part is not None:
                part.setEnabled(free)
