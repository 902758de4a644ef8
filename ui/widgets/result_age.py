"""How old a result is, in words."""

from __future__ import annotations

import datetime as dt

from lndesk.i18n import _, ngettext


def age_words(on: dt.date, today: dt.date) -> str:
    """Say how many days ago a day was."""
    days = (today - on).days
    if days < 0:
        return _("This day is still to come.")
    if days == 0:
        return _("today")
    return ngettext("1 day old", "{n} days old", days)
