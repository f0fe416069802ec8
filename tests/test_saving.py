"""Files are written whole or not at all, folders belong to one process at a time, damaged networks are refused."""

import errno
import os
import zipfile
from importlib.resources import files

import keras
import numpy as np
import pytest

import wganlib as wl
from wganlib._saving import lock_folder, read_settings, unlock_folder, whole_file

SHIPPED = files("wganlib") / "assets" / "generator.keras"


def test_what_is_written_takes_its_place_at_the_end(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("before")
    with whole_file(path) as place:
        place.write_text("after")
        assert path.read_text() == "before" and place.suffix == ".txt"
    assert path.read_text() == "after" and os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize(
    "problem", [OSError(errno.ENOSPC, "No space left on device"), ValueError("b"), KeyboardInterrupt]
)
def test_what_was_there_stays_when_the_writing_fails(problem, tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("before")
    with pytest.raises(problem if isinstance(problem, type) else type(problem)), whole_file(path) as place:
        place.write_text("a part")
        raise problem
    assert path.read_text() == "before" and os.listdir(tmp_path) == ["a.txt"]


def test_the_message_says_which_file_and_what_to_do(tmp_path):
    words = r"no.a.txt could not be written: No such file.*Make room, or name"
    with pytest.raises(FileNotFoundError, match=words), whole_file(tmp_path / "no" / "a.txt") as place:
        place.write_text("after")


@pytest.mark.slow
def test_an_animation_that_cannot_be_saved_leaves_the_one_before(tmp_path, full_disk):
    grid, path = wl.SampleGrid(), tmp_path / "run.gif"
    frames = np.random.default_rng(0).integers(0, 256, (3, 4, 28, 28, 1), np.uint8)
    grid.set_state({"epochs": np.arange(3), "frames": frames, "seen": np.array(2)})
    grid.save_gif(path)
    before = path.read_bytes()
    with full_disk(), pytest.raises(OSError, match=r"run\.gif could not be written.*Make room"):
        grid.save_gif(path)
    assert path.read_bytes() == before and os.listdir(tmp_path) == ["run.gif"]


def test_settings_are_read_and_damaged_ones_named(tmp_path):
    (tmp_path / "settings.json").write_text('{"seed": 3}')
    assert read_settings(tmp_path, lambda settings: settings["seed"]) == 3
    with pytest.raises(ValueError, match=r"settings\.json must be a run's settings.*Begin another run"):
        read_settings(tmp_path, lambda settings: settings["images"])


# One process at a time.


def test_a_folder_that_is_locked_elsewhere_is_refused_until_that_ends(tmp_path):
    fcntl = pytest.importorskip("fcntl")
    with open(tmp_path / "lock", "a") as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with pytest.raises(BlockingIOError, match="one training at a time"):
            lock_folder(tmp_path)
    lock_folder(tmp_path)
    lock_folder(tmp_path)  # what one has one may ask for again
    with open(tmp_path / "lock", "a") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    unlock_folder(tmp_path)
    unlock_folder(tmp_path)
    assert os.listdir(tmp_path) == []


def test_a_lock_whose_file_was_removed_meanwhile_is_taken_again(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")
    wait, waited = fcntl.flock, []

    def late(file, how):
        wait(file, how)
        if not waited:  # the other process ends between the opening of the file and its lock
            waited.append((tmp_path / "lock").unlink())

    monkeypatch.setattr(fcntl, "flock", late)
    lock_folder(tmp_path)
    assert os.listdir(tmp_path) == ["lock"]
    unlock_folder(tmp_path)


def test_where_the_system_has_no_locks_that_is_said(tmp_path, monkeypatch):
    fcntl = pytest.importorskip("fcntl")

    def missing(file, how):
        raise OSError(errno.ENOTSUP, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", missing)
    with pytest.warns(UserWarning, match="cannot be locked"):
        lock_folder(tmp_path)
    unlock_folder(tmp_path)


# Damaged networks.


def foreign_archive(path):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", "[]")


def one_bit(path):
    content = bytearray(SHIPPED.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def with_code(path):
    keras.Sequential([keras.Input((2,)), keras.layers.Lambda(lambda x: x + 1)]).save(path)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "write",
    [
        pytest.param(lambda path: path.write_bytes(b""), id="empty"),
        pytest.param(lambda path: path.write_bytes(b"not an archive"), id="text"),
        pytest.param(lambda path: path.write_bytes(SHIPPED.read_bytes()[:5000]), id="truncated"),
        pytest.param(lambda path: path.write_bytes(SHIPPED.read_bytes()[:-30]), id="almost whole"),
        one_bit,
        foreign_archive,
        with_code,
    ],
)
def test_a_damaged_or_foreign_network_is_refused_and_kept(write, tmp_path):
    path = tmp_path / "generator.keras"
    write(path)
    before = path.read_bytes()
    with pytest.raises(ValueError, match=r"generator\.keras cannot be loaded .*Save it again"):
        wl.load_pretrained(path)
    assert path.read_bytes() == before


def test_a_network_of_ones_own_is_loaded(tmp_path):
    generator = wl.make_mlp_generator(3, (8, 8, 1), (5,))
    generator.save(tmp_path / "generator.keras")
    z = wl.sample_latent(generator, 2)
    loaded = wl.load_pretrained(tmp_path / "generator.keras")
    np.testing.assert_array_equal(loaded.predict(z, verbose=0), generator.predict(z, verbose=0))
