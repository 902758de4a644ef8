"""Who is at the desk: user, password, language."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from lndesk.domain.errors import LnDeskError, WrongPassword
from lndesk.i18n import LANGUAGES, _, language
from lndesk.settings import Language
from ui.display import display
from ui.widgets.buttons import Button, PrimaryButton
from ui.widgets.card import Card
from ui.widgets.form import Form
from ui.widgets.labels import Muted, Title
from ui.widgets.message import InlineMessage
from ui.widgets.password_field import PasswordField

NARROWEST: Final = 460
MINUTES_FROM_S: Final = 120


class SignInPanel(Card):
    """The card of the sign-in. `sign_in` is given login and password, and refuses by raising.

    `wait` says how long nobody may try; it is asked each second, and counted down in sight.
    """

    def __init__(
        self,
        heading: str,
        place: str,
        users: Sequence[tuple[str, str]],
        sign_in: Callable[[str, str], object],
        wait: Callable[[], dt.timedelta],
        *,
        chosen: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__("", parent)
        self.setFixedWidth(max(NARROWEST, self.fontMetrics().horizontalAdvance("n") * 54))
        self._sign_in, self._wait = sign_in, wait
        self._waiting = False
        self._tick = QTimer(self, interval=1_000)
        self._tick.timeout.connect(self.look)
        self.message = InlineMessage()
        self.form = Form()
        self.user = self.form.add("login", _("User"), QComboBox())
        for login, label in users:
            self.user.addItem(label, login)
        self.user.setCurrentIndex(max(0, self.user.findData(chosen)))
        self.password = self.form.add("password", _("Password"), PasswordField())
        self.password.entered.connect(self.submit)
        self.act = PrimaryButton(_("Sign in"), self.submit, icon_name="log-in")
        self.add(Title(heading))
        if place:
            self.add(Muted(place))
        for part in (self.message, self.form, self.act):
            self.add(part)
        self.content.addLayout(_language_row())
        self.password.setFocus()
        self.look()

    def look(self) -> None:
        """Say how long nobody may try, as long as that is so."""
        left = math.ceil(self._wait().total_seconds())
        if left > 0 and self._waiting:
            self.message.count_down(_wait_words(left))
        elif left > 0:
            self.message.show_message("stop", _wait_words(left))
            self._tick.start()
        elif self._waiting:
            self.message.clear()
            self._tick.stop()
        self._waiting = left > 0
        self.act.setEnabled(not self._waiting)

    def submit(self) -> None:
        """Try what was entered; say so when it does not fit."""
        if self._waiting:
            return
        try:
            self._sign_in(self.user.currentData(), self.password.text())
        except WrongPassword as error:
            self.password.clear()
            self.password.setFocus()
            self.message.show_message("stop", str(error))
            self.look()
        except LnDeskError as error:
            self.message.show_message("stop", str(error))
        else:
            self.password.clear()
            self.message.clear()


def in_the_middle(panel: QWidget) -> QHBoxLayout:
    """Lay a panel out between two stretches: an alignment would cut what wraps."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(panel)
    row.addStretch(1)
    return row


def language_buttons() -> list[Button]:
    """Make one button a language; the one in use carries a tick."""
    return [_language_button(code, name) for code, name in LANGUAGES.items()]


def _language_button(code: str, name: str) -> Button:
    chosen: Language = "zh_CN" if code == "zh_CN" else "en"
    button = Button(name, lambda: display.choose(language=chosen), icon_name="check" if code == language() else "")
    button.setAccessibleName(_("Language {name}", name=name))
    return button


def _wait_words(left: int) -> str:
    if left < MINUTES_FROM_S:
        return _("Too many tries failed. Wait {seconds} seconds.", seconds=left)
    minutes, seconds = divmod(left, 60)
    return _("Too many tries failed. Wait {minutes} min {seconds} s.", minutes=minutes, seconds=seconds)


def _language_row() -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    row.addWidget(Muted(_("Language")), 1)
    for button in language_buttons():
        row.addWidget(button)
    return row
