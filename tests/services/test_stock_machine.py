"""Whatever people do in whatever order, the product adds up, no container is lost, and nothing thawed comes back."""

import datetime as dt
import shutil
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from lndesk.domain.errors import RuleViolation
from lndesk.domain.evaluation import DoseRequest
from lndesk.domain.product import why_unusable
from lndesk.services.corrections import CorrectContainer, CorrectLot
from lndesk.services.excursions import DecideExcursion, RecordExcursion
from lndesk.services.preparations import GivenReason, IssueSheet, PrepareDose, ReturnDose, VoidDose
from lndesk.services.product import QuarantineContainers, ReleaseLot
from lndesk.services.stock import (
    AdjustContainer,
    DestroyContainers,
    ExpireContainers,
    IssueContainers,
    ResolveDifference,
    ReturnContainer,
    StockCount,
    ThawContainers,
)
from lndesk.store import ledger, preparations, product
from lndesk.store.database import value
from lndesk.study import Study
from tests.conftest import PASSWORD, QUICK, START, Clock, Make, stock

WHY = "something that happened"
places = st.lists(st.integers(0, 11), min_size=1, max_size=3, unique=True)
place = st.integers(0, 11)
SIGNED = (ReleaseLot, DecideExcursion)


class StockMachine(RuleBasedStateMachine):
    """Three patients, lots as they come, and five people who do what they like."""

    founded = None
    folders = None

    @initialize()
    def begin(self):
        folder = self.folders.mktemp("machine")
        for file in self.founded.iterdir():
            shutil.copy2(file, folder)
        self.clock = Clock(START)
        self.study = Study.open(folder / "site.lndesk", login="lina", password=PASSWORD, clock=self.clock, cost=QUICK)
        self.make = Make(self.study, self.clock)
        self.study.who = self.make.nurse
        self.patients = [self.make.treated(f"H0049{n:04}") for n in range(2)]
        self.study.who = self.make.technician
        self.booked_in, self.lots = 0, 0
        self.thawed, self.gone = set(), set()
        self.receive(3, 40)

    def attempt(self, act):
        """Do something that the rules may refuse; a refusal leaves no trace."""
        before = self.study.head()
        self.clock.forward(minutes=1)
        try:
            act()
        except RuleViolation:
            assert self.study.head() == before

    def run(self, command, by=None):
        def act():
            if isinstance(command, SIGNED):
                self.make.sign(command, by=self.make.investigator)
            else:
                self.study.run(command, by=by or self.make.technician)

        self.attempt(act)

    def ids(self, chosen):
        return tuple(dict.fromkeys(n % self.booked_in + 1 for n in chosen))

    def dose(self, status):
        return next((item.id for item in preparations.with_status(self.study._db, status)), 0)

    @rule(count=st.integers(1, 4), days=st.integers(5, 200))
    def receive(self, count, days):
        self.lots += 1
        last = self.clock.at.date() + dt.timedelta(days=days)
        self.make.lot(f"AM-{self.lots}", count=count, expires_on=last, released=self.lots % 3 != 0)
        self.booked_in += count

    @rule(at=place)
    def release(self, at):
        self.run(ReleaseLot(lot_id=at % self.lots + 1, reason=WHY))

    @rule(chosen=places)
    def quarantine(self, chosen):
        self.run(QuarantineContainers(container_ids=self.ids(chosen), reason=WHY))

    @rule(chosen=places, who=st.integers(0, 1), minutes=st.integers(0, 300))
    def thaw(self, chosen, who, minutes):
        at = self.clock.at - dt.timedelta(minutes=minutes)
        self.run(ThawContainers(container_ids=self.ids(chosen), patient_id=self.patients[who], thawed_at=at))

    @rule(at=place, who=st.integers(0, 1), minutes=st.none() | st.integers(0, 200), depth=st.integers(0, 5))
    def dose_goes_on(self, at, who, minutes, depth):
        """Prepare a dose from what may be used, and take it as far as chance will have it."""
        self.explain()
        usable = [
            item.container.id
            for item in product.lot_containers(self.study._db)
            if why_unusable(item, on=self.clock.at.date(), patient_id=self.patients[who]) is None
        ]
        if usable:
            self.prepare([usable[at % len(usable)] - 1], who, minutes)
        steps = (lambda: self.check(right=True), self.issue_sheet, self.hand_over, self.infuse_now, self.next_month)
        for step in steps[:depth]:
            step()

    def infuse_now(self):
        if self.dose("issued"):
            self.infuse()

    def next_month(self):
        self.time_passes(31)

    @rule(chosen=places, who=st.integers(0, 1), minutes=st.none() | st.integers(0, 200))
    def prepare(self, chosen, who, minutes):
        weight = self.weight_of(self.patients[who])
        self.attempt(lambda: self._prepare(self.ids(chosen)[:1], self.patients[who], weight, minutes))

    def _prepare(self, ids, patient_id, weight, minutes):
        self.study.who = self.make.nurse
        try:
            thawed_at = None if minutes is None else self.clock.at - dt.timedelta(minutes=minutes)
            request = DoseRequest(thawed_at=thawed_at)
            seen = self.study.preview_dose(patient_id, ids, request)
            self.make.sign(
                PrepareDose(
                    patient_id=patient_id,
                    weight_id=weight.id,
                    container_ids=ids,
                    seen_volume_ml=seen.dose.volume_ml if seen.dose else Decimal(0),
                    request=request,
                    reasons={item.code: GivenReason(reason="reread") for item in seen.findings},
                ),
                by=self.make.nurse,
            )
        finally:
            self.study.who = self.make.technician

    def weight_of(self, patient_id):
        readings = self.study.patient(patient_id).weights
        if readings and self.clock.at - readings[0].measured_at < dt.timedelta(days=6):
            return readings[0]
        return self.make.weight(patient_id)

    @rule(who=st.integers(0, 1))
    def weigh(self, who):
        self.clock.forward(minutes=1)
        self.make.weight(self.patients[who])

    @rule(right=st.booleans())
    def check(self, right):
        if waiting := self.dose("awaiting_check"):
            wrong = {} if right else {"weight_kg": Decimal("99.9")}
            self.attempt(lambda: self.make.checked(waiting, **wrong))

    @rule()
    def send_back(self):
        self.run(ReturnDose(preparation_id=self.dose("awaiting_check"), remark=WHY))

    @rule(status=st.sampled_from(["awaiting_check", "checked", "issued"]))
    def void(self, status):
        self.run(VoidDose(preparation_id=self.dose(status), reason=WHY))

    @rule()
    def issue_sheet(self):
        number = preparations.next_sheet_number(self.study._db, self.clock.at.year)
        self.run(
            IssueSheet(
                preparation_id=self.dose("checked"),
                number=number,
                snapshot="{}",
                content=b"{}",
                composed_at=self.clock.at,
            )
        )

    @rule()
    def hand_over(self):
        self.run(IssueContainers(preparation_id=self.dose("issued"), received_by="WANG Fang"))

    @precondition(lambda self: self.dose("issued"))
    @rule()
    def infuse(self):
        self.attempt(lambda: self.make.given(self.dose("issued"), minutes=5))

    @rule(at=place)
    def give_back(self, at):
        self.run(ReturnContainer(container_id=self.ids([at])[0], reason=WHY, returned_to="Cell factory"))

    @rule(chosen=places)
    def destroy(self, chosen):
        command = DestroyContainers(container_ids=self.ids(chosen), reason=WHY, method="Autoclave", witness="WANG Fang")
        self.run(command)

    @rule(chosen=places)
    def expire(self, chosen):
        self.run(ExpireContainers(container_ids=self.ids(chosen)))

    @rule(at=place, found=st.booleans())
    def adjust(self, at, found):
        self.run(AdjustContainer(container_id=self.ids([at])[0], found=found, reason=WHY))

    @rule(chosen=places)
    def excursion(self, chosen):
        now = self.clock.at
        self.run(
            RecordExcursion(container_ids=self.ids(chosen), began_at=now, ended_at=now, reading="-100 °C", reason=WHY)
        )

    @rule(usable=st.booleans())
    def decide(self, usable):
        waiting = [row.excursion.id for row in self.study.excursions() if row.excursion.decided_at is None]
        self.run(DecideExcursion(excursion_id=waiting[0] if waiting else 0, usable=usable, reason=WHY))

    @rule(left_out=places)
    def count(self, left_out):
        read = [row.item.code for n, row in enumerate(stock(self.study)) if n not in left_out]
        self.run(StockCount(read=tuple(read)))

    @rule()
    def explain(self):
        for difference in ledger.open_differences(self.study._db):
            self.run(ResolveDifference(difference_id=difference.id, reason=WHY))

    @rule(at=place, more=st.integers(1, 9))
    def correct_container(self, at, more):
        self.run(CorrectContainer(row_id=self.ids([at])[0], changes={"volume_ml": Decimal(20 + more)}, reason=WHY))

    @rule(at=place, more=st.integers(1, 9))
    def correct_lot(self, at, more):
        cells = Decimal(5_200_000 + more)
        self.run(CorrectLot(row_id=at % self.lots + 1, changes={"cells_per_ml": cells}, reason=WHY))

    @rule(days=st.sampled_from([1, 7, 22, 31]))
    def time_passes(self, days):
        self.clock.forward(days=days)

    @invariant()
    def everything_adds_up_and_nothing_is_lost(self):
        if not hasattr(self, "study"):
            return
        found = self.study.balance()
        items = product.lot_containers(self.study._db)
        left_open = len(ledger.open_differences(self.study._db))
        assert len(items) == found.received == found.accounted == self.booked_in
        assert len(found.problems) == left_open
        assert (ledger.first_problem(self.study._db) is None) == (not left_open)

    @invariant()
    def what_was_thawed_never_comes_back_and_what_was_infused_stays_so(self):
        if not hasattr(self, "study"):
            return
        states = {item.container.id: item.container for item in product.lot_containers(self.study._db)}
        self.thawed |= {number for number, container in states.items() if container.patient_id is not None}
        assert not {number for number in self.thawed if states[number].status in {"released", "reserved", "quarantine"}}
        assert all(states[number].status == "used" for number in self.gone)
        self.gone |= {number for number, container in states.items() if container.status == "used"}

    @invariant()
    def a_held_container_has_a_dose_under_way_and_no_other_has(self):
        if not hasattr(self, "study"):
            return
        held = value(
            self.study._db,
            "select count(*) from container join preparation on preparation.id = container.preparation_id"
            " where container.status in ('reserved', 'thawed', 'issued')"
            " and preparation.status not in ('awaiting_check', 'checked', 'issued')",
        )
        lost = value(
            self.study._db,
            "select count(*) from draw join preparation on preparation.id = draw.preparation_id"
            " join container on container.id = container_id"
            " where preparation.status in ('awaiting_check', 'checked', 'issued')"
            " and container.preparation_id is not preparation.id",
        )
        assert (held, lost) == (0, 0)

    def teardown(self):
        if hasattr(self, "study"):
            found = self.study.verify()
            assert found.problems == ()
            self.study.close()


def test_any_sequence_of_acts_keeps_the_balance_and_loses_no_container(founded, tmp_path_factory):
    StockMachine.founded, StockMachine.folders = founded, tmp_path_factory

    run_state_machine_as_test(
        StockMachine,
        settings=settings(
            max_examples=30, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
