"""The figure tables: read strictly, with provenance, and with the values that were published."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from course import data
from course.data import DataError, check_tables, read_table, states, table

ENTRY = {
    "title": "Letters posted", "producer": "A post office", "edition": "1", "as_of": "2024-01-01", "licence": "CC BY 4.0",
    "unit": "letters", "obtained_from": "typed", "transformation": ["none"], "caveats": ["none"],
    "columns": {"text": ["place"], "whole": ["year"], "number?": ["letters"]}, "key": ["place", "year"],
}


def write(folder: Path, csv: str, **entry: object) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "post.csv").write_text(csv, encoding="utf-8")
    (folder / "provenance.json").write_text(json.dumps({"post": {**ENTRY, **entry}}), encoding="utf-8")
    return folder


def flow(iso3: str, year: int) -> dict:
    return next(row for row in table("flows").rows if (row["iso3"], row["year"]) == (iso3, year))


def test_types(tmp_path: Path) -> None:
    """Does a good table come back with its types, and an empty cell as None?"""
    found = read_table("post", write(tmp_path, "place,year,letters\nHere,2020,1.5\nThere,2021,\n"))
    assert found.rows == (
        {"place": "Here", "year": 2020, "letters": 1.5},
        {"place": "There", "year": 2021, "letters": None},
    )
    assert found.columns == ("place", "year", "letters")


@pytest.mark.parametrize(
    ("csv", "line", "word"),
    [
        ("place,year\nHere,2020\n", 1, "letters is missing"),
        ("place,year,letters,stamps\nHere,2020,1,2\n", 1, "'stamps' is not in provenance"),
        ("place,year,letters,letters\nHere,2020,1,1\n", 1, "twice"),
        ("place,year,letters\nHere,2020,12o\n", 2, "'12o' is not a number"),
        ("place,year,letters\nHere,2020,nan\n", 2, "not a number"),
        ("place,year,letters\nHere,2020,1_000\n", 2, "not a number"),
        ("place,year,letters\nHere,2020.5,1\n", 2, "not a whole number"),
        ("place,year,letters\n,2020,1\n", 2, "is empty"),
        ("place,year,letters\nHere,2020,1\nHere,2020\n", 3, "has 2 cells"),
        ("place,year,letters\nHere,2020,1\nHere,2020,2\n", 3, "repeats line 2"),
        ("place,year,letters\n", None, "no rows"),
        ("place,year,letters\n\"Here,2020,1\n", 2, "quotes"),
    ],
)
def test_damaged_table(tmp_path: Path, csv: str, line: int | None, word: str) -> None:
    """Does a damaged table fail with the file, the line and what to do?"""
    with pytest.raises(DataError, match="post.csv") as caught:
        read_table("post", write(tmp_path, csv))
    fault = caught.value.faults[0]
    assert fault.line == line
    assert word in fault.message


def test_all_faults_at_once(tmp_path: Path) -> None:
    """Does a table with two damaged numbers name both?"""
    with pytest.raises(DataError) as caught:
        read_table("post", write(tmp_path, "place,year,letters\nHere,2020,x\nThere,y,1\n"))
    assert [fault.line for fault in caught.value.faults] == [2, 3]


@pytest.mark.parametrize("missing", ["title", "producer", "edition", "as_of", "licence", "unit", "obtained_from", "caveats", "columns", "key"])
def test_incomplete_provenance(tmp_path: Path, missing: str) -> None:
    """Is a table refused whose provenance lacks a part?"""
    with pytest.raises(DataError, match=f"provenance.json: post: {missing}"):
        read_table("post", write(tmp_path, "place,year,letters\nHere,2020,1\n", **{missing: ""}))


def test_no_provenance(tmp_path: Path) -> None:
    """Is a table without an entry, a folder without provenance, and broken JSON refused?"""
    write(tmp_path / "a", "place,year,letters\nHere,2020,1\n")
    (tmp_path / "a" / "new.csv").write_text("x\n1\n", encoding="utf-8")
    with pytest.raises(DataError, match="no entry for the table 'new'"):
        read_table("new", tmp_path / "a")
    with pytest.raises(DataError, match="cannot be read"):
        read_table("post", tmp_path / "nowhere")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "provenance.json").write_text('{"post": {,}}', encoding="utf-8")
    with pytest.raises(DataError, match="provenance.json:1: is not readable as JSON"):
        read_table("post", tmp_path / "b")


def test_wrong_column_kind(tmp_path: Path) -> None:
    """Does a kind of column that does not exist fail with the kinds that do?"""
    with pytest.raises(DataError, match="'date' is no kind of column: use text, whole, number"):
        read_table("post", write(tmp_path, "place\nHere\n", columns={"date": ["place"]}, key=["place"]))


def test_not_utf8(tmp_path: Path) -> None:
    """Is a table saved in another encoding refused in words?"""
    write(tmp_path, "")
    (tmp_path / "post.csv").write_bytes("place,year,letters\nCôte,2020,1\n".encode("latin-1"))
    with pytest.raises(DataError, match="not UTF-8"):
        read_table("post", tmp_path)


def test_shipped_tables_are_sound() -> None:
    """Do all shipped tables pass their own check, and stay small?"""
    assert check_tables() == []
    assert {*data.names(), "names"} == {path.stem for path in data.FOLDER.glob("*.csv")}
    assert all(path.stat().st_size < 250_000 for path in data.FOLDER.iterdir() if path.is_file())


def test_source_line() -> None:
    """Does every source line name producer, edition, date and licence?"""
    for name in data.names():
        source = table(name).provenance
        for part in (source.producer, source.edition, source.as_of, source.licence):
            assert part in source.line()
        assert source.notes


def test_check_tables_reports(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Does the check name a CSV file that nobody has described?"""
    for path in data.FOLDER.iterdir():
        if path.is_file():
            (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "stray.csv").write_text("a\n1\n", encoding="utf-8")
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    assert [message.partition(": ")[2] for message in check_tables()] == [
        "has no entry in provenance.json: add where it comes from"
    ]


