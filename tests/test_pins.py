"""pyproject.toml says what is needed; environment.yml and requirements.lock must say the same."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from support import REPOSITORY

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
NEEDED = PROJECT["project"]["dependencies"]
LOCK = [line for line in (REPOSITORY / "requirements.lock").read_text(encoding="utf-8").splitlines() if not line.startswith("#")]


def test_environment_names_the_same_packages() -> None:
    """Does Binder's environment ask for exactly what the package asks for?"""
    environment = yaml.safe_load((REPOSITORY / "environment.yml").read_text(encoding="utf-8"))
    assert environment["dependencies"] == [f"python={_oldest_python()}", "pip", {"pip": NEEDED}]


def test_binder_folder_links_to_it() -> None:
    """Is there one environment file, of which binder/ has a link and no copy?"""
    assert (REPOSITORY / "binder" / "environment.yml").readlink() == Path("../environment.yml")


def test_lock_pins_only() -> None:
    """Is every line of the lock a name and a version: no address of an index, no file of somebody's machine?"""
    assert [line for line in LOCK if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][A-Za-z0-9.]*", line)] == []
    names = [canonicalize_name(line.split("==")[0]) for line in LOCK]
    assert len(names) == len(set(names))
    assert "course" not in names


def test_lock_satisfies_every_specifier() -> None:
    """Is every package that is named pinned, at a version that its specifier allows?"""
    pinned = {canonicalize_name(name): version for name, version in (line.split("==") for line in LOCK)}
    named = [*NEEDED, *PROJECT["project"]["optional-dependencies"]["test"], *PROJECT["build-system"]["requires"]]
    wrong = [
        str(wanted)
        for wanted in map(Requirement, named)
        if not wanted.specifier.contains(pinned.get(canonicalize_name(wanted.name), "0"), prereleases=True)
    ]
    assert wrong == []


def test_no_index_is_named() -> None:
    """Does nothing that sets up the course name a package index?"""
    setup = ("Makefile", ".ci/run", "requirements.lock", "environment.yml", "pyproject.toml", "binder/postBuild", "binder/start")
    named = re.compile(r"https?://|file://|--(extra-)?index-url|--find-links|trusted-host")
    assert [name for name in setup if named.search((REPOSITORY / name).read_text(encoding="utf-8"))] == []


def _oldest_python() -> str:
    return PROJECT["project"]["requires-python"].removeprefix(">=")
