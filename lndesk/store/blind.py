"""What stands on record of a dose, in the form in which the second person enters it."""

from __future__ import annotations

from lndesk.domain.blind import Entered, Figures, fields_asked
from lndesk.domain.patient import Weight
from lndesk.domain.preparation import Preparation
from lndesk.store import patients, preparations, product
from lndesk.store.codecs import get
from lndesk.store.driver import Database


def asked_for(preparation: Preparation) -> tuple[str, ...]:
    """Return the fields that the second person of a dose fills in."""
    return fields_asked(thawed=preparation.thawed_at is not None, counted=preparation.count is not None)


def on_record(db: Database, preparation: Preparation) -> Entered:
    """Return what the preparer's dose rests on."""
    items = [product.lot_container(db, draw.container_id) for draw in preparations.draws(db, preparation.id or 0)]
    lots = {item.lot.id: item.lot for item in items}
    count = preparation.count
    figures = (
        [Figures(cells_per_ml=count.cells_per_ml, viability=count.viability)]
        if count is not None
        else [
            Figures(lot_no=lot.lot_no, cells_per_ml=lot.cells_per_ml, viability=lot.viability) for lot in lots.values()
        ]
    )
    return Entered(
        hospital_no=patients.patient(db, preparation.patient_id).hospital_no,
        weight_kg=get(db, Weight, "weight", preparation.weight_id).kg,
        containers=tuple(item.code for item in items),
        figures=tuple(figures),
        volume_ml=preparation.volume_ml,
        thawed_at=preparation.thawed_at,
    )
