from address import public_address


def test_a_placeholder_is_not_an_address(tmp_path):
    pyproject = tmp_path / "pyproject.toml"
    pyproject.write_text('[project.urls]\nRepository = "https://github.com/OWNER/REPOSITORY"\n', encoding="utf-8")
    assert public_address(pyproject) is None
    pyproject.write_text('[project.urls]\nRepository = "https://github.com/a/b"\n', encoding="utf-8")
    assert public_address(pyproject) == "https://github.com/a/b"
