"""The figure of chapter 06 numbers its five changes and says what the trainers do."""

from drawings import wgan

import wganlib as wl


def texts():
    return [text.get_text() for text in wgan.five_changes().axes[0].texts]


def test_five_changes_are_numbered():
    numbers = [text for text in texts() if text in {"1", "2", "3", "4", "5"}]
    # What is taken away or replaced is numbered in both rows; the clip is new.
    assert sorted(numbers) == ["1", "1", "2", "2", "3", "4", "4", "5", "5"]


def test_other_settings_make_another_figure(monkeypatch):
    before = texts()
    assert any("[−0.01, 0.01]" in text for text in before)
    monkeypatch.setitem(wl.WGAN.__init__.__kwdefaults__, "clip", 0.5)
    changed = [(old, new) for old, new in zip(before, texts(), strict=True) if old != new]
    assert len(changed) == 1 and "[−0.5, 0.5]" in changed[0][1]
