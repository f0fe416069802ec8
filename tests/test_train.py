"""The main job without a notebook, as a reader would call it."""

import csv
import gc
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import asdict, replace

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

import wganlib.train
from wganlib.data import image_folder
from wganlib.generate import generate
from wganlib.train import main


def interrupted():
    raise KeyboardInterrupt


def printed_command(text):
    """The command in the last line of what a stopped run says, as the shell takes it."""
    return text.strip().splitlines()[-1].partition(": ")[2]


@pytest.fixture
def refused(capsys):
    """(exit code, what standard error says) of a command that ends before it trains, without a process of its own."""
    handler = signal.getsignal(signal.SIGTERM)

    def call(command):
        with pytest.raises(SystemExit) as ended:
            main([str(word) for word in command[3:]])  # less "python -m wganlib.train"
        code, errors = ended.value.code, capsys.readouterr().err
        assert "Traceback" not in f"{errors}{code}"
        # Python prints a text that a program exits with, and exits with 1.
        return (1, errors + code) if isinstance(code, str) else (code, errors)

    yield call
    signal.signal(signal.SIGTERM, handler)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "first"
    command = [sys.executable, "-m", "wganlib.train", "--recipe", "smoke", "--source", "sample", "--run", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder, done, command


@pytest.mark.slow
def test_it_leaves_what_it_promises(run):
    folder, done, _ = run
    promised = (
        "generator.keras critic.keras history.csv iterations.csv settings.json samples.png curves.png training.gif"
    )
    assert {path.name for path in folder.iterdir()} == {*promised.split(), "states"}
    assert str(folder) in done.stdout
    epochs = json.loads((folder / "settings.json").read_text())["epochs"]
    assert f"epoch {epochs:3d}/{epochs}" in done.stdout and "D(fake)" in done.stdout
    assert "left" in done.stderr


@pytest.mark.slow
def test_the_networks_load_and_draw(run):
    folder, _, _ = run
    images = keras.models.load_model(folder / "generator.keras").predict(np.zeros((2, 20)), verbose=0)
    assert images.shape == (2, 28, 28, 1) and np.abs(images).max() <= 1
    assert keras.models.load_model(folder / "critic.keras").predict(images, verbose=0).shape == (2, 1)


@pytest.mark.slow
def test_the_records_agree(run):
    folder, _, _ = run
    settings = json.loads((folder / "settings.json").read_text())
    epochs = list(csv.DictReader((folder / "history.csv").open()))
    iterations = list(csv.DictReader((folder / "iterations.csv").open()))
    assert len(epochs) == settings["epochs"]
    assert [int(row["step"]) for row in iterations] == list(
        range(1, settings["epochs"] * settings["steps_per_epoch"] + 1)
    )
    last = [float(row["wasserstein"]) for row in iterations[-settings["steps_per_epoch"] :]]
    assert np.mean(last) == pytest.approx(float(epochs[-1]["wasserstein"]), rel=1e-3, abs=1e-4)
    assert settings["recipe"]["name"] == "smoke"
    with Image.open(folder / "training.gif") as animation:
        assert animation.n_frames == settings["epochs"] + 1


@pytest.mark.slow
def test_a_second_run_does_not_overwrite_the_first(run, refused):
    folder, _, command = run
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    code, errors = refused(command)
    assert code == 2 and "holds a run already" in errors
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


@pytest.mark.slow
def test_a_run_stopped_by_sigterm_is_resumed_to_the_same_generator(run, tmp_path):
    folder, _, command = run
    place = tmp_path / "a stopped run"
    stopped = [*command[:-1], str(place)]
    with subprocess.Popen(stopped, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while not (place / "states" / "epoch_0001.npz").exists():
            assert process.poll() is None, process.stderr.read()
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        _, errors = process.communicate(timeout=60)
    assert process.returncode == 1 and "Go on with: " in errors and "Traceback" not in errors
    assert (place / "samples.png").is_file()  # to be looked at before the end
    # As it is pasted into another terminal.
    resumed = subprocess.run(printed_command(errors), shell=True, cwd=place, capture_output=True, text=True)
    assert resumed.returncode == 0, resumed.stderr
    assert "Going on after epoch" in resumed.stdout
    one, two = (keras.models.load_model(at / "generator.keras").get_weights() for at in (folder, place))
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)
    assert (folder / "iterations.csv").read_text() == (place / "iterations.csv").read_text()


def test_a_stopped_run_leaves_no_iterator_to_the_end_of_python(tmp_path, refused, monkeypatch):
    # Its threads call Python; one that did so while Python was taken down ended the program by SIGSEGV.
    monkeypatch.setattr(wganlib.train, "TimeLeft", Interruption)
    before = iterators()
    command = [sys.executable, "-m", "wganlib.train", "--recipe", "smoke", "--source", "sample", "--run"]
    code, errors = refused([*command, tmp_path / "run"])
    assert code == 1 and "Stopped. " in errors
    assert iterators() <= before


def iterators():
    return {id(held) for held in gc.get_objects() if isinstance(held, tf.data.Iterator)}


class Interruption(keras.callbacks.Callback):
    """Ctrl-C at the end of an epoch."""

    def on_epoch_end(self, epoch, logs=None):
        raise KeyboardInterrupt


def test_the_command_to_go_on_has_all_that_was_given_and_names_no_state_before_there_is_one(
    tmp_path, refused, monkeypatch
):
    monkeypatch.setattr(wganlib.train, "_train", lambda *_: interrupted())
    given = ["--recipe", "smoke", "--source", "sample", "--seed", "7", "--run", str(tmp_path / "my run")]
    given += ["--augment", "cutout", "flip", "--conditional"]
    code, errors = refused([sys.executable, "-m", "wganlib.train", *given])
    assert code == 1 and "Nothing was saved yet. Begin again with: " in errors
    words = shlex.split(printed_command(errors))
    assert words[:3] == [sys.executable, "-m", "wganlib.train"]
    assert {*words[3:]} == {*given}
    # A run that keeps its options has them all; one from before they were kept needs them again.
    settings = {"recipe": asdict(wganlib.recipe("smoke")), "seed": 7, "images": [10_000, 28, 28, 1]}
    settings["classes"] = [*"0123456789"]
    options = {"recipe": "smoke", "source": "sample", "seed": 7, "augment": ["cutout", "flip"], "conditional": True}
    short = [*words[:3], "--run", str(tmp_path / "my run"), "--resume"]
    for kept, repeated in (({}, [*words, "--resume"]), ({"options": options}, short)):
        (tmp_path / "my run" / "settings.json").write_text(json.dumps(settings | kept))
        shutil.rmtree(tmp_path / "my run" / "states", ignore_errors=True)
        code, errors = refused([sys.executable, "-m", "wganlib.train", *given, "--resume"])
        assert "No state was saved yet. The run begins at its first step again with: " in errors
        assert shlex.split(printed_command(errors)) == repeated
        (tmp_path / "my run" / "states").mkdir()
        (tmp_path / "my run" / "states" / "epoch_0001.npz").touch()
        code, errors = refused([sys.executable, "-m", "wganlib.train", *given, "--resume"])
        assert "Go on with: " in errors and shlex.split(printed_command(errors)) == repeated


@pytest.mark.slow
def test_of_two_at_once_the_second_is_refused_and_a_killed_one_bars_nobody(run, tmp_path, refused):
    folder, _, command = run
    first = [*command[:-1], str(tmp_path / "one")]
    with subprocess.Popen(first, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not (tmp_path / "one" / "lock").exists():
            assert process.poll() is None
            time.sleep(0.005)
        time.sleep(0.1)  # its file is there a moment before its lock
        for more, before in (([], "holds a run already"), (["--resume"], "no run to resume")):
            code, errors = refused([*first, *more])
            assert code == 2 and ("one training at a time" in errors or before in errors)
        while not (tmp_path / "one" / "states" / "epoch_0001.npz").exists():
            assert process.poll() is None
            time.sleep(0.005)
        process.kill()
    finished = subprocess.run([*first, "--resume"], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    assert (folder / "iterations.csv").read_text() == (tmp_path / "one" / "iterations.csv").read_text()


def test_two_runs_that_begin_in_one_second_have_a_folder_each(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(time, "strftime", lambda form: "2026-11-28_12-00-00")
    runs = [wganlib.train._new_run() for _ in range(3)]
    assert len({run.resolve() for run in runs}) == 3 and all(run.is_dir() for run in runs)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--resume"], "--resume needs --run"),
        (["--resume", "--run", "nowhere"], "holds no run to resume"),
        (["--recipe", "huge"], "invalid choice: 'huge'"),
    ],
)
def test_what_cannot_be_resumed_is_refused(arguments, words, tmp_path, refused, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code, errors = refused([sys.executable, "-m", "wganlib.train", "--recipe", "smoke", *arguments])
    assert code == 2 and words in errors
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "arguments, words",
    [
        (["--size", "32"], "--size needs --images"),
        (["--skip-unreadable"], "--skip-unreadable needs --images"),
        (["--images", "nowhere"], "nowhere"),
        (["--images", ".", "--source", "sample"], "--source is for the digits"),
        (["--images", "."], "pictures"),
        (["--images", ""], "`--images` must be a path"),
        (["--images", "made"], "needs at least 8 pictures. Received: 2."),
        (["--images", "made", "--conditional"], "must lie in a class folder"),
        (["--images", "made", "--size", "50"], "`--size` must be divisible by 8, so"),
        (["--images", "made", "--size", "50"], "Received: 50. 48 would work"),
        (["--images", "made", "--size", "0"], "`--size` must be"),
        (["--images", "made", "--size", "99999"], "of at most 1024"),
        (["--images", "made", "--size", "48x50"], "divisible by 8, so"),
        (["--images", "made", "--size", "72x60"], "72x56 would work"),
        (["--images", "made", "--size", "48x2"], "`--size` must be a number of at least 4"),
        (["--images", "made", "--size", "48x64x3"], "`--size` must be a side in pixels, or HEIGHTxWIDTH, e.g. 48x64."),
        (["--images", "made", "--size", "large"], "or HEIGHTxWIDTH, e.g. 48x64. Received: large."),
        (["--source", "sample", "--minutes", "0"], "above 0"),
        (["--source", "sample", "--steps", "0"], "`--steps` must be"),
        (["--source", "sample", "--seed", "-1"], "`--seed` must be"),
        (["--source", "sample", "--steps", "3", "--minutes", "1"], "not allowed with"),
        (["--run", ""], "`--run` must be a path"),
        (["--run", "empty/0.txt"], "`--run` must be a folder, or one that can be made. Received: empty/0.txt (File"),
        (["--run", "empty/0.txt/run"], "Received: empty/0.txt/run (Not a directory). Name another."),
        (["--run", "begun"], "begun holds a run already"),
    ],
)
def test_what_cannot_be_trained_on_is_refused_before_anything_is_decoded_timed_or_made(
    arguments, words, tmp_path, refused, monkeypatch
):
    for late in ("cache_found", "load_digits", "seconds_per_step"):
        monkeypatch.setattr(wganlib.train, late, None)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "made").mkdir()
    for shade in (0, 255):
        Image.new("RGB", (9, 7), (shade, 10, 20)).save(tmp_path / "made" / f"{shade}.png")
    (tmp_path / "begun").mkdir()
    (tmp_path / "begun" / "settings.json").touch()
    folder = ["--images", "empty"] if arguments == ["--images", "."] else arguments
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "0.txt").touch()
    before = {*tmp_path.rglob("*")}
    code, errors = refused([sys.executable, "-m", "wganlib.train", "--recipe", "smoke", *folder])
    usage, _, message = errors.partition("\n")
    assert code == 2 and words in message and usage.startswith("usage: ")
    assert {*tmp_path.rglob("*")} == before


