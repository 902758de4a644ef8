"""The audit trail in words: commands, tables and columns as people call them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from typing import Any

from lndesk.i18n import N_, _, day, moment
from lndesk.queries.acts import ChangeRow

COMMAND_WORDS = {
    "FoundSite": N_("Create the site"),
    "CreateAccount": N_("Create a user"),
    "ChangePassword": N_("Change the own password"),
    "ChangeRole": N_("Change a user's role"),
    "EndAccount": N_("End a user's account"),
    "ResetPassword": N_("Give a user a new password"),
    "UseRecoveryCode": N_("Open with the recovery code"),
    "RenewRecoveryCode": N_("Make a new recovery code"),
    "ExplainClock": N_("Explain the clock"),
    "RotateKey": N_("Encrypt the file with a new key"),
    "AddProtocol": N_("Add a version of the protocol"),
    "ApproveProtocol": N_("Approve the protocol"),
    "RegisterPatient": N_("Register patient"),
    "ImportPatients": N_("Register a list of patients"),
    "RecordAllergies": N_("Record allergies"),
    "RecordConsent": N_("Record consent"),
    "SignEligibility": N_("Sign eligibility"),
    "AssignArm": N_("Assign arm"),
    "RecordWeight": N_("Record weight"),
    "ReceiveLot": N_("Receive lot"),
    "ReleaseLot": N_("Release lot"),
    "PrepareDose": N_("Send dose to check"),
    "ConfirmDose": N_("Confirm dose as second person"),
    "ReturnDose": N_("Return dose to the preparer"),
    "VoidDose": N_("Void dose"),
    "IssueSheet": N_("Issue sheet"),
    "RecordInfusion": N_("Record infusion"),
    "RecordNotGiven": N_("Record infusion as not given"),
    "BookVisit": N_("Book visit"),
    "RecordVisit": N_("Record visit"),
    "MissVisit": N_("Record visit as missed"),
    "CorrectPatient": N_("Correct who a patient is"),
    "CorrectConsent": N_("Correct a consent"),
    "CorrectWeight": N_("Correct a weight"),
    "CorrectLot": N_("Correct a lot"),
    "CorrectContainer": N_("Correct a container"),
    "CorrectInfusion": N_("Correct an infusion"),
    "CorrectVisit": N_("Correct a visit"),
    "CorrectAssignment": N_("Correct the arm"),
    "TakeBackNotGiven": N_("Take back an infusion recorded as not given"),
    "TakeBackMissed": N_("Take back a visit recorded as missed"),
    "RecordMedication": N_("Record medication"),
    "EndMedication": N_("Record the end of a drug"),
    "DecideMedication": N_("Decide on pulse therapy"),
    "CorrectMedication": N_("Correct medication"),
    "TakeBackMedication": N_("Take back medication recorded by mistake"),
    "RecordBeforeInfusion": N_("Record answers before an infusion"),
    "LiftStop": N_("Decide that an infusion may go on"),
    "CorrectBeforeInfusion": N_("Correct answers before an infusion"),
    "WithdrawPatient": N_("Withdraw patient"),
    "TakeBackWithdrawal": N_("Take back a withdrawal"),
    "SaveAnswers": N_("Save answers of a screening"),
    "SendToInvestigator": N_("Send screening to the investigator"),
    "AnswerQuestion": N_("Answer a question on a screening"),
    "ReturnScreening": N_("Return screening with a question"),
    "DecideCriterion": N_("Decide a criterion"),
    "FailScreening": N_("Record screen failure"),
    "Rescreen": N_("Screen again"),
    "CorrectAnswer": N_("Correct an answer of a screening"),
    "RecordBackup": N_("Note a verified backup"),
    "ExportAudit": N_("Export the audit trail"),
}
TABLE_WORDS = {
    "site": N_("Site"),
    "account": N_("User"),
    "protocol": N_("Protocol"),
    "patient": N_("Patient"),
    "consent": N_("Consent"),
    "statement": N_("Statement on eligibility"),
    "assignment": N_("Arm"),
    "weight": N_("Weight"),
    "visit": N_("Visit"),
    "lot": N_("Lot"),
    "container": N_("Container"),
    "preparation": N_("Dose"),
    "draw": N_("Drawn from container"),
    "accepted_warning": N_("Accepted warning"),
    "dose_check": N_("Check"),
    "sheet": N_("Sheet"),
    "infusion": N_("Infusion"),
    "medication": N_("Medication"),
    "medication_decision": N_("Decision on pulse therapy"),
    "before_infusion": N_("Answers before an infusion"),
    "stop_decision": N_("Decision on a stop"),
    "withdrawal": N_("Withdrawal"),
    "screening": N_("Screening"),
    "answer": N_("Answer of a screening"),
    "question_answer": N_("Answer to a question"),
    "determination": N_("Decision on a criterion"),
    "reevaluation": N_("Change by an amended protocol"),
    "backup": N_("Backup"),
    "signature": N_("Signature"),
}
COLUMN_WORDS = {
    "id": N_("Number of the record"),
    "name": N_("Name"),
    "name_zh": N_("Name in Chinese"),
    "login": N_("Login"),
    "role": N_("Role"),
    "subject_id": N_("Subject ID"),
    "family_name": N_("Family name"),
    "given_name": N_("Given name"),
    "latin_family": N_("Family name in Latin letters"),
    "latin_given": N_("Given name in Latin letters"),
    "sex": N_("Sex"),
    "born_on": N_("Born"),
    "hospital_no": N_("Hospital No."),
    "allergy_state": N_("Allergies"),
    "allergies": N_("Known allergies"),
    "registered_at": N_("Registered"),
    "patient_id": N_("Patient, number of the record"),
    "preparation_id": N_("Dose, number of the record"),
    "container_id": N_("Container, number of the record"),
    "lot_id": N_("Lot, number of the record"),
    "weight_id": N_("Weight, number of the record"),
    "protocol_id": N_("Protocol, number of the record"),
    "prepared_by_id": N_("Prepared by, number of the user"),
    "checked_by_id": N_("Checked by, number of the user"),
    "minutes": N_("Infusion time, minutes"),
    "drops_per_ml": N_("Drops per mL"),
    "warning_en": N_("Warning in English"),
    "warning_zh": N_("Warning in Chinese"),
    "snapshot": N_("What the sheet says"),
    "sha256": N_("SHA-256"),
    "head": N_("Head of the chain"),
    "content": N_("Content"),
    "trial_id": N_("Trial"),
    "store_id": N_("Site file, its number"),
    "training": N_("Training"),
    "sheet_language": N_("Language of the sheets"),
    "created_at": N_("Created"),
    "form_version": N_("Version of the form"),
    "consented_at": N_("Consented"),
    "taken_by": N_("Taken by"),
    "guardian": N_("Guardian"),
    "child_assented": N_("The child assents"),
    "copy_given": N_("Signed copy given"),
    "recorded_at": N_("Recorded"),
    "recorded_by": N_("Recorded by"),
    "eligible": N_("Eligible"),
    "remark": N_("Remark"),
    "signed_by": N_("Signed by"),
    "signed_at": N_("Signed"),
    "arm": N_("Arm"),
    "enrolled_on": N_("Enrolled"),
    "first_infusion_planned_on": N_("Infusion 1 planned for"),
    "reason": N_("Reason"),
    "assigned_by": N_("Assigned by"),
    "assigned_at": N_("Assigned"),
    "kg": N_("Weight, kg"),
    "measured_at": N_("Measured"),
    "measured_by": N_("Measured by"),
    "scale": N_("Scale"),
    "code": N_("Code"),
    "kind": N_("Kind"),
    "number": N_("No."),
    "anchor_on": N_("Counted from"),
    "steps": N_("Steps"),
    "unit": N_("Unit"),
    "target_on": N_("Target day"),
    "opens_on": N_("Window opens"),
    "closes_on": N_("Window closes"),
    "booked_on": N_("Booked for"),
    "booking_reason": N_("Reason for the booking"),
    "outcome": N_("Outcome"),
    "visited_on": N_("Took place"),
    "lot_no": N_("Lot"),
    "form": N_("Form"),
    "cells_per_ml": N_("Cells per mL"),
    "viable": N_("Viable"),
    "counted": N_("Counted"),
    "expires_on": N_("Expires"),
    "certificate_no": N_("Certificate No."),
    "received_at": N_("Received"),
    "released_at": N_("Released on"),
    "released_by": N_("Released by"),
    "container_no": N_("Container"),
    "volume_ml": N_("Volume, mL"),
    "status": N_("Status"),
    "infusion_no": N_("Infusion"),
    "use_ml": N_("Use, mL"),
    "final_ml": N_("Final volume, mL"),
    "target_cells": N_("Target dose, cells"),
    "prepared_by": N_("Prepared by"),
    "prepared_at": N_("Prepared at"),
    "void_reason": N_("Reason for the void"),
    "second_weight_kg": N_("Second reading, kg"),
    "thawed_at": N_("Thawed"),
    "agreed": N_("Agreed"),
    "checked_by": N_("Checked by"),
    "checked_at": N_("Checked on"),
    "accepted_by": N_("Accepted by"),
    "accepted_at": N_("Accepted"),
    "composed_by": N_("Composed by"),
    "composed_at": N_("Composed"),
    "given": N_("Given"),
    "happened_on": N_("Day"),
    "started_at": N_("Start"),
    "ended_at": N_("End"),
    "cells": N_("Cells"),
    "given_by": N_("Given by"),
    "witness": N_("Witness"),
    "reaction": N_("Reaction"),
    "approved_by": N_("Approved by"),
    "approved_at": N_("Approved at"),
    "added_at": N_("Added"),
    "version": N_("Version"),
    "file": N_("File"),
    "size_bytes": N_("Size, bytes"),
    "acts": N_("Acts"),
    "patients": N_("Patients"),
    "verified_at": N_("Verified on"),
    "made_by": N_("Made by"),
    "reset_at": N_("Password given anew"),
    "ended_by": N_("Ended by"),
    "drug": N_("Drug"),
    "drug_name": N_("Name of the drug"),
    "route": N_("Route"),
    "dose": N_("Dose"),
    "dose_unit": N_("Unit of the dose"),
    "how_often": N_("How often"),
    "started_on": N_("Started"),
    "ended_on": N_("Ended"),
    "purpose": N_("Purpose"),
    "medication_id": N_("Medication, number of the record"),
    "pulse": N_("Pulse therapy"),
    "decided_by": N_("Decided by"),
    "decided_at": N_("Decided"),
    "pregnancy_possible": N_("Pregnancy possible"),
    "pregnancy_test": N_("Pregnancy test"),
    "tested_on": N_("Tested on"),
    "contraception": N_("Contraception"),
    "contraception_method": N_("Method of contraception"),
    "albumin_allergy": N_("Allergy to human albumin"),
    "dmso_allergy": N_("Allergy to DMSO"),
    "infection_or_fever": N_("Infection or fever"),
    "new_medication": N_("New medication"),
    "asked_at": N_("Asked"),
    "asked_by": N_("Asked by"),
    "before_infusion_id": N_("Answers before an infusion, number of the record"),
    "withdrawn_on": N_("Withdrawn on"),
    "requested_by": N_("Requested by"),
    "follow_up": N_("Follow-up goes on"),
    "taken_back_at": N_("Taken back"),
    "taken_back_by": N_("Taken back by"),
    "taken_back_reason": N_("Reason for taking back"),
    "screening_id": N_("Screening, number of the record"),
    "screening_no": N_("Number of the screening"),
    "opened_at": N_("Opened"),
    "opened_by": N_("Opened by"),
    "closed_at": N_("Closed"),
    "closed_by": N_("Closed by"),
    "item": N_("Question"),
    "value": N_("Value"),
    "upper_limit": N_("Upper limit of normal"),
    "on": N_("Day of the sample"),
    "detail": N_("Details"),
    "saved_by": N_("Saved by"),
    "saved_at": N_("Saved"),
    "facts": N_("Facts"),
    "question_en": N_("Question in English"),
    "question_zh": N_("Question in Chinese"),
    "answered_by": N_("Answered by"),
    "answered_at": N_("Answered"),
    "criterion_id": N_("Criterion"),
    "passes": N_("Outcome"),
    "void_at": N_("Void since"),
    "before": N_("Before"),
    "after": N_("After"),
    "why_en": N_("Why, in English"),
    "why_zh": N_("Why, in Chinese"),
    "made_at": N_("Made"),
    "verdict": N_("Verdict"),
    "judgements": N_("Criteria as signed"),
    "meaning": N_("Meaning"),
    "signer_id": N_("Signed by, number of the user"),
    "table_name": N_("Kind of record"),
    "row_id": N_("Number of the record"),
    "act_id": N_("Number of the act"),
    "content_sha256": N_("SHA-256 of what was signed"),
}
_OFFSET = "_offset_min"
_LONGEST = 120
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")


def command_words(command: str) -> str:
    """Name a command."""
    return _(COMMAND_WORDS[command]) if command in COMMAND_WORDS else command


def table_words(table: str) -> str:
    """Name a table."""
    return _(TABLE_WORDS[table]) if table in TABLE_WORDS else table


def column_words(column: str) -> str:
    """Name a column."""
    return _(COLUMN_WORDS[column]) if column in COLUMN_WORDS else column.replace("_", " ")


def read_changes(changes: Iterable[ChangeRow]) -> list[ChangeRow]:
    """Return changes as people read them: days and instants in words, an instant's offset within it."""
    return _with_offsets(changes, _read)


