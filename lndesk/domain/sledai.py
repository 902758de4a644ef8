"""SLEDAI-2K: 24 findings with their weights; the score is always their sum, and only of all 24."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lndesk.i18n import N_, Sentence, _

Finding = Literal["present", "absent", "not_lupus"]
"""Seen in the window and due to lupus; not seen; or seen and due to something else, which does not score."""

INSTRUMENT = "SLEDAI-2K"
MAX_SCORE = 105
WINDOWS = (10, 28, 30)
ARTHRITIS_JOINTS = (2, 3)
"""The definitions in use: at least 2 joints, or more than 2."""
PREFIX = "sledai."
FINDING_WORDS: dict[Finding, str] = {
    "present": N_("Present"),
    "absent": N_("Absent"),
    "not_lupus": N_("Present, not due to lupus"),
}


@dataclass(frozen=True, slots=True)
class SledaiRules:
    """How the trial scores: the days that count, and from how many joints arthritis does (site values)."""

    window_days: int = 30
    arthritis_joints: int = 2


@dataclass(frozen=True, slots=True)
class Descriptor:
    """One of the 24 findings: its points, its name and what counts as it."""

    code: str
    weight: int
    name: str
    counts: str

    @property
    def item(self) -> str:
        """Return the name of its answer in a screening."""
        return PREFIX + self.code

    @property
    def label(self) -> str:
        """Name the finding."""
        return _(self.name)

    def definition(self, rules: SledaiRules) -> Sentence:
        """Say what counts as the finding, by the definition that this trial uses."""
        if self.code == "arthritis" and rules.arthritis_joints > min(ARTHRITIS_JOINTS):
            return Sentence("More than {joints} joints painful and inflamed.", joints=rules.arthritis_joints - 1)
        return Sentence(self.counts, joints=rules.arthritis_joints)


DESCRIPTORS = (
    Descriptor("seizure", 8, N_("Seizure"), N_("New; not from a metabolic, infectious or drug cause.")),
    Descriptor(
        "psychosis", 8, N_("Psychosis"),
        N_("Daily life disturbed by a changed grasp of reality; not from uraemia or drugs."),
    ),
    Descriptor(
        "organic_brain_syndrome", 8, N_("Organic brain syndrome"),
        N_("Orientation, memory or thinking impaired, sudden and changing, with clouded awareness; no other cause."),
    ),
    Descriptor(
        "visual_disturbance", 8, N_("Visual disturbance"),
        N_("Changes of the retina or the choroid, or optic neuritis; not from high pressure, infection or drugs."),
    ),
    Descriptor(
        "cranial_nerve", 8, N_("Cranial nerve disorder"), N_("New, of feeling or movement; vertigo from lupus counts.")
    ),
    Descriptor(
        "lupus_headache", 8, N_("Lupus headache"),
        N_("Severe and lasting, also like migraine; opioids do not relieve it."),
    ),
    Descriptor(
        "cerebrovascular_accident", 8, N_("Cerebrovascular accident"), N_("New stroke; not from atherosclerosis.")
    ),
    Descriptor(
        "vasculitis", 8, N_("Vasculitis"),
        N_("Ulcers, gangrene, tender nodules of the fingers, infarcts at the nails, or shown by biopsy or angiogram."),
    ),
    Descriptor("arthritis", 4, N_("Arthritis"), N_("At least {joints} joints painful and inflamed.")),
    Descriptor(
        "myositis", 4, N_("Myositis"),
        N_("Muscles near the trunk ache or are weak, with raised CK or aldolase, or shown by EMG or biopsy."),
    ),
    Descriptor("urinary_casts", 4, N_("Urinary casts"), N_("Casts with haem granules or red cells.")),
    Descriptor(
        "haematuria", 4, N_("Haematuria"),
        N_("More than 5 red cells per high-power field; no stone, infection or other cause."),
    ),
    Descriptor("proteinuria", 4, N_("Proteinuria"), N_("More than 0.5 g per day, whether new or persisting.")),
    Descriptor("pyuria", 4, N_("Pyuria"), N_("More than 5 white cells per high-power field; no infection.")),
    Descriptor("rash", 2, N_("Rash"), N_("Inflammatory rash, whether new or persisting.")),
    Descriptor(
        "alopecia", 2, N_("Alopecia"), N_("Abnormal loss of hair, patchy or diffuse, whether new or persisting.")
    ),
    Descriptor("mucosal_ulcers", 2, N_("Mucosal ulcers"), N_("Of mouth or nose, whether new or persisting.")),
    Descriptor(
        "pleurisy", 2, N_("Pleurisy"), N_("Pain in the chest on breathing with a rub, effusion or thickened pleura.")
    ),
    Descriptor(
        "pericarditis", 2, N_("Pericarditis"),
        N_("Pain of the pericardium with a rub or effusion, or shown by ECG or echo."),
    ),
    Descriptor(
        "low_complement", 2, N_("Low complement"), N_("CH50, C3 or C4 below the lower limit of the laboratory.")
    ),
    Descriptor(
        "dna_binding", 2, N_("Increased DNA binding"),
        N_("Antibody to double-stranded DNA above the laboratory's range."),
    ),
    Descriptor("fever", 1, N_("Fever"), N_("Above 38 °C; no infection.")),
    Descriptor(
        "thrombocytopenia", 1, N_("Thrombocytopenia"), N_("Platelets less than 100 billion per L; not from drugs.")
    ),
    Descriptor("leukopenia", 1, N_("Leukopenia"), N_("Leukocytes less than 3 billion per L; not from drugs.")),
)  # fmt: skip
BY_CODE = {descriptor.code: descriptor for descriptor in DESCRIPTORS}


def score(findings: Mapping[str, Finding]) -> int | None:
    """Return the sum of what is present and due to lupus; None while any of the 24 is open.

    Args:
        findings: by the descriptor's code.
    """
    if any(descriptor.code not in findings for descriptor in DESCRIPTORS):
        return None
    return sum(descriptor.weight for descriptor in DESCRIPTORS if findings[descriptor.code] == "present")


def still_open(findings: Mapping[str, Finding]) -> tuple[Descriptor, ...]:
    """Return the findings that nobody has answered."""
    return tuple(descriptor for descriptor in DESCRIPTORS if descriptor.code not in findings)


def instrument(rules: SledaiRules) -> Sentence:
    """Name the instrument, its version and the days that count."""
    return Sentence("{name}, findings of the last {days} days", name=INSTRUMENT, days=rules.window_days)


def derivation(findings: Mapping[str, Finding]) -> Sentence:
    """Write the sum out, as in 8 + 4 + 1 = 13; or say how many are open."""
    total = score(findings)
    if total is None:
        return Sentence("{n} of 24 findings not answered", n=len(still_open(findings)))
    points = [str(each.weight) for each in DESCRIPTORS if findings[each.code] == "present"]
    return Sentence("{sum} = {total}", sum=" + ".join(points) or "0", total=total)
