"""The reservoir of good practice: what is found, what a plan reaches, costs and needs, against plans worked out by hand."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from course.content import Course
from course.data import REGIONS, folded, states
from course.errors import CourseError
from course.explorers import contents, explorer
from course.explorers import good_practices as reservoir
from course.explorers.content import ContentFolder
from course.explorers.good_practices import ACTORS, DOMAINS, KINDS, START, Practice, cautions, chosen, cheapest, clean, in_order, matching, reached, still_open, total
from support import REPOSITORY

PRACTICES = reservoir.CONTENT.read()
EXAMPLE = """format: 1
id: {ident}
name: "{name}"
place: Anytown
country: {country}
since: 2010
domains: [{domains}]
actors: [{actors}]
power: {power}
cost: {{level: {cost}, why: Two people work on it}}
for_whom: Everybody new
answers: Nobody knows where to ask
what: A desk answers
evidence: {{kind: {evidence}, text: Nothing has been counted}}
limits: It is closed on Sundays
needs: [A desk, Somebody who speaks several languages]
first_step: Find a room
cite: The town (2020)
source: [course-case]
as_of: "2020"
"""
PLAIN = {"name": "A desk", "country": "CHL", "domains": "first-welcome", "actors": "municipality", "power": "local", "cost": "low", "evidence": "none-known"}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ContentFolder[Practice]:
    """An empty reservoir, which the explorer then draws from."""
    (tmp_path / "practices").mkdir()
    new = ContentFolder("practices", Practice, tmp_path)
    monkeypatch.setattr(reservoir, "CONTENT", new)
    return new


def put(folder: ContentFolder[Practice], ident: str, **change: str) -> Path:
    path = folder.path / f"{ident}.yml"
    path.write_text(EXAMPLE.format(ident=ident, **{**PLAIN, **change}), encoding="utf-8")
    return path


def made(folder: ContentFolder[Practice], **some: dict[str, str]) -> dict[str, Practice]:
    for ident, change in some.items():
        put(folder, ident, **change)
    return folder.read()


# --- a plan, by hand ----------------------------------------------------------------------------------------------

TOWN = {
    "desk": {"domains": "first-welcome, language", "cost": "low", "power": "shared"},
    "card": {"domains": "documents", "cost": "high", "evidence": "independent-evaluation"},
    "course": {"domains": "language, work", "cost": "medium", "power": "national", "actors": "national-government, employers"},
    "club": {"domains": "living-together", "cost": "low", "actors": "migrants, civil-society"},
}


def test_what_a_plan_reaches_and_costs(folder: ContentFolder[Practice]) -> None:
    """Desk, card, course: 1 + 4 + 2 = 7 points; first-welcome, language (twice), documents and work are 4 of 11 domains, so 7 are open."""
    practices = made(folder, **TOWN)
    plan = chosen(practices, "desk,card,course")
    assert total(plan) == 7
    assert [one.id for one in reached(plan)["language"]] == ["desk", "course"]
    assert still_open(plan) == ["education", "housing", "health", "families", "participation", "living-together", "coordination"]
    said = explorer("good-practices", plan="desk,card,course", budget=8).page["say"]
    assert said.startswith("Your plan of 3 practices reaches 4 of 11 domains. Still open: Education, Housing, Health, Families, ")
    assert said.endswith("It costs 7 of your 8 points.")
    assert explorer("good-practices", plan="desk,card,course", budget=6).page["say"].endswith("It costs 7, more than your 6 points.")


def test_first_steps_stand_in_order(folder: ContentFolder[Practice]) -> None:
    """Own power before shared before national; of what is local the cheaper first: club (1), card (4), then desk, then course."""
    practices = made(folder, **TOWN)
    assert [one.id for one in in_order(chosen(practices, "course,desk,card,club"))] == ["club", "card", "desk", "course"]


@pytest.mark.parametrize(
    ("plan", "budget", "expected"),
    [
        ("", 2, []),
        ("club", 8, ["evidence"]),  # migrants carry it, but nobody has evaluated it
        ("card", 8, ["migrants"]),  # evaluated, but no migrants
        ("card,club", 8, []),  # 5 points: evaluated, migrants carry, all local
        ("card,club", 4, ["budget"]),
        ("card,club,course", 7, ["national"]),  # 4 + 1 + 2 are just the budget
        ("desk,course", 2, ["budget", "evidence", "migrants", "national"]),
    ],
)
def test_what_to_think_of_again(folder: ContentFolder[Practice], plan: str, budget: int, expected: list[str]) -> None:
    """Is each caution there where it should be, and only there?"""
    assert [one.kind for one in cautions(chosen(made(folder, **TOWN), plan), budget)] == expected


def test_what_has_ended_is_said(folder: ContentFolder[Practice]) -> None:
    path = put(folder, "desk", evidence="peer-reviewed", actors="migrants")
    path.write_text(path.read_text(encoding="utf-8").replace("since: 2010", "since: 2010\nuntil: 2019"), encoding="utf-8")
    practices = folder.read()
    assert [(one.kind, [p.id for p in one.practices]) for one in cautions(list(practices.values()), 8)] == [("ended", ["desk"])]
    assert "Anytown, Chile, 2010–2019" in explorer("good-practices").page["html"]


def test_the_cheapest_plan_that_reaches_everything(folder: ContentFolder[Practice]) -> None:
    """Language and work: two cheap ones (1 + 1) beat one of both for 4 points, and lose against one of both for 2 (fewer practices)."""
    practices = made(folder, one={"domains": "language"}, two={"domains": "work"}, both={"domains": "language, work", "cost": "high"})
    assert [one.id for one in cheapest(practices.values())] == ["one", "two"]
    practices = made(folder, both={"domains": "language, work", "cost": "medium"}, third={"domains": "work", "cost": "medium"})
    put(folder, "both2", domains="language, work", cost="medium")
    assert [one.id for one in cheapest(folder.read().values())] == ["both2"]
    assert cheapest([]) == []


def test_the_cheapest_plan_is_the_cheapest_of_all_there_are() -> None:
    """Among the first ten practices of the course: does no other choice reach as much for less? All 1,024 are tried."""
    some = list(PRACTICES.values())[:10]
    best = cheapest(some)
    every = [[one for number, one in enumerate(some) if mask >> number & 1] for mask in range(1 << len(some))]
    most = max(len(DOMAINS) - len(still_open(plan)) for plan in every)
    assert len(DOMAINS) - len(still_open(best)) == most
    assert (total(best), len(best)) == min((total(plan), len(plan)) for plan in every if len(DOMAINS) - len(still_open(plan)) == most)


# --- finding ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ["card", "club", "course", "desk"]),
        ({"words": "sundays"}, ["card", "club", "course", "desk"]),
        ({"words": "  SÃO  tome "}, []),
        ({"words": "chile employers"}, ["course"]),
        ({"words": "employers migrants"}, []),
        ({"words": "living tog"}, ["club"]),
        ({"domain": "language"}, ["course", "desk"]),
        ({"domain": "language", "cost": "low"}, ["desk"]),
        ({"actor": "migrants"}, ["club"]),
        ({"region": "Americas"}, ["card", "club", "course", "desk"]),
        ({"evidence": "independent-evaluation"}, ["card"]),
        ({"evidence": "independent-evaluation", "domain": "work"}, []),
    ],
)
def test_words_and_filters_find(folder: ContentFolder[Practice], change: dict[str, str], expected: list[str]) -> None:
    """Do all words have to be there, wherever they stand, with or without their accents; and all filters hold?"""
    practices = made(folder, **{ident: {**rest, "name": ident} for ident, rest in TOWN.items()})
    assert [one.id for one in matching(practices.values(), clean(dict(START), change))] == expected


def test_nothing_found_is_said_with_a_way_out(folder: ContentFolder[Practice]) -> None:
    made(folder, **TOWN)
    one = explorer("good-practices", words="no such thing")
    assert "Practices found: 0 of 4." in one.page["say"] and "Take out a word or a filter." in one.page["html"]
    one.set_state({"state": {**one.page["state"], "act": "find:"}})
    assert one.page["state"]["words"] == "" and "Practices found" not in one.page["say"]


def test_regions_are_offered_that_have_any() -> None:
    """Are the regions of the filter just those of the practices' countries, and does each find something?"""
    options = [one.value for one in next(one for one in reservoir.controls(dict(START)) if one.key == "region").options]  # type: ignore[union-attr]
    assert set(options) == {"", *(states()[one.country].region_id for one in PRACTICES.values())} and set(options) <= {"", *REGIONS}
    assert all(matching(PRACTICES.values(), clean(dict(START), {"region": region})) for region in options)


