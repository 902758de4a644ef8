import pytest

from lndesk.domain.errors import ProtocolProblem, RuleViolation
from lndesk.services.protocols import AddProtocol, ApproveProtocol


def version(study, number):
    """Return the shipped file as another version of it."""
    shipped = study.protocol_versions()[-1].content
    return shipped.replace('version = "1"', f'version = "{number}"')


def added(study, make, number):
    study.run(AddProtocol(content=version(study, number)), by=make.investigator)
    return study.protocol_versions()[0]


def approve(make, found):
    make.sign(ApproveProtocol(sha256=found.sha256), by=make.investigator)


def test_a_new_version_counts_only_once_it_is_approved(study, make):
    second = added(study, make, 2)
    before = study.protocol().version

    approve(make, second)

    assert (before, study.protocol().version) == ("1", "2")
    assert study.protocol_versions()[0].approved_by == "ZHAO Min"


def test_the_version_approved_last_is_in_force_whatever_order_they_came_in(study, make, clock):
    second, third = added(study, make, 2), added(study, make, 3)
    approve(make, third)
    clock.forward(minutes=1)

    approve(make, second)

    assert study.protocol().version == "2"


@pytest.mark.parametrize("back", [0, 200])
def test_a_clock_that_was_set_back_does_not_keep_an_older_version_in_force(study, make, clock, back):
    second = added(study, make, 2)
    clock.forward(seconds=-back)

    approve(make, second)

    assert study.protocol().version == "2"


def test_the_same_file_is_not_taken_in_twice(study, make):
    with pytest.raises(RuleViolation, match="already here"):
        study.run(AddProtocol(content=study.protocol_versions()[0].content), by=make.investigator)


def test_a_version_is_approved_once(study, make):
    with pytest.raises(RuleViolation, match="already approved"):
        approve(make, study.protocol_versions()[0])


def test_a_version_that_is_not_here_cannot_be_approved(make):
    with pytest.raises(RuleViolation, match="no such version"):
        make.sign(ApproveProtocol(sha256="0" * 64), by=make.investigator)


def test_a_file_that_is_no_protocol_is_refused_naming_the_key_and_leaves_no_trace(study, make):
    head = study.head()
    content = version(study, 2).replace('graduation = { value = "0.1"', 'graduation = { value = "0"')

    with pytest.raises(ProtocolProblem, match=r"dose\.graduation"):
        study.run(AddProtocol(content=content), by=make.investigator)

    assert study.head() == head
    assert len(study.protocol_versions()) == 1