@pytest.mark.slow
def test_a_folder_of_pictures_becomes_a_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(wganlib.train, "TRIAL", 0.01)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    (tmp_path / "pictures" / "inner").mkdir(parents=True)
    random = np.random.default_rng(0)
    for number in range(20):
        pixels = random.integers(0, 255, (20 + number, 30, 3)).astype("uint8")
        Image.fromarray(pixels).save(tmp_path / "pictures" / ("inner" if number % 2 else ".") / f"{number}.png")
    (tmp_path / "pictures" / "notes.txt").write_text("no picture")
    folders = ["--images", str(tmp_path / "pictures"), "--run", str(tmp_path / "run")]
    main(["--recipe", "smoke", "--size", "16x24", "--steps", "4", *folders])
    said = capsys.readouterr().out
    assert "20 pictures, 16×24" in said and ".txt" in said and "20 pictures are few" in said
    assert said.index(" s\n") < said.index("run folder") and "4 steps in epochs of 2\n" in said
    settings = json.loads((tmp_path / "run" / "settings.json").read_text())
    assert settings["images"] == [20, 16, 24, 3] and settings["recipe"]["steps"] == 4
    samples = keras.models.load_model(tmp_path / "run" / "generator.keras").predict(np.zeros((2, 60)), verbose=0)
    assert samples.shape == (2, 16, 24, 3)


