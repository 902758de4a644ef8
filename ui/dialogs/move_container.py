"""What can be done with containers on the shelf: set aside, destroy, return, write off, put the book right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from lndesk.domain.errors import WrongPassword
from lndesk.i18n import _
from lndesk.queries.product import ContainerRow
from lndesk.services.product import QuarantineContainers
from lndesk.services.stock import AdjustContainer, DestroyContainers, ExpireContainers, ReturnContainer
from lndesk.study import Study
from ui.widgets.choice import Choice
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.password_field import PasswordField


class _MoveDialog(FormDialog):
    """Names the containers, says what follows, and asks for the reason."""

    def __init__(
        self, study: Study, rows: Sequence[ContainerRow], title: str, *, follows: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, title, explanation=", ".join(row.item.code for row in rows), parent=parent)
        self._study = study
        self._ids = tuple(row.item.container.id or 0 for row in rows)
        said = self.form.add_row(_("Afterwards"), Text(follows, wrap=True))
        said.setAlignment(Qt.AlignmentFlag.AlignTop)

    def _ask_reason(self) -> QLineEdit:
        return self.form.add("reason", _("Reason"), QLineEdit(), hint=_("At least 10 characters."))


class QuarantineDialog(_MoveDialog):
    """Sets containers aside until the investigator decides."""

    def __init__(self, study: Study, rows: Sequence[ContainerRow], parent: QWidget | None = None) -> None:
        follows = _("They wait for the investigator. A dose under way that holds one is voided.")
        super().__init__(study, rows, _("Put into quarantine"), follows=follows, parent=parent)
        self.reason = self._ask_reason()

    def submit(self) -> None:
        """Set them aside."""
        self._study.run(QuarantineContainers(container_ids=self._ids, reason=self.reason.text()))


class DestroyDialog(_MoveDialog):
    """Notes a destruction, with the person who saw it."""

    def __init__(self, study: Study, rows: Sequence[ContainerRow], parent: QWidget | None = None) -> None:
        follows = _("They are gone for good. A dose under way that holds one is voided.")
        super().__init__(study, rows, _("Destroy"), follows=follows, parent=parent)
        self.reason = self._ask_reason()
        self.method = self.form.add("method", _("How"), QLineEdit(), hint=_("Such as: autoclave, incineration."))
        self.seen_by = self.form.add(
            "seen_by", _("Witness"), Choice([("signs", _("Signs in here")), ("named", _("Has no login"))])
        )
        self.witness = self.form.add("witness", _("Name of the witness"), QLineEdit())
        self.login = self.form.add("login", _("Login of the witness"), QLineEdit())
        self.password = self.form.add("password", _("Password of the witness"), PasswordField())
        self.seen_by.changed.connect(self._show_witness)
        self._show_witness()

    def submit(self) -> None:
        """Note it; a witness who signs in proves it by password."""
        command = DestroyContainers(
            container_ids=self._ids,
            reason=self.reason.text(),
            method=self.method.text(),
            witness=self.witness.text() if self.seen_by.value() == "named" else "",
        )
        if self.seen_by.value() != "signs":
            self._study.run(command)
            return
        try:
            self._study.run_witnessed(command, login=self.login.text().strip(), password=self.password.text())
        except WrongPassword as wrong:
            self.password.clear()
            self.form.show_problem("password", str(wrong))
            raise

    def _show_witness(self) -> None:
        named, signs = self.seen_by.value() == "named", self.seen_by.value() == "signs"
        self.form.set_visible("witness", named)
        for name in ("login", "password"):
            self.form.set_visible(name, signs)
        if self.isVisible():
            self._make_room()


class ReturnDialog(_MoveDialog):
    """Notes that a container went back."""

    def __init__(self, study: Study, rows: Sequence[ContainerRow], parent: QWidget | None = None) -> None:
        super().__init__(study, rows, _("Return"), follows=_("It is no longer in stock."), parent=parent)
        self.returned_to = self.form.add("returned_to", _("Returned to"), QLineEdit())
        self.reason = self._ask_reason()

    def submit(self) -> None:
        """Note it."""
        self._study.run(
            ReturnContainer(
                container_id=self._ids[0], reason=self.reason.text(), returned_to=self.returned_to.text().strip()
            )
        )


class ExpireDialog(_MoveDialog):
    """Takes what is past its last day out of stock for good."""

    def __init__(self, study: Study, rows: Sequence[ContainerRow], parent: QWidget | None = None) -> None:
        follows = _("They count as expired. A dose under way that holds one is voided.")
        super().__init__(study, rows, _("Write off as expired"), follows=follows, parent=parent)

    def submit(self) -> None:
        """Write them off."""
        self._study.run(ExpireContainers(container_ids=self._ids))


class AdjustDialog(_MoveDialog):
    """Puts the book right about one container."""

    def __init__(self, study: Study, rows: Sequence[ContainerRow], parent: QWidget | None = None) -> None:
        follows = _("What is missing leaves the stock. What was found waits in quarantine for its release.")
        super().__init__(study, rows, _("Put the book right"), follows=follows, parent=parent)
        self.found = self.form.add(
            "found", _("The container"), Choice([("missing", _("Is missing")), ("found", _("Was found"))])
        )
        self.reason = self._ask_reason()

    def submit(self) -> None:
        """Write it."""
        self._study.run(
            AdjustContainer(container_id=self._ids[0], found=self.found.value() == "found", reason=self.reason.text())
        )
