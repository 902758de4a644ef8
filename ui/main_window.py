"""The window: bar, rail, patient banner, work area and message strip around the screens."""

from __future__ import annotations

import importlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import partial
from typing import Final

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from lndesk import settings
from lndesk.domain.account import CLINICAL, EVERYONE, Role
from lndesk.domain.errors import RuleViolation
from lndesk.domain.payload import parse_payload
from lndesk.i18n import N_, _
from lndesk.services.command import Changes
from lndesk.services.patients import RegisterPatient
from lndesk.study import Study
from ui.dialogs.change_password import ChangePasswordDialog
from ui.dialogs.clock_stop import ClockGuard
from ui.dialogs.lock_window import DeskLock
from ui.display import display
from ui.navigation import Destination, Place
from ui.notifier import Notifier
from ui.widgets.banner import BannerFacts, PatientBanner
from ui.widgets.find_patient import FindPatient
from ui.widgets.help_panel import HelpPanel
from ui.widgets.idle_watch import IdleWatch
from ui.widgets.labels import Text
from ui.widgets.message_strip import MessageStrip
from ui.widgets.notices import last_backup_words, show_notices, show_start_check
from ui.widgets.rail import Rail, ScreenEntry
from ui.widgets.screen import Screen
from ui.widgets.top_bar import TopBar

DESIGNED: Final = (1366, 768)
SMALLEST: Final = (1280, 720)
RAIL_NARROW_BELOW: Final = 1200
SCREENS: Final = (
    ScreenEntry("today", N_("Today"), "sun", "ui.screens.today", "TodayScreen", EVERYONE),
    ScreenEntry("patients", N_("Patients"), "users", "ui.screens.patients", "PatientsScreen", EVERYONE),
    ScreenEntry("calendar", N_("Calendar"), "calendar-days", "ui.screens.calendar", "CalendarScreen", EVERYONE),
    ScreenEntry("dose", N_("Dose preparation"), "calculator", "ui.screens.dose", "DoseScreen", CLINICAL),
    ScreenEntry(
        "infusions", N_("Infusions"), "syringe", "ui.screens.infusions", "InfusionsScreen", CLINICAL | {Role.MONITOR}
    ),
    ScreenEntry(
        "product",
        N_("Product"),
        "package",
        "ui.screens.product",
        "ProductScreen",
        frozenset({Role.INVESTIGATOR, Role.TECHNICIAN, Role.MONITOR}),
    ),
    ScreenEntry(
        "backup", N_("Backup"), "database-backup", "ui.screens.backup", "BackupScreen", EVERYONE - {Role.MONITOR}
    ),
    ScreenEntry("audit", N_("Audit trail"), "history", "ui.screens.audit", "AuditScreen", EVERYONE),
    ScreenEntry("settings", N_("Settings"), "settings", "ui.screens.settings", "SettingsScreen", EVERYONE),
)


