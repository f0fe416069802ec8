"""python -m wganlib.generate: what it leaves, that it repeats, and what it refuses."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from wganlib import generate as module
from wganlib.data.image_folder import load_images
from wganlib.generate import generate, main
from wganlib.networks import exporting
from wganlib.networks.dcgan import make_dcgan_generator
from wganlib.networks.mlp import make_mlp_generator
from wganlib.networks.pretrained import sample_latent
from wganlib.networks.projection import make_class_generator


@pytest.fixture(scope="module")
def generator():
    return make_dcgan_generator(4, (8, 12, 3), 4, n_blocks=1)


@pytest.fixture
def run(generator, tmp_path):
    (tmp_path / "run").mkdir()
    generator.save(tmp_path / "run" / "generator.keras")
    return tmp_path / "run"


def hashes(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_it_leaves_a_grid_pictures_and_a_walk(run, generator, capsys):
    out = generate(run, count=10, seed=3)
    assert out == run / "generated_seed_3"
    assert sorted(path.name for path in out.iterdir()) == ["grid.png", "images", "interpolation.gif"]
    expected = generator.predict(sample_latent(generator, 10, seed=3), verbose=0)
    np.testing.assert_allclose(load_images(out / "images", verbose=False), expected, atol=0.51 / 127.5)
    with Image.open(out / "grid.png") as grid:
        assert grid.size == (4 * 12 * 8, 3 * 8 * 8), "10 images in 4 columns, 8 pixels for each of theirs"
    with Image.open(out / "interpolation.gif") as walk:
        assert walk.n_frames == module.STATIONS * module.FRAMES and walk.info["loop"] == 0
        assert walk.size == (3 * 12 * 8, 3 * 8 * 8)
    assert str(out) in capsys.readouterr().out


def test_a_walk_has_no_jump_not_even_at_its_end(generator):
    frames = module._walk(generator, seed=0)
    steps = np.abs(frames - np.roll(frames, 1, axis=0)).mean(axis=(2, 3, 4))
    apart = np.abs(frames - np.roll(frames, len(frames) // 2, axis=0)).mean()
    assert 0 < steps.max() < apart


def test_a_class_is_asked_for_by_its_name(tmp_path):
    inner = make_mlp_generator(7, (8, 8, 1), (5,))
    generator = make_class_generator(inner, 3)
    (tmp_path / "run").mkdir()
    generator.save(tmp_path / "run" / "generator.keras")
    with pytest.raises(ValueError, match=r"`label` must be left out.*not trained with --conditional.*'b'"):
        generate(tmp_path / "run", label="b")
    (tmp_path / "run" / "settings.json").write_text('{"classes": ["a", "b", "c"]}')
    with pytest.raises(ValueError, match=r"`label` must be one of 'a', 'b', 'c'.*'d'"):
        generate(tmp_path / "run", label="d")
    out = generate(tmp_path / "run", count=5, seed=1, label="b")
    assert out.name == "generated_b_seed_1"
    z = sample_latent(generator, 5, seed=1)
    z[:, 4:] = [0, 1, 0]
    np.testing.assert_allclose(load_images(out / "images", verbose=False), inner(z), atol=0.51 / 127.5)


@pytest.mark.parametrize("damaged", ["", "[]", "null", '{"classes": 3}', '{"classes": "ab"}', '{"classes": [1, 2]}'])
def test_damaged_settings_are_refused_by_their_name(damaged, run, capsys):
    (run / "settings.json").write_text(damaged)
    said = refused(["--run", run, "--label", "a"], capsys)
    assert f"{run / 'settings.json'} must be a run's settings. Received: a damaged file" in said
    assert sorted(path.name for path in run.iterdir()) == ["generator.keras", "settings.json"]


@pytest.mark.slow
def test_a_seed_repeats_and_another_differs(run, tmp_path):
    folders = [generate(run, tmp_path / name, 4, seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))]
    first, second, third = map(hashes, folders)
    assert first == second
    assert not set(first.values()) & set(third.values())


def test_it_exports_the_generator(run):
    out = generate(run, count=1, export="saved_model")
    assert (out / "generator" / "saved_model.pb").is_file()


def test_without_tf2onnx_nothing_is_left_behind(run, capsys, monkeypatch):
    monkeypatch.setattr(exporting, "find_spec", lambda name: None)
    assert "Or write a SavedModel" in refused(["--run", run, "--export", "onnx"], capsys)
    assert [path.name for path in run.iterdir()] == ["generator.keras"]


def refused(arguments, capsys):
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    assert end.value.code
    return capsys.readouterr().err


def test_anything_but_a_finished_run_with_a_generator_of_images_is_refused(tmp_path, run, capsys):
    assert "holds no generator.keras" in refused(["--run", tmp_path], capsys)
    assert "`run` must be a path" in refused(["--run", ""], capsys)
    assert "`count` must" in refused(["--run", run, "--count", 0], capsys)
    assert "`seed` must" in refused(["--run", run, "--seed", -1], capsys)
    make_mlp_generator(4, (2,), (3,)).save(tmp_path / "generator.keras")
    assert "must draw images" in refused(["--run", tmp_path], capsys)
    (tmp_path / "generator.keras").write_bytes(b"damaged")
    assert "damaged" in refused(["--run", tmp_path], capsys)
    assert sorted(path.name for path in run.iterdir()) == ["generator.keras"]


def test_what_was_generated_before_is_kept(run, capsys):
    main(["--run", str(run), "--count", "2"])
    before = hashes(run)
    assert "already exists" in refused(["--run", run], capsys)
    assert hashes(run) == before


@pytest.mark.slow
def test_a_closed_terminal_and_a_pipe_that_nobody_reads_end_nothing(run):
    command = [sys.executable, "-m", "wganlib.generate", "--run", str(run), "--count", "2"]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    assert (run / "generated_seed_0" / "interpolation.gif").is_file()
