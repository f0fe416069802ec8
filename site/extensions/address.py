"""The repository's public address, which pyproject.toml holds."""

import re
from pathlib import Path

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
NOT_STAMPED = "OWNER/REPOSITORY"


def public_address(pyproject=PYPROJECT):
    """The address, or None as long as `make address` has not stamped it."""
    url = re.search(r'(?m)^Repository = "([^"]+)"$', pyproject.read_text(encoding="utf-8")).group(1)
    return None if NOT_STAMPED in url else url