# --- turns of the reader ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "key", "expected"),
    [
        ("put:club", "plan", "desk,club"),
        ("put:desk", "plan", "desk"),
        ("take:desk", "plan", ""),
        ("take:card", "plan", "desk"),
        ("put:nothing", "plan", "desk"),
        ("beside:course", "beside", "card,club,course"),
        ("beside:desk", "beside", "card,club,desk"),
        ("apart:card", "beside", "club"),
        ("find:work", "domain", "work"),
        ("find:everything", "domain", ""),
        ("burn:desk", "plan", "desk"),
        ("desk", "plan", "desk"),
    ],
)
def test_turns_are_carried_out_and_forgotten(folder: ContentFolder[Practice], act: str, key: str, expected: str) -> None:
    made(folder, **TOWN)
    state = clean(clean(dict(START), {"plan": "desk", "beside": "card,club", "words": "desk"}), {"act": act})
    assert (state[key], state["act"]) == (expected, "")
    assert clean(dict(state), {"act": act}) == state  # a turn that is sent again changes nothing


def test_a_fourth_to_compare_takes_the_place_of_the_first(folder: ContentFolder[Practice]) -> None:
    made(folder, **TOWN)
    state = clean(clean(dict(START), {"beside": "card,club,desk"}), {"act": "beside:course"})
    assert state["beside"] == "club,desk,course"
    assert clean(dict(START), {"beside": "card,club,desk,course"})["beside"] == "club,desk,course"


