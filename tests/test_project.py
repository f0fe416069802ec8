"""The files around the package agree with each other."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import stamp_address
import yaml

ROOT = Path(__file__).resolve().parents[1]
PAGES = {name: (ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md")}


def dry_run(*targets, **variables):
    """What make would do for these targets if nothing were there yet."""
    settings = [f"{name}={value}" for name, value in variables.items()]
    command = ["make", "--dry-run", "--always-make", *targets, *settings]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_contributing_gives_the_order_of_the_rooms_that_lint_imports_holds(pyproject):
    (contract,) = pyproject["tool"]["importlinter"]["contracts"]
    told = PAGES["CONTRIBUTING.md"].partition("in this order from the top: ")[2].partition(".")[0]
    floors = [re.findall(r"\w+", floor) for floor in told.split("·")]
    assert floors == [re.findall(r"\w+", layer) for layer in contract["layers"]]


def test_every_path_that_make_and_its_comments_name_is_there():
    said = (ROOT / "Makefile").read_text(encoding="utf-8") + dry_run("test-versions").stdout
    named = set(re.findall(r"(?<![\w./-])(?:tests|notebooks|tools|benchmarks|images|site)/[\w./*-]*\w", said))
    assert {"tests/test_losses.py", "tools/lab.py"} <= named
    assert [path for path in sorted(named) if not any(ROOT.glob(path))] == []


def test_conda_and_make_install_the_same(pyproject):
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    (by_pip,) = (entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict))
    (target,) = [re.sub(r"^-e ", "", entry) for entry in by_pip]
    assert f'-e "{target}"' in dry_run(".venv/.installed").stdout
    (python,) = [entry for entry in environment["dependencies"] if isinstance(entry, str) and "python=" in entry]
    lowest = tuple(int(part) for part in re.findall(r"\d+", pyproject["project"]["requires-python"]))
    assert tuple(int(part) for part in python.split("=")[1].split(".")) >= lowest


def test_what_is_installed_covers_the_other_extras(pyproject):
    extras = pyproject["project"]["optional-dependencies"]
    assert "wganlib[lab]" in extras["test"] and "wganlib[notebooks]" in extras["lab"]
    assert extras["gpu"] == ["tensorflow[and-cuda]>=2.19"]


def test_every_page_holds_the_one_address():
    url = stamp_address.address()
    for page in stamp_address.pages():
        text = page.read_text(encoding="utf-8")
        assert stamp_address.stamped_page(page, url) == text, f"{page.name} holds another address: run `make address`"


def first_cell(notebook):
    return "".join(json.loads(notebook)["cells"][0]["source"])


@pytest.mark.parametrize("path", stamp_address.pages()[:-1], ids=lambda path: path.stem)
def test_a_chapter_has_a_badge_once_the_address_is_public_and_none_before(path):
    text, name = path.read_text(encoding="utf-8"), path.name
    public = stamp_address.stamped_notebook(text, name, "https://github.com/new-owner/new.repo")
    assert first_cell(public).count("colab-badge.svg") == 1
    assert f"/github/new-owner/new.repo/blob/main/notebooks/{name})\n\n" in first_cell(public)
    again = stamp_address.stamped_notebook(public, name, "https://github.com/other/one")
    assert first_cell(again).count("colab-badge.svg") == 1 and "new.repo" not in again
    unknown = stamp_address.stamped_notebook(public, name, "https://github.com/OWNER/REPOSITORY")
    assert "colab" not in first_cell(unknown).lower()
    installs = "@ git+https://github.com/new-owner/new.repo"
    assert public.count(installs) == 1 and "%pip install" not in unknown
    assert first_cell(unknown).startswith(f"# {name[:2]} · ")
    assert stamp_address.stamped_notebook(unknown, name, stamp_address.address()) == text


def test_a_table_of_chapters_has_badges_once_the_address_is_public_and_none_before():
    table = "| chapter | you learn |\n| --- | --- |\n| [00 · Start](notebooks/00_start.ipynb) | the map |\n"
    public = stamp_address.stamped_table(table, "https://github.com/a/b")
    badge = stamp_address.badge("00_start.ipynb", "https://github.com/a/b")
    assert f"| [00 · Start](notebooks/00_start.ipynb) {badge} | the map |" in public
    assert stamp_address.stamped_table(public, "https://github.com/c/d").count("/github/c/d/blob/") == 1
    assert stamp_address.stamped_table(public, "https://github.com/OWNER/REPOSITORY") == table


def test_stamping_changes_badges_and_set_up_cells():
    page = (
        "[![x](https://colab.research.google.com/assets/colab-badge.svg)]"
        "(https://colab.research.google.com/github/a/b/blob/main/notebooks/00.ipynb) "
        '%pip install --quiet \\"wganlib[notebooks] @ git+https://github.com/a/b\\"'
        " git clone https://github.com/a/b course"
    )
    stamped = stamp_address.stamped(page, "https://github.com/new-owner/new.repo")
    assert "colab.research.google.com/github/new-owner/new.repo/blob/main/notebooks/00.ipynb" in stamped
    assert 'git+https://github.com/new-owner/new.repo\\"' in stamped
    assert "git clone https://github.com/new-owner/new.repo course" in stamped
    assert "a/b" not in stamped
    local = stamp_address.stamped(page, "file:///somewhere/clone")
    assert "git+file:///somewhere/clone" in local and "github/a/b/blob" in local


def promises():
    """{promise: the tests that CONTRIBUTING.md names for it}, from its table."""
    section = PAGES["CONTRIBUTING.md"].partition("## What is promised")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+?) \| (.+) \|$", section, flags=re.M)[2:]
    return {promise: re.findall(r"`([^`]+)`", tests) for promise, tests in rows}


def test_each_promise_names_tests_that_exist():
    assert len(promises()) >= 10
    for promise, tests in promises().items():
        assert tests, f"no test holds: {promise}"
        for named in tests:
            path, _, function = named.partition("::")
            source = (ROOT / path).read_text(encoding="utf-8")
            assert not function or f"\ndef {function}(" in source, f"{named} does not exist"


def test_every_folder_of_tests_is_run_by_one_of_the_two_commands(pyproject):
    done = dry_run("test", "test-slow")
    assert done.returncode == 0, done.stderr
    lines = [line.replace("--confcutdir ", "--confcutdir=").split() for line in done.stdout.splitlines()]
    runs = [words for words in lines if "pytest" in words]
    passed_over = pyproject["tool"]["pytest"]["ini_options"]["norecursedirs"]
    folders = [f"tests/{name}" for name in passed_over if not name.startswith(".")]
    assert folders and all((ROOT / folder).is_dir() for folder in folders)
    for target in ("notebooks", *folders):
        assert any(target in words for words in runs), f"neither `make test` nor `make test-slow` runs {target}"
    # Everything else lies in a folder that pytest goes through, once for each side of the marker.
    assert sorted("slow" in words for words in runs if "tests" in words) == [False, True]
    assert any(words[-1].endswith("lint-imports") for words in lines if words)


@pytest.mark.skipif(os.name == "nt" or shutil.which("bash") is None, reason="CI's script is for bash")
def test_ci_runs_both_commands_and_fails_where_one_of_them_does(tmp_path):
    for name in ("make", "chromium"):
        stub = tmp_path / name
        stub.write_text(f'#!/bin/sh\necho {name} "$@" >>{tmp_path}/called\n[ "$1" != "$FAILING" ]\n', encoding="utf-8")
        stub.chmod(0o755)
    (tmp_path / "clone" / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", tmp_path / "clone" / ".ci" / "run")
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    codes = {}
    for failing in ("", "test", "test-slow"):
        script = subprocess.run(
            ["bash", str(tmp_path / "clone" / ".ci" / "run")],
            env={**os.environ, "PATH": path, "FAILING": failing},
            stdin=subprocess.DEVNULL,
            capture_output=True,
        )
        codes[failing] = script.returncode
    called = (tmp_path / "called").read_text(encoding="utf-8").splitlines()
    assert {"make test", "make test-slow"} <= set(called)
    assert codes[""] == 0 and codes["test"] != 0 and codes["test-slow"] != 0


def test_the_notice_travels_with_the_data_and_names_files_that_exist(pyproject):
    assert "NOTICE" in pyproject["project"]["license-files"]
    notice = (ROOT / "NOTICE").read_text(encoding="utf-8")
    assert "MNIST" in notice and "Emoji" in notice
    named = re.findall(r"wganlib/assets/[\w.]+", notice)
    assert named and all((ROOT / name).is_file() for name in named)


def workflows():
    """{file's name: the workflow}"""
    folder = ROOT / ".github" / "workflows"
    return {path.name: yaml.safe_load(path.read_text(encoding="utf-8")) for path in folder.glob("*.yml")}


def test_workflows_run_commands_that_exist():
    steps = [step for flow in workflows().values() for job in flow["jobs"].values() for step in job["steps"]]
    commands = [line for step in steps for line in step.get("run", "").splitlines()]
    ours = [command.split() for command in commands if not command.startswith("git config")]
    assert ["make", "site"] in ours and [".ci/run"] in ours
    for program, *arguments in ours:
        if program == "make":
            assert dry_run(*arguments).returncode == 0, arguments
        else:
            assert (ROOT / program).is_file() and (os.name == "nt" or os.access(ROOT / program, os.X_OK)), program


def test_what_is_published_is_what_is_built():
    steps = workflows()["site.yml"]["jobs"]["publish"]["steps"]
    (published,) = [step["with"]["path"] for step in steps if "upload-pages" in step.get("uses", "")]
    assert f" site {published}\n" in dry_run("site").stdout


def test_the_forms_of_issues_ask_for_what_github_can_show():
    forms = [path for path in (ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml") if path.name != "config.yml"]
    assert forms
    for path in forms:
        form = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert {"name", "description", "body"} <= set(form), path.name
        names = [part["id"] for part in form["body"]]
        assert len(names) == len(set(names))
        assert {part["type"] for part in form["body"]} <= {"input", "textarea", "dropdown", "checkboxes", "markdown"}
        assert all(part["attributes"]["label"] for part in form["body"])


def test_citation_changelog_and_package_agree(pyproject):
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    project = pyproject["project"]
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["version"] == project["version"]
    assert " AND ".join(citation["license"]).lower() == project["license"].lower()
    assert citation["authors"] == project["authors"]
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"(?m)^## ([\d.]+)", changes)[1] == project["version"]
