import json
import zipfile
from importlib.resources import files

import numpy as np
import pytest

import wganlib as wl

ASSETS = files("wganlib") / "assets"


@pytest.mark.slow
def test_it_draws_digits_that_the_record_describes():
    generator = wl.load_pretrained()
    samples = generator.predict(wl.sample_latent(generator, 2000, seed=0), verbose=0)
    assert samples.shape == (2000, 28, 28, 1) and np.abs(samples).max() <= 1
    features, classes = wl.metrics.digit_features(samples)
    test = wl.metrics.digit_features(wl.load_digits("test", source="sample", verbose=False))[0]
    record = json.loads((ASSETS / "generator.json").read_text())
    # 2,000 samples instead of the record's 10,000 raise the distance; ten times as far would be another generator.
    assert wl.metrics.frechet_distance(features, test) < 3 * record["measures"]["frechet"] + 10
    assert min(np.bincount(classes, minlength=10)) > 60
    assert generator.count_params() == record["parameters"]


@pytest.mark.slow
def test_it_draws_emoji_that_the_record_describes():
    generator = wl.load_pretrained("emoji")
    emoji = wl.load_emoji(32)
    samples = generator.predict(wl.sample_latent(generator, len(emoji), seed=0), verbose=0)
    assert samples.shape == emoji.shape and np.abs(samples).max() <= 1
    record = json.loads((ASSETS / "emoji_generator.json").read_text())
    recorded = np.mean(list(record["measures"]["patches"].values()))
    assert wl.metrics.patch_distance(samples, emoji).mean < 1.5 * recorded
    assert generator.count_params() == record["parameters"]


def test_a_name_that_no_generator_has_is_told_those_that_some_have():
    with pytest.raises(FileNotFoundError, match="'digits' and 'emoji'"):
        wl.load_pretrained("emojis")


def test_the_assets_are_small():
    assert (ASSETS / "generator.keras").stat().st_size <= 1_500_000
    assert (ASSETS / "emoji_generator.keras").stat().st_size <= 2_000_000
    assert (ASSETS / "class_generator.keras").stat().st_size <= 600_000
    assert (ASSETS / "digit_classifier.keras").stat().st_size <= 600_000
    assert (ASSETS / "digits.npz").stat().st_size <= 2_500_000


@pytest.mark.parametrize(
    "name", ["generator.keras", "emoji_generator.keras", "class_generator.keras", "digit_classifier.keras"]
)
def test_the_networks_are_written_so_that_the_oldest_supported_keras_reads_them(name):
    with zipfile.ZipFile(ASSETS / name) as archive:
        configuration = archive.read("config.json").decode()
    for newer in ("input_axes", "quantization_config", "renorm"):  # tools/build_classifier.py has all of them
        assert f'"{newer}' not in configuration


def test_latent_draws_repeat_and_refuse_nonsense():
    generator = wl.load_pretrained()
    np.testing.assert_array_equal(wl.sample_latent(generator, 3, seed=1), wl.sample_latent(generator, 3, seed=1))
    with pytest.raises(ValueError, match="count"):
        wl.sample_latent(generator, 0)


A, B = np.random.default_rng(0).standard_normal((2, 20))


def test_slerp_starts_and_ends_where_it_should_and_turns_evenly():
    way = wl.slerp(A, B, np.linspace(0, 1, 6))
    np.testing.assert_allclose(way[[0, -1]], [A, B], atol=1e-6)
    a, b = np.array([1.0, 0.0]), np.array([0.0, 1.0])
    np.testing.assert_allclose(wl.slerp(a, b, [1 / 3]), [[np.cos(np.pi / 6), np.sin(np.pi / 6)]], atol=1e-6)


def test_slerp_stays_on_the_shell_that_the_straight_line_leaves():
    a, b = A / np.linalg.norm(A), B / np.linalg.norm(B)
    norms = np.linalg.norm(wl.slerp(a, b, np.linspace(0, 1, 11)), axis=1)
    np.testing.assert_allclose(norms, 1, atol=1e-6)
    assert np.linalg.norm((a + b) / 2) < 0.95


@pytest.mark.parametrize(
    ("end", "message"),
    [
        (A, "must not lie on one line"),
        (-2 * A, "must not lie on one line"),
        (B[:5], r"vectors of one size. Received: \(20,\) and \(5,\)"),
    ],
)
def test_slerp_refuses_vectors_that_no_single_circle_joins(end, message):
    with pytest.raises(ValueError, match=message):
        wl.slerp(A, end, [0.5])
