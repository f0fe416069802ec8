"""Automatic checks for the exercises, one file a chapter: they accept any sensible form and say what is wrong."""

from wganlib.checks.verdict import Verdict

__all__ = ["Verdict"]
