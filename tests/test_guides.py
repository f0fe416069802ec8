"""The guide to one's own images works as it stands, on a small folder with few steps."""

import re
import subprocess
import sys
from pathlib import Path

import keras
import numpy as np
import pytest

GUIDE = Path(__file__).resolve().parents[1] / "site" / "guides" / "own_images.md"
FEWER_STEPS = {'"pictures"': '"smoke"', "steps=3_000": "steps=2"}


@pytest.mark.slow
def test_the_python_of_the_guide_to_own_images_runs(tmp_path):
    for number in range(90):
        place = tmp_path / "my_folder" / f"class_{number % 3}" / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        keras.utils.save_img(place, np.random.default_rng(number).integers(0, 256, (32, 32, 3)), scale=False)
    code = "\n".join(re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), flags=re.S | re.M))
    assert code.count(".fit(") == 3
    for long, short in FEWER_STEPS.items():
        assert long in code
        code = code.replace(long, short)
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert (tmp_path / "generator.keras").is_file() and (tmp_path / "exported").is_dir()
