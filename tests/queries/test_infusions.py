from lndesk.services.infusions import RecordNotGiven


def test_each_infusion_comes_with_its_patient_and_its_sheet(study, make):
    vials = make.lot()
    wang = make.treated()
    zhao = make.treated("H00483051", family_name="赵", given_name="敏", latin_family="Zhao", latin_given="Min")
    make.infused(wang, vials[0])
    study.run(RecordNotGiven(patient_id=zhao, infusion_no=1, reason_code="patient_unwell"))

    rows = study.infusion_rows()

    assert [(row.patient.id, row.infusion.given, row.sheet_no) for row in rows] == [
        (zhao, False, None),
        (wang, True, "DP-2026-000001"),
    ]


def test_without_infusions_there_are_no_rows(study):
    assert study.infusion_rows() == []