@pytest.mark.parametrize("value", ["desk,desk,,unknown,card", "desk,card"])
def test_a_plan_holds_known_practices_once(folder: ContentFolder[Practice], value: str) -> None:
    made(folder, **TOWN)
    assert clean(dict(START), {"plan": value})["plan"] == "desk,card"


# --- the page -----------------------------------------------------------------------------------------------------


def panels(**change: Any) -> dict[str, str]:
    return {panel.id: panel.html for panel in reservoir.view(clean(dict(START), change)).panels}


def test_a_practice_is_read_in_full(folder: ContentFolder[Practice]) -> None:
    """Does a card hold all that the file says, its source and date included?"""
    made(folder, desk={})
    card = panels()["practices"]
    for words in ("A desk", "Everybody new", "Nobody knows where to ask", "A desk answers", "Nothing has been counted", "closed on Sundays", "Find a room"):
        assert words in card
    assert "The town (2020) (as of 2020)" in card and "Somebody who speaks several languages" in card


def test_two_are_laid_side_by_side(folder: ContentFolder[Practice]) -> None:
    """Is there a column for each, with a row for every part?"""
    made(folder, **{ident: {**rest, "name": f"The {ident}"} for ident, rest in TOWN.items()})
    beside = panels(beside="desk,course")["beside"]
    assert re.findall(r'<th scope="col">(.*?)</th>', beside) == ["Part", "The desk", "The course"]
    rows = re.findall(r'<th scope="row">(.*?)</th><td>(.*?)</td><td>(.*?)</td></tr>', beside)
    assert len(rows) == 13 and rows[0][0] == "Place"
    assert "Choose two or three" in panels(beside="")["beside"]


def test_the_plan_says_who_must_act_and_what_is_open(folder: ContentFolder[Practice]) -> None:
    made(folder, **{ident: {**rest, "name": f"The {ident}"} for ident, rest in TOWN.items()})
    plan = panels(plan="desk,course", budget=2)["plan"]
    actors = dict(re.findall(r"<dt>(.*?)</dt><dd>([^<]*)</dd>", plan))
    assert actors == {"Municipality": "The desk", "National Government": "The course", "Employers": "The course"}
    assert plan.count('<li class="reached">') == 3 and plan.count('<li class="open">') == 8
    assert "The city cannot do this alone, since it rests on national law or decisions: The course" in plan
    assert 'data-value="&quot;find:housing&quot;" data-show="practices"' in plan


def test_the_plan_can_be_kept(folder: ContentFolder[Practice]) -> None:
    """Does the download hold the plan in the order of its first steps?"""
    made(folder, **TOWN)
    file = reservoir.view(clean(dict(START), {"plan": "course,desk,card"})).csv
    assert file is not None and file.name == "city-plan.csv"
    rows = list(csv.DictReader(io.StringIO(file.text)))
    assert [(row["step"], row["id"], row["points"]) for row in rows] == [("1", "card", "4"), ("2", "desk", "1"), ("3", "course", "2")]
    assert rows[0]["needs"] == "A desk | Somebody who speaks several languages"


def test_long_lists_are_short_at_first() -> None:
    """Are eight shown, and all when asked?"""
    shown, every = panels()["practices"], panels(all=True)["practices"]
    assert shown.count('<li class="practice"') == reservoir.FIRST_SHOWN and every.count('<li class="practice"') == len(PRACTICES)
    assert "Show all" in shown and "Show all" not in every


# --- the reservoir ------------------------------------------------------------------------------------------------


