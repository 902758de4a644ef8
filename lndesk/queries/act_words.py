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
    "RecordBackup": N_("Note a verified backup"),
    "RecordThinning": N_("Remove backups that newer ones replaced"),
    "AddBackupTarget": N_("Add a medium for backups"),
    "EndBackupTarget": N_("Use a medium for backups no more"),
    "SetKeeping": N_("Say how long backups are kept"),
    "RecordRehearsal": N_("Try a restore in memory"),
    "AllowUnattendedBackup": N_("Allow the unattended backup"),
    "EndUnattendedBackup": N_("End the unattended backup"),
    "CloseDay": N_("Close the day"),
    "RestoreBackup": N_("Restore from a backup"),
    "ExportArchive": N_("Take the whole file out as an archive"),
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
    "backup": N_("Backup"),
    "backup_target": N_("Medium for backups"),
    "rehearsal": N_("Trial restore"),
    "day_close": N_("Close of a day"),
    "restore": N_("Restore"),
    "archive": N_("Archive"),
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
    "folder": N_("Folder"),
    "marker": N_("Marker of the medium"),
    "added_by": N_("Added by"),
    "target_id": N_("Medium, number of the record"),
    "removed_at": N_("Removed"),
    "keep_all_days": N_("Every backup is kept for, days"),
    "keep_weekly_days": N_("One backup a week is kept for, days"),
    "whole": N_("Whole"),
    "opened_by": N_("Opened by"),
    "problem": N_("Problem"),
    "rehearsed_at": N_("Tried"),
    "rehearsed_by": N_("Tried by"),
    "day_on": N_("Day"),
    "items": N_("Left open"),
    "containers_expected": N_("Containers that should be there"),
    "containers_counted": N_("Containers counted"),
    "backup_id": N_("Backup, number of the record"),
    "why_no_backup": N_("Why there is no backup"),
    "closed_at": N_("Closed"),
    "closed_by": N_("Closed by"),
    "backup_sha256": N_("SHA-256 of the backup"),
    "backup_head": N_("Head of the backup's chain"),
    "backup_acts": N_("Acts in the backup"),
    "replaced_head": N_("Head of the chain that was replaced"),
    "replaced_acts": N_("Acts that were replaced"),
    "acts_missing": N_("Acts that are not in the backup"),
    "safety_copy": N_("Copy of what was replaced"),
    "restored_at": N_("Restored"),
    "restored_by": N_("Restored by"),
    "names": N_("With names"),
    "tables": N_("Tables"),
    "rows": N_("Rows"),
    "exported_at": N_("Taken out"),
    "exported_by": N_("Taken out by"),
    "reset_at": N_("Password given anew"),
    "ended_by": N_("Ended by"),
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
