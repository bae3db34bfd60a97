"""Binder, as far as it goes without Docker: what it would build, and that no key is left where a delegate can read."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from binder_image import Image, copy_repository, run_post_build, unbuilt_image
from canaries import MARK, secrets_in
from course.content import Course
from support import REPOSITORY


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean copy of the repository, as Binder clones it."""
    target = tmp_path_factory.mktemp("clone") / "repository"
    copy_repository(target)
    return target


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Image:
    """An image after `postBuild`, made from a repository with marks in all its keys."""
    image = unbuilt_image(tmp_path_factory.mktemp("binder") / "machine")
    assert secrets_in((image.tree / "assessments" / "questions" / "remittances.yml").read_bytes()) != []
    done = run_post_build(image)
    assert done.returncode == 0, done.stdout + done.stderr
    return image


def test_repo2docker_picks_conda_and_both_scripts(before: Path) -> None:
    """Does Binder's own builder choose the Conda build pack, and run our scripts with our environment?"""
    # Without --no-build it would ask for Docker.
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--user-id=1000", "--user-name=jovyan", str(before)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "conda environment for python=3.11" in done.stderr
    for line in ('--file "binder/environment.yml"', "RUN ./binder/postBuild", 'ENV R2D_ENTRYPOINT="${REPO_DIR}/binder/start"'):
        assert line in done.stdout


def test_scripts_are_executable(before: Path) -> None:
    """Can both scripts be run as they come out of version control?"""
    assert all(os.access(before / "binder" / name, os.X_OK) for name in ("postBuild", "start"))


def test_post_build_spares_a_working_copy(before: Path) -> None:
    """Does somebody who runs postBuild by hand keep the questions?"""
    environment = {name: value for name, value in os.environ.items() if name != "REPO_DIR"}
    for where in ({}, {"REPO_DIR": str(before.parent)}):
        done = subprocess.run(["./binder/postBuild"], cwd=before, env=environment | where, capture_output=True, text=True)
        assert done.returncode == 1
        assert "REPO_DIR" in done.stderr
    assert (before / "assessments" / "questions" / "remittances.yml").is_file()


def test_no_key_is_left(image: Image) -> None:
    """Is every byte of the image, its Python and the builder's scratch space included, free of the marks?"""
    found = {}
    searched = 0
    for folder, _, names in os.walk(image.machine):
        for path in (Path(folder, name) for name in names):
            if path.is_file() and not path.is_symlink():
                searched += 1
                if marks := secrets_in(path.read_bytes()):
                    found[str(path)] = marks
    assert searched > 50
    assert found == {}


def test_nothing_of_the_instructor_is_left(image: Image) -> None:
    """Are the questions, the gradebook, the tests, and the history that would bring them back, gone?"""
    assert sorted(path.name for path in image.tree.iterdir()) == sorted(
        ["LICENSE", "LICENSE-CONTENT", "assessments", "binder", "modules", "page", "published.json"]
    )
    assert sorted(path.name for path in (image.tree / "assessments").iterdir()) == ["release", "shown"]
    assert [path.name for path in (image.tree / "binder").iterdir()] == ["start"]
    assert list((image.machine / "tmp").iterdir()) == []


def test_the_search_would_notice(tmp_path: Path) -> None:
    """Is the mark in what git keeps, so that history left behind would matter?"""
    image = unbuilt_image(tmp_path / "machine")
    shown = subprocess.run(["git", "show", "HEAD"], cwd=image.tree, capture_output=True, check=True)
    assert MARK.encode() in shown.stdout


def test_practice_still_teaches(image: Image) -> None:
    """Do the practice questions, which give feedback at once, keep their keys?"""
    practice = yaml.safe_load((image.tree / "modules" / "remittances" / "practice.yml").read_text(encoding="utf-8"))
    original = yaml.safe_load((REPOSITORY / "modules" / "remittances" / "practice.yml").read_text(encoding="utf-8"))
    assert practice == original
    assert Course(image.tree, {}).published


def test_same_page_as_course_serve(image: Image) -> None:
    """Does Binder's Voilà use the course's page and refuse another, as `course serve` does?"""
    from course.serve import configuration

    settings = json.loads((image.tree / "page" / "voila.json").read_text(encoding="utf-8"))["VoilaConfiguration"]
    served = configuration(image.tree, 8866).VoilaConfiguration
    assert settings == {name: served[name] for name in settings}
    assert settings["template"] == "course" and settings["allow_template_override"] == "NO"


def test_installed_course_is_the_images_own(image: Image) -> None:
    """Does the image's Python import the course that postBuild installed, not a folder of the repository?"""
    where = subprocess.run(
        [image.python, "-c", "import course; print(course.__file__)"], cwd=image.tree, env=image.environment, capture_output=True, text=True
    )
    assert Path(where.stdout.strip()).is_relative_to(image.machine / "conda"), where.stderr