def test_a_file_put_in_appears(folder: ContentFolder[Practice]) -> None:
    """A delegate's own example: is it there at once, in the list, in the filters and for translators, with no other change?"""
    made(folder, **TOWN)
    assert "The library of Nairobi" not in explorer("good-practices").page["html"]
    put(folder, "library", name="The library of Nairobi", country="KEN", domains="education")
    one = explorer("good-practices", words="nairobi")
    assert "The library of Nairobi" in one.page["html"] and '<option value="Africa">' in one.page["html"]
    assert "Practices found: 1 of 5." in one.page["say"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("domains: [first-welcome]", "domains: [first-welcome, beaches]", "desk.yml:7: domain 2: input should be 'first-welcome', 'documents'"),
        ("actors: [municipality]", "actors: [mayor]", "desk.yml:8: actor 1: input should be 'municipality'"),
        ("country: CHL", "country: Chile", "desk.yml:5: `country` is Chile, which is not in course/data/states.csv: write the three letters"),
        ("level: low", "level: cheap", "desk.yml:10: `level`: input should be 'low', 'medium' or 'high'"),
        ("needs: [A desk, Somebody who speaks several languages]", "needs: [A desk]", "desk.yml:16: `needs` must have at least 2 entries"),
        ("since: 2010", "since: soon", "desk.yml:6: `since` must be a whole number"),
        ("since: 2010", "since: 2010\nuntil: 2004", "desk.yml:7: `until` is 2004, before `since`: mend one of the two years"),
        ("id: desk", "id: table", "desk.yml:2: `table` is not the file’s name: write `id: desk`, or call the file table.yml"),
        ("source: [course-case]", "source: [hearsay]", "desk.yml:19: `desk` cites `hearsay`, which is not in modules/sources.yml"),
        ("limits: It is closed on Sundays\n", "", "desk.yml:1: the file has no `limits`: add it"),
        ('as_of: "2020"', "as_of: 2020", "desk.yml:20: `as_of` must be text (put it in quotes)"),
    ],
)
def test_a_slip_is_told_with_its_line(folder: ContentFolder[Practice], old: str, new: str, message: str) -> None:
    """Is a file that is not as it should be refused, with the line and what to do?"""
    path = put(folder, "desk")
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    told = [str(fault) for fault in folder.faults({"course-case"})]
    assert len(told) == 1 and message in told[0], told


def test_the_empty_file_and_the_example_of_the_handbook_can_be_used(folder: ContentFolder[Practice]) -> None:
    """Has the file to fill in every key that there is; and would the example in docs/lessons.md be taken as it stands?"""
    empty = reservoir.TEMPLATE.read_text(encoding="utf-8")
    keys = set(re.findall(r"^(?:# )?([a-z_]+):", empty, re.M))
    assert keys == set(Practice.model_fields) - {"shelf_life"}
    (folder.path / "my-practice.yml").write_text(empty.replace("XXX", "CHL"), encoding="utf-8")
    [handbook] = re.findall(r"```yaml\n(# course/data/practices/.*?)```", (REPOSITORY / "docs" / "lessons.md").read_text(encoding="utf-8"), re.S)
    (folder.path / f"{yaml.safe_load(handbook)['id']}.yml").write_text(handbook, encoding="utf-8")
    assert folder.faults({"key", *Course(REPOSITORY, {}).sources}) == []
    assert f'download="{reservoir.TEMPLATE.name}" href="data:text/yaml' in panels()["practices"]


def test_what_the_course_ships() -> None:
    """At least 25 practices, every domain with one, every actor and every kind of power and cost, from four regions at least."""
    some = list(PRACTICES.values())
    assert reservoir.CONTENT in contents() and len(some) >= 25
    assert still_open(some) == []
    assert {actor for one in some for actor in one.actors} == set(ACTORS)
    assert {one.power for one in some} == set(reservoir.POWERS) and {one.cost.level for one in some} == set(reservoir.LEVELS)
    assert {one.evidence.kind for one in some} <= set(KINDS)
    assert len({states()[one.country].region_id for one in some}) >= 4
    assert len({folded(one.name) for one in some}) == len(some)


def test_the_reader_begins_with_a_small_plan_that_has_a_gap() -> None:
    """Are the practices of the start still there, with some domains open and two to compare?"""
    state = dict(explorer("good-practices").state)
    assert state == dict(START)
    plan = chosen(PRACTICES, state["plan"])
    assert 2 <= len(plan) <= 4 and 1 <= len(still_open(plan)) <= 5 and len(chosen(PRACTICES, state["beside"])) == 2


def test_the_cheapest_plan_of_all_is_worth_a_look() -> None:
    """Does the suggestion reach all eleven domains?"""
    best = cheapest(PRACTICES.values())
    assert still_open(best) == [] and len(best) <= len(DOMAINS)


def test_a_broken_file_is_no_practice(folder: ContentFolder[Practice]) -> None:
    """Does the explorer say which file stops it, rather than show half a reservoir?"""
    put(folder, "desk", cost="cheap")
    with pytest.raises(CourseError, match=r"desk\.yml:10"):
        explorer("good-practices")
