from pathlib import Path

import code_key

ROOT = Path(__file__).resolve().parents[2]
MODULE = ROOT / "wganlib" / "course" / "widgets" / "distances.py"


def test_the_files_behind_a_module_are_those_that_it_imports_directly_or_not():
    names = {path.relative_to(ROOT).as_posix() for path in code_key.files_behind(MODULE)}
    for needed in ("course/widgets/explorer.py", "plots/style.py", "distances/transport.py", "_arguments.py"):
        assert f"wganlib/{needed}" in names
    assert "wganlib/__init__.py" not in names and "wganlib/train.py" not in names


def test_the_key_changes_with_one_of_them_and_stays_without(tmp_path):
    also = tmp_path / "drawing.py"
    keys = []
    for text in ("a = 1", "a = 2", "a = 1"):
        also.write_text(text, encoding="utf-8")
        keys.append(code_key.key_of(MODULE, also=[also]))
    assert keys[0] == keys[2] != keys[1]