def exact_changes(changes: Iterable[ChangeRow]) -> list[ChangeRow]:
    """Return changes as an export keeps them: whole, days and instants ISO, an instant as its desk showed it."""
    return _with_offsets(changes, _exact)


def _with_offsets(changes: Iterable[ChangeRow], read: Callable[[Any, int | None], str]) -> list[ChangeRow]:
    changes = list(changes)
    offsets = {
        (change.table, change.row_id, change.column.removesuffix(_OFFSET)): change
        for change in changes
        if change.column.endswith(_OFFSET)
    }
    found = []
    for change in changes:
        if change.column.endswith(_OFFSET):
            continue
        offset = offsets.get((change.table, change.row_id, change.column))
        found.append(
            ChangeRow(
                table=change.table,
                row_id=change.row_id,
                column=change.column,
                before=read(change.before, offset.before if offset else None),
                after=read(change.after, offset.after if offset else None),
            )
        )
    return found


def _exact(content: Any, offset_min: int | None) -> str:
    text = "" if content is None else str(content)
    if _INSTANT.fullmatch(text):
        zone = dt.timezone(dt.timedelta(minutes=offset_min)) if offset_min is not None else dt.UTC
        return dt.datetime.fromisoformat(text).astimezone(zone).isoformat()
    return text


def _read(content: Any, offset_min: int | None) -> str:
    text = "" if content is None else str(content)
    if _INSTANT.fullmatch(text):
        zone = dt.timezone(dt.timedelta(minutes=offset_min)) if offset_min is not None else dt.UTC
        return moment(dt.datetime.fromisoformat(text).astimezone(zone))
    if _DAY.fullmatch(text):
        return day(dt.date.fromisoformat(text))
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