class MainWindow(QMainWindow):
    """Shows one screen at a time to the person who is signed in. Its title never names a patient."""

    site_left = Signal(object)
    """Emitted when another file was put in the place of the site's: this window is to be closed."""

    def __init__(self, study: Study) -> None:
        super().__init__()
        self.study = study
        self.idle = IdleWatch(self, limit_s=_lock_after_s(study))
        self.desk_lock = DeskLock(study, self)
        self.clock_guard = ClockGuard(study, self, go_on=self._go_on, lock=self.lock)
        self._notifier = Notifier(self)
        self._stop_following = self._notifier.follow(study.listeners)
        self._tick = QTimer(self, interval=1_000)
        self._screens: dict[Destination, Screen] = {}
        self._here = Place(destination="today")
        self._open = True
        self._day = study.today()
        self._build()
        self._bind_keys()
        self._connect()
        self._restore_geometry()

    @property
    def current(self) -> Screen | None:
        """Return the screen that is shown."""
        shown = self.stack.currentWidget()
        return shown if isinstance(shown, Screen) else None

    def start(self) -> None:
        """Show the first page, and what has to be known at the start of work."""
        self._show_notices()
        show_start_check(self.study, self.strip, self.go)
        if self.study.backups():  # when there is none, a notice that stays says so
            self.strip.say(last_backup_words(self.study), "info")
        self.go(Place(destination="today"))
        self.idle.start()
        self._begin()

    def go(self, place: Place) -> None:
        """Go somewhere in the window."""
        entry = _entry(place.destination)
        if not self._is_for_this_role(entry):
            return
        screen = self._screen(entry)
        if self.current is not screen:
            self._depart()
            self.stack.setCurrentWidget(screen)
        self._here = place
        self.rail.mark(place.destination)
        screen.show_place(place)
        self._list_keys()
        _focus_first(screen)

    def lock(self) -> None:
        """Hide everything until somebody signs in."""
        if self.desk_lock.locked:
            return
        self.idle.stop()
        self.strip.drop("idle")
        if self.current is not None:
            self.current.leave()
        self.finder.put_away()
        self.desk_lock.lock()

    def register_patient(self) -> None:
        """Begin to register a patient, on the page of the patients."""
        if not self.study.permits(RegisterPatient):
            self.strip.say(_("Patients are registered by nurses and investigators."), "info")
            return
        self.go(Place(destination="patients", action="register"))

    def take_scan(self, code: str) -> None:
        """Go where the scanned sheet's dose now stands."""
        if self.desk_lock.locked:
            return
        try:
            scanned = parse_payload(code)
        except RuleViolation as refusal:
            self.strip.say(str(refusal), "warn")
            return
        if not self._is_for_this_role(_entry("infusions")):
            return
        sheet = next((row for row in self.study.sheets() if row.number == scanned.number), None)
        if sheet is None:
            self.strip.say(_("There is no sheet {number} on this site.", number=scanned.number), "warn")
            return
        self.go(Place(destination="infusions", patient_id=sheet.patient.id, preparation_id=sheet.preparation_id))

    def rebuild(self) -> None:
        """Build everything anew, in another language, and stay where one is."""
        self._build_for(Place(destination=self._here.destination, patient_id=self._here.patient_id))

    def toggle_help(self) -> None:
        """Show the keys of this page beside it, or put them away."""
        self.help.setVisible(self.help.isHidden())
        self._list_keys()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Keep what was typed and where the window stood."""
        if self._open:
            self._open = False
            self._let_go()
        super().closeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the page more room in a narrow window."""
        super().resizeEvent(event)
        self.rail.set_narrow(narrow=event.size().width() < RAIL_NARROW_BELOW)
        self.finder.matches.hide()

    def _let_go(self) -> None:
        if self.current is not None:
            self.current.leave()
        self.idle.stop()
        self.desk_lock.close()
        self._tick.stop()
        self._stop_following()
        display.language_changed.disconnect(self.rebuild)
        where = b64encode(self.saveGeometry().data()).decode()
        settings.save(settings.load().but(window=where))

    def _build(self) -> None:
        site, role = self.study.site(), self.study.who.role
        self.finder = FindPatient(self.study.patients)
        self.finder.chosen.connect(lambda patient_id: self.go(Place(destination="patients", patient_id=patient_id)))
        self.top = TopBar(
            self.finder,
            trial_id=self.study.protocol().trial_id,
            who=self.study.who,
            training=site.training,
            on_lock=self.lock,
        )
        shown = [(number, entry) for number, entry in enumerate(SCREENS, start=1) if role in entry.roles]
        self.rail = Rail(shown, lambda key: self.go(Place(destination=key)))
        self.banner = PatientBanner()
        self.stack = QStackedWidget()
        self.strip = MessageStrip()
        self.help = HelpPanel(self.toggle_help)
        self.help.hide()
        self.setCentralWidget(self._lay_out(training=site.training))
        self.rail.set_narrow(narrow=self.width() < RAIL_NARROW_BELOW)
        self._show_title(None)
        self._show_time()

    def _build_for(self, place: Place) -> None:
        self._depart()
        self._screens.clear()
        self._build()
        self._show_notices()
        self.go(place)

    def _lay_out(self, *, training: bool) -> QWidget:
        page = QHBoxLayout()
        page.setSpacing(0)
        page.addWidget(self.stack, 1)
        page.addWidget(self.help)
        work = QVBoxLayout()
        work.setSpacing(0)
        work.addWidget(self.banner)
        work.addLayout(page, 1)
        work.addWidget(self.strip)
        below = QHBoxLayout()
        below.setSpacing(0)
        below.addWidget(self.rail)
        below.addLayout(work, 1)
        central = QWidget()
        whole = QVBoxLayout(central)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.top)
        if training:
            band = Text(_("TRAINING: made-up patients. Nothing on this screen is real."), "training")
            band.setObjectName("TrainingBand")
            band.setAlignment(Qt.AlignmentFlag.AlignCenter)
            whole.addWidget(band)
        whole.addLayout(below, 1)
        return central

    def _bind_keys(self) -> None:
        keys: dict[str, Callable[[], None]] = {
            "Ctrl+K": self._find,
            "Ctrl+L": self.lock,
            "Ctrl+N": self.register_patient,
            "F1": self.toggle_help,
        }
        for number, entry in enumerate(SCREENS, start=1):
            keys[f"Alt+{number}"] = partial(self.go, Place(destination=entry.key))
        for text, act in keys.items():
            QShortcut(QKeySequence(text), self).activated.connect(act)

    def _find(self) -> None:
        self.finder.begin()

    def _connect(self) -> None:
        self._notifier.changed.connect(self._on_changed)
        self._tick.timeout.connect(self._on_tick)
        self._tick.start()
        # Queued: the button that changed the language lies on a page that goes.
        display.language_changed.connect(self.rebuild, Qt.ConnectionType.QueuedConnection)
        self.desk_lock.unlocked.connect(self._on_unlocked)
        self.idle.expired.connect(self.lock)
        self.idle.counting.connect(self._count_down)
        self.idle.resumed.connect(lambda: self.strip.drop("idle"))
        app = QApplication.instance()
        if app is not None:
            app.installEventFilter(self.idle)

    def _screen(self, entry: ScreenEntry) -> Screen:
        if entry.key not in self._screens:
            made: Screen = getattr(importlib.import_module(entry.module), entry.screen)(self.study, self.go)
            made.patient_shown.connect(self._on_patient_shown)
            made.said.connect(self.strip.say)
            made.site_left.connect(self.site_left)
            self.stack.addWidget(made)
            self._screens[entry.key] = made
        return self._screens[entry.key]

    def _is_for_this_role(self, entry: ScreenEntry) -> bool:
        role = self.study.who.role
        if role in entry.roles:
            return True
        self.strip.say(_("“{page}” is not for this role: {role}.", page=_(entry.label), role=role.label), "info")
        self.rail.mark(self._here.destination)
        return False

    def _depart(self) -> None:
        if self.current is not None:
            self.current.leave()
        self._show_patient(None)

    def _on_patient_shown(self, facts: BannerFacts | None) -> None:
        if self.sender() is self.current:
            self._show_patient(facts)

    def _show_patient(self, facts: BannerFacts | None) -> None:
        self.banner.show_patient(facts)
        self._show_title(facts)

    def _show_title(self, facts: BannerFacts | None) -> None:
        mode = [_("TRAINING")] if self.study.site().training else []
        subject = [facts.subject_id] if facts else []
        self.setWindowTitle(" - ".join([*subject, "lndesk", *mode]))

    def _on_changed(self, changes: Changes) -> None:
        if changes & Changes.PATIENTS:
            self.finder.forget()
        if changes & Changes.PROTOCOL:
            self.idle.set_limit(_lock_after_s(self.study))
        if changes & (Changes.PROTOCOL | Changes.BACKUPS | Changes.ACCOUNTS):
            self._show_notices()
        if self.current is not None and changes & self.current.refresh_on:
            self.current.refresh()

    def _on_unlocked(self, same: bool) -> None:  # noqa: FBT001  # a signal's value
        if not same:
            self._build_for(Place(destination="today"))
            self.strip.say(_("Signed in: {name}", name=self.study.who.name))
        self.idle.start()
        self._begin()

    def _go_on(self) -> None:
        self._show_notices()
        self._begin()

    def _begin(self) -> None:
        if not self.clock_guard.look():
            self._ask_for_new_password()

    def _ask_for_new_password(self) -> None:
        if self.study.who.must_change_password:
            what = _("The one-time code is used up. Choose a password of your own now.")
            ChangePasswordDialog(self.study, self, explanation=what).open()

    def _count_down(self, left: int) -> None:
        self.strip.keep("idle", "warn", _("The screen locks in {n} s. Press any key to go on.", n=left))

    def _show_notices(self) -> None:
        show_notices(self.study, self.strip, self.go)

    def _on_tick(self) -> None:
        self._show_time()
        if not self.desk_lock.locked:
            self.clock_guard.look()

    def _show_time(self) -> None:
        now = self.study.now()
        self.top.show_time(now)
        if now.date() != self._day:
            self._day = now.date()
            if self.current is not None:
                self.current.refresh()

    def _list_keys(self) -> None:
        if self.current is not None and not self.help.isHidden():
            act = self.current.primary.accessibleName() if self.current.primary else ""
            self.help.show_page(self._here.destination, self.current.accessibleName(), act)

    def _restore_geometry(self) -> None:
        room = self.screen().availableSize()
        self.setMinimumSize(min(SMALLEST[0], room.width()), min(SMALLEST[1], room.height()))
        self.resize(min(DESIGNED[0], room.width()), min(DESIGNED[1], room.height()))
        where = settings.load().window
        if where:
            self.restoreGeometry(QByteArray(b64decode(where)))  # Qt itself brings it back onto a screen
            self.resize(min(self.width(), room.width()), min(self.height(), room.height()))


def _entry(key: Destination) -> ScreenEntry:
    return next(entry for entry in SCREENS if entry.key == key)


def _lock_after_s(study: Study) -> float:
    return study.protocol().desk.lock_after_min * 60


def _focus_first(screen: Screen) -> None:
    there = screen.window().focusWidget()
    if there is not None and screen.isAncestorOf(there):
        return  # the screen itself knows better
    for widget in screen.findChildren(QWidget):
        takes = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not isinstance(widget, QAbstractButton)
        if takes and widget.isEnabled() and widget.isVisibleTo(screen):
            widget.setFocus(Qt.FocusReason.OtherFocusReason)
            return
