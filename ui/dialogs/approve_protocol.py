"""An investigator's signature under a version of the protocol."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from lndesk.domain.sheet import grouped
from lndesk.i18n import _
from lndesk.reads import ProtocolVersion
from lndesk.services.protocols import ApproveProtocol
from lndesk.study import Study
from ui.widgets.amendment_effects import EffectsOnScreenings
from ui.widgets.dialog import FormDialog
from ui.widgets.labels import Text
from ui.widgets.signing import SignatureRows


class ApproveProtocolDialog(FormDialog):
    """Says what the approval does, and takes the password as the signature."""

    def __init__(
        self, study: Study, version: ProtocolVersion, *, site_values: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            _("Approve this version"),
            _("Approve version {n}", n=version.version),
            leave=_("Leave it unapproved"),
            explanation=_(
                "Doses are computed by this version from now on. You confirm its {n} site values as this site's own.",
                n=site_values,
            ),
            parent=parent,
        )
        self._version = version
        self.form.add_row(_("Version"), Text(f"{version.trial_id}, {version.version}"))
        self.effects = EffectsOnScreenings(study.amendment_effects(version.sha256))
        self.form.add_row(_("Open screenings"), self.effects)
        self.signature = SignatureRows(self.form, study, ApproveProtocol.meaning)
        self.signature.state(
            _(
                "I approve version {n} of the rules, whose hash begins with {hash}, with its {count} site values.",
                n=version.version,
                hash=grouped(version.sha256[:8]),
                count=site_values,
            )
        )

    def submit(self) -> None:
        """Sign."""
        self.signature.sign(ApproveProtocol(sha256=self._version.sha256))
