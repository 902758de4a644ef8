"""What stays true at the foot of the window until someone acts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Final

from lndesk.domain.account import Role
from lndesk.i18n import _
from lndesk.queries.protection import ENOUGH_TARGETS
from lndesk.services.backups import RecordBackup
from lndesk.study import Study
from ui.navigation import Go, Place
from ui.widgets.backup_words import protection_words
from ui.widgets.message import MessageKind, joined
from ui.widgets.message_strip import MessageStrip

BACKUP_DUE_AFTER: Final = dt.timedelta(days=1)


def show_notices(study: Study, strip: MessageStrip, go: Go) -> None:
    """Say, or take back, what the person at the desk has to know."""
    _clock(study, strip)
    _protocol(study, strip, go)
    _backup(study, strip, go)


def show_start_check(study: Study, strip: MessageStrip, go: Go) -> None:
    """Say when the file was changed past the program since it was last used."""
    if not study.quick_check().ok:
        strip.keep(
            "verify",
            "stop",
            _("The record was changed past the program. Make no dose from it; open the audit trail and verify."),
            act=_("Open the audit trail"),
            on_act=lambda: go(Place(destination="audit")),
        )


def last_backup_words(study: Study) -> str:
    """Say when the last verified backup was made."""
    made = study.backups()
    return _("Last verified backup {moment}", moment=made[0].verified_at) if made else _("No verified backup yet")


def _clock(study: Study, strip: MessageStrip) -> None:
    behind = study.clock_behind()
    if behind is None:
        strip.drop("clock")
        return
    strip.keep(
        "clock",
        "stop",
        _(
            "This computer's clock is {n} min behind the last entry. Set the clock before you record anything;"
            " the audit trail shows the step.",
            n=max(1, round(behind.total_seconds() / 60)),
        ),
    )


def _protocol(study: Study, strip: MessageStrip, go: Go) -> None:
    if any(version.approved for version in study.protocol_versions()):
        strip.drop("protocol")
        return
    names = [account.name for account in study.accounts() if account.role == Role.INVESTIGATOR]
    what = _("No protocol version is approved, so no dose can be prepared.")
    if names:
        who = _("Who can approve it: {names}.", names=", ".join(names))
    else:
        who = _("Only an investigator can approve it, and none has an account yet.")
    strip.keep(
        "protocol", "warn", f"{what} {who}", act=_("Open Settings"), on_act=lambda: go(Place(destination="settings"))
    )


def _backup(study: Study, strip: MessageStrip, go: Go) -> None:
    kind, text = _of_backups(study) if study.permits(RecordBackup) else ("info", "")
    if text:
        strip.keep("backup", kind, text, act=_("Open Backup"), on_act=lambda: go(Place(destination="backup")))
    else:
        strip.drop("backup")


def _of_backups(study: Study) -> tuple[MessageKind, str]:
    made, found = study.backups(), study.protection()
    late = not made or study.now() - made[0].verified_at > BACKUP_DUE_AFTER
    said = protection_words(replace(found, targets=ENOUGH_TARGETS))  # that a second one is missing is said there
    if found.unbacked_since is not None:
        said.insert(0, _("No verified backup holds what was recorded since {day}.", day=found.unbacked_since))
    last = last_backup_words(study) if late else ""
    return ("warn" if said else "info"), joined(*said, last)
