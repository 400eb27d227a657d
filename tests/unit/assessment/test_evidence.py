"""What other programs read: valid by the makers' own schemas, never true while red, and without a value."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from troth.assessment.evidence.claims import RESTS_ON
from troth.assessment.evidence.kinds import EvidenceKind, make_evidence
from troth.assessment.models import Drill, Outcome, Run
from troth.kernel import clock
from troth.kernel.errors import Refused
from troth.kernel.ports import controls
from troth.processors.api import read_allowances
from troth.statement.api import clauses
from troth.vault.api import all_attributes

pytestmark = pytest.mark.django_db(databases="__all__")

CLAIMS = (EvidenceKind.FIDES, EvidenceKind.DPV)


def observe(control, *, outcome=Outcome.KEPT, drilled=True, ago=timedelta(0)):
    """Let a control have run, and each of its sabotages have been caught."""
    at = clock.now() - ago
    Run.objects.create(
        control=control.key,
        started_at=at,
        finished_at=at,
        outcome=outcome,
        examined=3,
        failures=["a line for the console alone"] if outcome == Outcome.BROKEN else [],
    )
    if drilled:
        Drill.objects.bulk_create(
            Drill(control=control.key, sabotage=each.key, at=at, caught=True) for each in control.sabotages
        )


@pytest.fixture
def assessed(furnished):
    """A site on which every control ran and caught its sabotages."""
    for control in controls:
        observe(control)


def break_one(clause):
    """Let one control of a clause be broken; return it."""
    control = next(each for each in controls if clause in each.clauses)
    observe(control, outcome=Outcome.BROKEN)
    return control


def parse_results():
    from trestle.oscal.assessment_results import Model

    return Model.model_validate_json(json.dumps(make_evidence(EvidenceKind.OSCAL))).assessment_results


def satisfied_in(results):
    """Return clause → whether the running site is found to keep it."""
    return {
        each.target.target_id.removesuffix("_obj"): each.target.status.state.value == "satisfied"
        for each in results.results[0].findings
    }


def test_results_of_a_new_site_are_valid_and_satisfied_by_nothing(furnished):
    results = parse_results()
    assert len(results.results) == 1
    assert satisfied_in(results) == {each.id: False for each in clauses()}


def test_results_call_satisfied_what_is_kept_and_nothing_else(assessed):
    before = parse_results()
    watched = {clause for control in controls for clause in control.clauses}
    assert satisfied_in(before) == {each.id: each.id in watched for each in clauses()}
    assert before.results[0].risks is None
    control = break_one("A8")
    after = parse_results()
    assert satisfied_in(after) == satisfied_in(before) | dict.fromkeys(control.clauses, False)
    assert {each.title for each in after.results[0].risks} == {f"{clause} is broken" for clause in control.clauses}
    assert after.uuid != before.uuid
    assert "a line for the console alone" not in json.dumps(make_evidence(EvidenceKind.OSCAL))


def test_an_observation_expires_when_its_control_is_stale_and_drills_stand_apart(assessed):
    results = parse_results()
    live, drills = results.results
    by_title = {each.title: each for each in live.observations}
    for control in controls:
        seen = by_title[control.key]
        assert seen.expires - seen.collected == 2 * control.every
    assert {each.title for each in drills.observations} == {
        f"{control.key}: {each.key}" for control in controls for each in control.sabotages
    }
    assert drills.findings is None


def test_the_same_state_is_the_same_document(assessed):
    first, second = make_evidence(EvidenceKind.OSCAL), make_evidence(EvidenceKind.OSCAL)
    assert first["assessment-results"]["uuid"] == second["assessment-results"]["uuid"]


def test_the_manifest_is_of_the_taxonomy_and_holds_every_declaration(assessed):
    from fideslang.default_taxonomy import DEFAULT_TAXONOMY
    from fideslang.models import Taxonomy

    manifest = make_evidence(EvidenceKind.FIDES)
    Taxonomy.model_validate(manifest)
    categories = {each.fides_key for each in DEFAULT_TAXONOMY.data_category}
    uses = {each.fides_key for each in DEFAULT_TAXONOMY.data_use}
    (dataset,) = manifest["dataset"]
    told = {
        f"{each['name']}.{value['name']}": value["data_categories"]
        for each in dataset["collections"]
        for value in each["fields"]
    }
    assert told == {f"{each.model._meta.label}.{each.name}": [each.category] for each in all_attributes()}
    assert {category for found in told.values() for category in found} <= categories
    site, *companies = manifest["system"]
    assert {each["data_use"] for each in site["privacy_declarations"]} <= uses
    assert {each["fides_key"] for each in companies} == set(read_allowances())
    assert {key for each in site["privacy_declarations"] for key in each.get("egress", ())} <= set(read_allowances())


def test_the_vocabulary_names_each_value_once_and_refers_to_nothing_else(assessed):
    document = make_evidence(EvidenceKind.DPV)
    nodes = {each["@id"]: each for each in document["@graph"]}
    assert len(nodes) == len(document["@graph"])
    processes = [each for each in document["@graph"] if each["@type"] == "dpv:Process"]
    for process in processes:
        for part in ("dpv:hasPersonalData", "dpv:hasRecipient"):
            assert {each["@id"] for each in process.get(part, ())} <= set(nodes)
        assert process["dpv:hasNotice"]["@id"] in nodes
    used = {each["@id"] for process in processes for each in process["dpv:hasPersonalData"]}
    assert len(used) == len(list(all_attributes()))


@pytest.mark.parametrize("clause", RESTS_ON)
@pytest.mark.parametrize("kind", CLAIMS)
def test_no_claim_is_made_while_a_clause_that_it_rests_on_is_broken(assessed, client, kind, clause):
    address = f"/promises/evidence/{kind}.json"
    assert client.get(address, secure=True).status_code == 200
    break_one(clause)
    with pytest.raises(Refused, match=clause):
        make_evidence(kind)
    withheld = client.get(address, secure=True)
    assert withheld.status_code == 503
    assert clause in withheld.content.decode()
    assert client.get("/promises/evidence/oscal.json", secure=True).status_code == 200


def test_a_break_of_another_clause_withholds_no_claim(assessed):
    control = next(each for each in controls if not set(each.clauses) & set(RESTS_ON))
    observe(control, outcome=Outcome.BROKEN)
    for kind in CLAIMS:
        assert make_evidence(kind)


@pytest.mark.parametrize("kind", list(EvidenceKind))
def test_each_kind_is_a_page_and_a_command_and_an_unknown_one_is_neither(assessed, client, kind):
    answer = client.get(f"/promises/evidence/{kind}.json", secure=True)
    assert answer.status_code == 200
    assert answer["Content-Type"].endswith("json")
    out = StringIO()
    call_command("evidence", str(kind), stdout=out)
    assert set(json.loads(out.getvalue())) == set(answer.json())
    assert client.get("/promises/evidence/unknown.json", secure=True).status_code == 404
    with pytest.raises(CommandError):
        call_command("evidence", "unknown")
    assert client.get("/promises/", secure=True).content.decode().count(f"/promises/evidence/{kind}.json") == 1


def test_the_command_prints_nothing_that_is_withheld(assessed):
    break_one("A3")
    out = StringIO()
    with pytest.raises(CommandError, match="A3"):
        call_command("evidence", "fides", stdout=out)
    assert out.getvalue() == ""


def test_the_declaration_of_terms_names_the_published_statement(assessed, client):
    (policy,) = make_evidence(EvidenceKind.TERMS)["terms"].values()
    path = "/" + policy["fetch"].split("/", 3)[3]
    page = client.get(path, secure=True)
    assert page.status_code == 200
    assert f"<{policy['select'][0]}" in page.content.decode()