def test_a_damaged_picture_is_named_with_the_option_that_leaves_it_out(tmp_path, refused, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "pictures").mkdir()
    for number in range(7):
        Image.new("RGB", (9, 7)).save(tmp_path / "pictures" / f"{number}.png")
    (tmp_path / "pictures" / "torn.png").write_bytes(b"\x89PNG torn")
    command = [sys.executable, "-m", "wganlib.train", "--recipe", "smoke", "--images", str(tmp_path / "pictures")]
    code, errors = refused(command)
    assert code == 2 and "torn.png" in errors and errors.rstrip().endswith("--skip-unreadable.")
    code, errors = refused([*command, "--skip-unreadable"])
    assert code == 2 and "needs at least 8 pictures. Received: 7." in errors


@pytest.mark.slow
def test_folders_become_classes_that_can_be_asked_for(tmp_path, monkeypatch, refused, capsys):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(wganlib.train, "seconds_per_step", lambda *_: 0.5)
    for name in ("black", "white"):
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for number in range(10):
            shade = number if name == "black" else 255 - number
            Image.new("L", (16, 16), shade).save(tmp_path / "pictures" / name / f"{number}.png")
    command = ["--recipe", "smoke", "--images", str(tmp_path / "pictures"), "--size", "16", "--conditional"]
    main([*command, "--augment", "--run", str(tmp_path / "run")])
    assert "pictures are few" not in capsys.readouterr().out
    settings = json.loads((tmp_path / "run" / "settings.json").read_text())
    assert settings["classes"] == ["black", "white"]
    assert settings["recipe"]["augment"] == ["translation", "cutout", "colour"]
    out = generate(tmp_path / "run", count=4, label="white")
    assert len(list((out / "images").iterdir())) == 4
    with pytest.raises(ValueError, match="`label` must be one of 'black', 'white'"):
        generate(tmp_path / "run", label="grey")
    for lone in ("grey", "dots"):
        (tmp_path / "pictures" / lone).mkdir()
        Image.new("L", (16, 16), 99).save(tmp_path / "pictures" / lone / "0.png")
    code, errors = refused([sys.executable, "-m", "wganlib.train", *command, "--run", str(tmp_path / "other")])
    assert code == 2 and "two pictures of each class" in errors and "Received: one in dots, grey." in errors
    for name in ("white", "grey", "dots"):
        (tmp_path / "pictures" / name).rename(tmp_path / name)
    code, errors = refused([sys.executable, "-m", "wganlib.train", *command, "--run", str(tmp_path / "other")])
    assert code == 2 and "at least two classes" in errors and not (tmp_path / "other").exists()


