import json
import zipfile
from importlib.resources import files

import numpy as np
import pytest

import wganlib as wl

ASSETS = files("wganlib") / "assets"


def test_it_draws_digits_that_the_record_describes():
    generator = wl.load_pretrained()
    samples = generator.predict(wl.draw_latent(generator, 2000, seed=0), verbose=0)
    assert samples.shape == (2000, 28, 28, 1) and np.abs(samples).max() <= 1
    features, classes = wl.metrics.digit_features(samples)
    test = wl.metrics.digit_features(wl.load_digits("test", source="sample", verbose=False))[0]
    record = json.loads((ASSETS / "generator.json").read_text())
    # 2,000 samples instead of the record's 10,000 raise the distance; ten times as far would be another generator.
    assert wl.metrics.frechet_distance(features, test) < 3 * record["frechet_distance"]["value"] + 10
    assert min(np.bincount(classes, minlength=10)) > 60
    assert generator.count_params() == record["parameters"]


def test_the_assets_are_small():
    assert (ASSETS / "generator.keras").stat().st_size <= 1_500_000
    assert (ASSETS / "digit_classifier.keras").stat().st_size <= 600_000
    assert (ASSETS / "digits.npz").stat().st_size <= 2_500_000


@pytest.mark.parametrize("name", ["generator.keras", "digit_classifier.keras"])
def test_the_networks_are_written_so_that_the_oldest_supported_keras_reads_them(name):
    with zipfile.ZipFile(ASSETS / name) as archive:
        configuration = archive.read("config.json").decode()
    for newer in ("input_axes", "quantization_config", "renorm"):  # tools/build_classifier.py has all of them
        assert f'"{newer}' not in configuration


def test_latent_draws_repeat_and_refuse_nonsense():
    generator = wl.load_pretrained()
    np.testing.assert_array_equal(wl.draw_latent(generator, 3, seed=1), wl.draw_latent(generator, 3, seed=1))
    with pytest.raises(ValueError, match="count"):
        wl.draw_latent(generator, 0)
