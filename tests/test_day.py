def test_a_whole_infusion_day_leaves_a_verified_record(study, make):
    patient_id = make.treated()
    containers = make.lot()

    make.infused(patient_id, containers[0])

    record = study.patient(patient_id)
    assert record.status == "on_treatment"
    assert record.course[1].why.startswith("02-Mar-2026 + 1 month = 02-Apr-2026, Thu")
    assert study.verify().ok