def test_minutes_become_steps_in_whole_epochs_that_the_run_keeps(tmp_path, refused, monkeypatch, capsys):
    monkeypatch.setattr(wganlib.train, "seconds_per_step", lambda *_: 0.5)
    monkeypatch.setattr(wganlib.train, "SampleGrid", lambda **_: interrupted())
    command = [sys.executable, "-m", "wganlib.train", "--recipe", "smoke", "--source", "sample"]
    for number, (given, length) in enumerate(
        [(["--minutes", "2"], 240), (["--minutes", "0.083"], 10), (["--steps", "3"], 3), (["--steps", "9"], 8)]
    ):
        run = tmp_path / str(number)
        code, errors = refused([*command, *given, "--run", run])
        words = shlex.split(printed_command(errors))
        assert code == 1 and words[3:] == ["--run", str(run), "--resume"]
        settings = json.loads((run / "settings.json").read_text())
        trained = settings["recipe"]["steps"]
        assert abs(trained - length) <= 2 and trained == settings["epochs"] * settings["steps_per_epoch"]


def stumble(*_):
    raise ValueError("two shapes do not agree")


@pytest.mark.parametrize(
    "moment, ends_with", [("on_train_begin", SystemExit), ("on_epoch_begin", RuntimeError)], ids=["before", "amid"]
)
def test_only_what_is_refused_before_the_training_counts_as_a_slip_of_the_user(
    moment, ends_with, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    monkeypatch.setattr(wganlib.train, "HealthAlarm", lambda: keras.callbacks.LambdaCallback(**{moment: stumble}))
    with pytest.raises(ends_with) as ended:
        main(["--recipe", "smoke", "--source", "sample", "--run", str(tmp_path / "run")])
    if ends_with is SystemExit:
        assert ended.value.code == 2 and "two shapes" in capsys.readouterr().err
    else:
        assert isinstance(ended.value.__cause__, ValueError)  # Python's traceback shows both


@pytest.fixture
def begin(tmp_path, monkeypatch):
    """begin(decay) → the folder of a run on 8 pictures with 12 steps, as its command leaves it; and what trains on."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / "pictures").mkdir()
    for shade in range(8):
        Image.new("L", (16, 16), shade).save(tmp_path / "pictures" / f"{shade}.png")

    def call(decay=True, kept=True):
        (tmp_path / "run").mkdir()
        options = {"images": str(tmp_path / "pictures"), "recipe": "smoke", "size": 16, "seed": 3, "augment": ["flip"]}
        plan = replace(wganlib.recipe("smoke"), decay=decay, steps_per_epoch=1, augment=("flip",))
        settings = {"recipe": asdict(plan), "seed": 3, "images": [8, 16, 16, 1]}
        settings |= {"options": options} if kept else {}
        (tmp_path / "run" / "settings.json").write_text(json.dumps(settings))
        return plan

    return call


@pytest.fixture
def resume(tmp_path, monkeypatch):
    """resume(…) → the arguments of `train` that a run is resumed with."""
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    calls = []
    monkeypatch.setattr(wganlib.train, "train", lambda *arguments: calls.append(arguments))

    def call(*options):
        main(["--run", str(tmp_path / "run"), "--resume", *options])
        return calls.pop()

    return call


def test_to_resume_a_run_its_folder_is_enough_and_the_same_options_are_no_others(begin, resume, tmp_path, monkeypatch):
    plan = begin()
    monkeypatch.chdir(tmp_path)
    for given in ([], ["--images", "pictures", "--size", "16", "--seed", "3", "--augment", "flip"]):
        now, images, _run, seed, resumed, labels, classes, options = resume(*given)
        assert now == plan and images.shape == (8, 16, 16, 1) and (seed, resumed) == (3, True)
        assert labels is None and classes == () and options["images"] == str(tmp_path / "pictures")


def test_pictures_that_have_moved_are_named_anew(begin, resume, tmp_path, refused, monkeypatch):
    plan = begin()
    (tmp_path / "pictures").rename(tmp_path / "moved")
    command = [sys.executable, "-m", "wganlib.train", "--run", tmp_path / "run", "--resume"]
    code, errors = refused(command)
    assert code == 2 and "If the pictures have moved, name their folder by --images." in errors
    there = ["--images", str(tmp_path / "moved")]
    now, images, *_, options = resume(*there)
    assert now == plan and images.shape == (8, 16, 16, 1) and options["images"] == there[1]
    monkeypatch.setattr(wganlib.train, "train", lambda *_: interrupted())
    code, errors = refused([*command, *there, "--size", "16"])
    words = [sys.executable, "-m", "wganlib.train", *there, "--run", str(tmp_path / "run"), "--resume"]
    assert code == 1 and shlex.split(printed_command(errors)) == words


def test_a_folder_is_listed_once(begin, resume, monkeypatch):
    begin()
    listed, find = [], image_folder.find_pictures
    monkeypatch.setattr(image_folder, "find_pictures", lambda *how: listed.append(how) or find(*how))
    resume()
    assert len(listed) == 1


def test_a_run_that_kept_no_options_goes_on_with_those_that_are_given(begin, resume, tmp_path, refused):
    plan = begin(kept=False)
    given = ["--images", str(tmp_path / "pictures"), "--size", "16"]
    now, images, _run, seed, *_ = resume(*given)
    assert now == plan and images.shape == (8, 16, 16, 1) and seed == 3
    command = [sys.executable, "-m", "wganlib.train", "--run", tmp_path / "run", "--resume"]
    code, errors = refused([*command, *given, "--seed", "4"])
    assert code == 2 and "begun with --seed 3." in errors
    code, errors = refused([*command, *given[:2]])
    assert code == 2 and "8 of 16×16×1 (height×width×channels). Received: 8 of 32×32×1." in errors


def test_a_run_whose_classes_have_other_names_now_is_refused(resume, tmp_path, refused, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    for number in range(8):
        place = tmp_path / "pictures" / ("cats" if number % 2 else "dogs") / f"{number}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (16, 16), number).save(place)
    options = {"images": str(tmp_path / "pictures"), "recipe": "smoke", "size": 16, "seed": 3, "conditional": True}
    settings = {"recipe": asdict(wganlib.recipe("smoke")), "seed": 3, "images": [8, 16, 16, 1], "options": options}
    settings["classes"] = ["cats", "dogs"]
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "settings.json").write_text(json.dumps(settings))
    assert resume()[6] == ("cats", "dogs")
    before = (tmp_path / "run" / "settings.json").read_bytes()
    command = [sys.executable, "-m", "wganlib.train", "--run", tmp_path / "run", "--resume"]
    for old, new, words in (
        ("dogs", "wolves", "Received: pictures without dogs and with wolves. Bring those back"),
        ("wolves", "cats/wolves", "at least two classes"),
    ):
        (tmp_path / "pictures" / old).rename(tmp_path / "pictures" / new)
        code, errors = refused(command)
        assert code == 2 and words in errors
    shutil.copytree(tmp_path / "pictures" / "cats" / "wolves", tmp_path / "pictures" / "dogs")
    shutil.copytree(tmp_path / "pictures" / "cats" / "wolves", tmp_path / "pictures" / "hares")
    code, errors = refused(command)
    assert code == 2 and "Received: pictures with hares. Bring" in errors
    assert (tmp_path / "run" / "settings.json").read_bytes() == before


def test_only_a_run_without_decay_takes_more_steps(begin, resume):
    plan = begin(decay=False)
    assert resume("--steps", "24")[0] == replace(plan, steps=24)


def test_the_steps_that_a_run_has_are_no_others(begin, resume):
    plan = begin(decay=True)  # without --steps, as one that was planned in minutes
    assert resume("--steps", "12")[0] == plan


@pytest.mark.parametrize("kept, given", [(16, "16x16"), ("16x24", "16X24"), ("16x24", "16×24")])
def test_a_size_is_the_same_in_other_words(kept, given, begin, resume, tmp_path):
    begin()
    settings = json.loads((tmp_path / "run" / "settings.json").read_text())
    settings["options"]["size"], settings["images"] = kept, [8, 16, 16 if kept == 16 else 24, 1]
    (tmp_path / "run" / "settings.json").write_text(json.dumps(settings))
    for more in ([], ["--size", given]):
        assert list(resume(*more)[1].shape) == settings["images"]


@pytest.mark.parametrize(
    "given, words",
    [
        (["--size", "32"], "begun with --size 16. Leave --size out, or"),
        (["--conditional"], "begun without --conditional. Leave --conditional out, or"),
        (["--seed", "4"], "begun with --seed 3. Leave"),
        (["--augment"], "begun with --augment flip. Leave"),
        (["--minutes", "1"], "begun without --minutes. Leave"),
        (["--steps", "24"], "12 steps, no more and no fewer"),
    ],
)
def test_other_options_than_those_of_a_resumed_run_are_refused(given, words, begin, tmp_path, refused):
    begin()
    command = [sys.executable, "-m", "wganlib.train", "--run", tmp_path / "run", "--resume"]
    code, errors = refused([*command, *given])
    assert code == 2 and words in errors and "begin another run" in errors


def test_other_pictures_and_damaged_settings_are_refused(begin, tmp_path, refused):
    begin()
    command = [sys.executable, "-m", "wganlib.train", "--run", tmp_path / "run", "--resume"]
    Image.new("L", (16, 16), 9).save(tmp_path / "pictures" / "9.png")
    code, errors = refused(command)
    assert code == 2 and "begun with, 8 of 16×16×1 (height×width×channels). Received: 9 of 16×16×1." in errors
    (tmp_path / "run" / "settings.json").write_text("{}")
    code, errors = refused(command)
    assert code == 2 and "must be a run's settings" in errors


@pytest.fixture
def on_a_full_disk():
    """Runs a command none of whose files can grow past so many bytes."""
    resource = pytest.importorskip("resource")

    def call(command, size):
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},  # which Python would leave cut off
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)),
        )

    return call


def contents(folder):
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_a_disk_that_fills_up_damages_nothing_and_the_run_can_be_finished(run, tmp_path, on_a_full_disk):
    folder, _, command = run
    full = [*command[:-1], str(tmp_path / "full")]
    # Room for the settings, none for a state or a network.
    stopped = on_a_full_disk(full, 3000)
    assert stopped.returncode == 1 and "Traceback" not in stopped.stderr
    assert "generator.keras could not be written" in stopped.stderr and "--resume" in printed_command(stopped.stderr)
    assert set(contents(tmp_path / "full")) == {"settings.json"}
    finished = subprocess.run([*full, "--resume"], capture_output=True, text=True)
    assert finished.returncode == 0, finished.stderr
    assert (tmp_path / "full" / "iterations.csv").read_text() == (folder / "iterations.csv").read_text()
    # And a finished one keeps its files when there is no room to write them again.
    before = contents(tmp_path / "full")
    again = on_a_full_disk([*full, "--resume"], 3000)
    assert again.returncode == 1 and "could not be written" in again.stderr
    assert contents(tmp_path / "full") == before


def test_a_folder_that_cannot_be_made_is_said_without_a_traceback(tmp_path, refused):
    (tmp_path / "file").write_text("in the way")
    code, errors = refused([sys.executable, "-m", "wganlib.train", "--run", tmp_path / "file" / "run"])
    assert code == 2 and "Not a directory" in errors and (tmp_path / "file").read_text() == "in the way"
