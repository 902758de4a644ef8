"""What the banner says of a patient on record."""

from __future__ import annotations

import datetime as dt
from typing import cast

from lndesk.domain.patient import SEX_WORDS, Patient, age_on, spaced_hospital_no
from lndesk.i18n import _
from ui.widgets.banner import Allergies, BannerFacts


def facts_of(patient: Patient, today: dt.date, arm: str = "") -> BannerFacts:
    """Return the banner's facts; an arm given is shown only when somebody asks for it."""
    return BannerFacts(
        name=patient.han_name,
        latin=patient.latin_name,
        born_on=patient.born_on,
        age=age_on(patient.born_on, today),
        sex=_(SEX_WORDS[patient.sex]),
        subject_id=patient.subject_id,
        hospital_no=spaced_hospital_no(patient.hospital_no),
        allergies=cast("Allergies", patient.allergy_state),
        allergy_detail=patient.allergies,
        arm=arm,
    )