def test_corridors() -> None:
    """Are the 377 corridors, 10,417 values and five values below zero there as published?"""
    rows = table("corridors").rows
    quarters = [column for column in table("corridors").columns if column[0] == "2"]
    values = [row[quarter] for row in rows for quarter in quarters if row[quarter] is not None]
    assert (len(rows), len(quarters), len(values)) == (377, 35, 10_417)
    assert sorted(value for value in values if value < 0) == [-11.36, -4.55, -2.17, -1.37, -0.22]
    assert len({row["sender"] for row in rows}) == 48
    assert len({row["receiver"] for row in rows}) == 111
    latest = [row["2020Q3"] for row in rows if row["2020Q3"] is not None]
    assert sum(latest) / len(latest) == pytest.approx(7.00, abs=0.01)


def test_headlines() -> None:
    """Are the published world averages there?"""
    found = {(row["measure"], row["year"], row["quarter"]): row["percent"] for row in table("cost_headlines").rows}
    assert found["global_average", 2021, 1] == 6.38
    assert found["global_average", 2025, 3] == 6.36
    assert found["provider_banks", 2023, 3] == 11.48
    assert found["sdg_10c1_world", 2018, None] == 6.9


def test_flows() -> None:
    """Are the figures that can be checked against publications there, and nothing but countries and areas?"""
    assert flow("IND", 2024)["remittances_musd"] == pytest.approx(137_674.5)
    assert flow("MEX", 2024)["remittances_musd"] == pytest.approx(67_600, rel=0.01)
    assert flow("TJK", 2024)["remittances_pct_gdp"] == pytest.approx(47.2, abs=0.05)
    assert flow("TJK", 2024)["oda_musd"] is None
    assert {row["iso3"] for row in table("flows").rows} <= set(states())
    assert {row["year"] for row in table("flows").rows} == set(range(2000, 2025))
    assert max(row["year"] for row in table("flows").rows if row["oda_musd"] is not None) == 2023


def test_gdp_agrees_with_the_share() -> None:
    """Does the GDP beside each flow give back the share that was computed from the unrounded figures?"""
    for row in table("flows").rows:
        if row["remittances_pct_gdp"] and row["gdp_musd"] and row["remittances_pct_gdp"] >= 0.5:
            share = row["remittances_musd"] / row["gdp_musd"] * 100
            # money is kept to US$ 10,000, which shows in the smallest amounts
            tolerance = 0.002 + 0.005 / row["remittances_musd"]
            assert share == pytest.approx(row["remittances_pct_gdp"], rel=tolerance), row


def test_tiles() -> None:
    """Has every Member State and observer State one tile of its own, on a grid that stays legible?"""
    placed = [state for state in states().values() if state.column is not None]
    assert [state.status for state in placed].count("member") == 193
    assert {state.iso3 for state in placed if state.status == "observer"} == {"VAT", "PSE"}
    assert len({(state.column, state.row) for state in placed}) == len(placed) == 195
    assert max(state.column for state in placed) <= 28
    assert max(state.row for state in placed) <= 22
    assert all(state.status == "area" for state in states().values() if state.column is None)


def test_regions() -> None:
    """Do the regions have as many Member States as the United Nations lists?"""
    regions = [state.region for state in states().values() if state.status == "member"]
    counts = {region: regions.count(region) for region in set(regions)}
    assert counts == {"Africa": 54, "Americas": 35, "Asia": 47, "Europe": 43, "Oceania": 14}


def test_names() -> None:
    """Are the names those of the United Nations, with a form that fits into a sentence?"""
    names = {code: state.name for code, state in states().items()}
    assert names["TUR"] == "Türkiye"
    assert names["BOL"] == "Bolivia (Plurinational State of)"
    assert names["CIV"] == "Côte d'Ivoire"
    assert names["PSE"] == "State of Palestine"
    assert states()["PHL"].in_text == "the Philippines"
    assert states()["TJK"].in_text == "Tajikistan"
