"""What the package says, on streams that cannot take it."""

import io
import os
import subprocess
import sys
import warnings

import keras
import pytest

from wganlib._output import is_terminal, let_streams_take_any_text, say, streams_may_fail


def narrow(encoding, errors="strict"):
    return io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors=errors, newline="\n")


def closed():
    stream = io.StringIO()
    stream.close()
    return stream


class Broken(io.StringIO):
    """A pipe whose reader has gone."""

    def flush(self):
        raise BrokenPipeError


@pytest.mark.parametrize(
    "encoding, written",
    [
        ("utf-8", "β = 0.5 in [−1, 1], é\n"),
        ("cp1252", "\\u03b2 = 0.5 in [\\u22121, 1], \\xe9\n"),
        ("ascii", "\\u03b2 = 0.5 in [\\u22121, 1], \\xe9\n"),
    ],
)
def test_what_an_encoding_lacks_is_written_as_its_number(encoding, written, monkeypatch):
    monkeypatch.setattr(sys, "stdout", narrow(encoding))
    say("β = 0.5 in [−1, 1], é")
    assert sys.stdout.buffer.getvalue().decode(encoding) == written


def test_a_name_of_a_file_that_is_not_text_can_be_said(monkeypatch):
    monkeypatch.setattr(sys, "stdout", narrow("utf-8"))
    say(os.fsdecode(b"b\xe9b\xe9.png"))
    assert sys.stdout.buffer.getvalue().startswith(b"b\\udce9b") or os.name == "nt"


@pytest.mark.parametrize("name", ["stdout", "stderr"])
@pytest.mark.parametrize("stream", [lambda: None, closed, Broken], ids=["none", "closed", "broken"])
def test_a_stream_that_takes_nothing_is_passed_over(name, stream, monkeypatch, capsys):
    monkeypatch.setattr(sys, name, stream())
    say("lost", stream=name)
    let_streams_take_any_text()
    assert not is_terminal(name)
    if name == "stderr":
        assert capsys.readouterr().out == "", "print(file=None) would write to stdout"


class Full(io.StringIO):
    """A file on a full disk."""

    def write(self, text):
        raise OSError(28, "No space left on device")


@pytest.mark.slow
@pytest.mark.parametrize("stream", [lambda: None, closed, Broken, Full], ids=["none", "closed", "broken", "full"])
def test_a_progress_bar_that_nobody_can_see_ends_no_training(stream, make_trainer, images, monkeypatch):
    trainer = make_trainer()
    trainer.compile(run_eagerly=True)
    shout = keras.callbacks.ReduceLROnPlateau("loss", mode="max", patience=0, verbose=1)
    warn = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: warnings.warn("a warning", stacklevel=1))
    monkeypatch.setattr(sys, "stdout", stream())
    monkeypatch.setattr(sys, "stderr", stream())
    before = sys.stdout, sys.stderr
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.showwarning = warnings._showwarning_orig  # pytest's own would record it
        trainer.fit(images, batch_size=8, epochs=2, callbacks=[shout, warn])
    assert (sys.stdout, sys.stderr) == before
    assert int(trainer.step.numpy()) == 2


def test_what_others_print_meanwhile_arrives(capsys):
    with streams_may_fail():
        print("to stdout")
        print("to stderr", file=sys.stderr)
        assert sys.stdout.encoding and not is_terminal()
    assert capsys.readouterr() == ("to stdout\n", "to stderr\n")


def test_only_a_stream_that_would_raise_is_changed(monkeypatch):
    monkeypatch.setattr(sys, "stdout", narrow("cp1252"))
    monkeypatch.setattr(sys, "stderr", narrow("cp1252", errors="ignore"))
    let_streams_take_any_text()
    print("λé")
    print("λé", file=sys.stderr)
    sys.stdout.flush(), sys.stderr.flush()
    assert sys.stdout.buffer.getvalue() == b"\\u03bb\xe9\n"
    assert sys.stderr.buffer.getvalue() == b"\xe9\n", "the reader's own choice stays"


# Prints what a reader prints, and trains with what prints by itself. Nobody reads on; the file shows that it ended.
SESSION = """
import sys
import numpy as np
import wganlib as wl
from wganlib.callbacks.time_left import TimeLeft

size = (8, 8, 1)
networks = wl.make_dcgan_generator(4, size, 4, 1), wl.make_dcgan_discriminator(size, 4, 1, norm=None, dropout=0)
trainer = wl.WGANGP(*networks)
trainer.compile()
images = np.tanh(np.random.default_rng(0).normal(size=(40, 8, 8, 1))).astype("float32")
history, alarm = wl.IterationHistory(), wl.HealthAlarm()
print("it begins", flush=True)
if sys.argv[1] == "wait":
    sys.stdin.read()  # until the reader of stdout has gone
trainer.generator.trainable_variables[0].assign(np.full(trainer.generator.trainable_variables[0].shape, np.nan))
trainer.fit(images, batch_size=4, epochs=2, callbacks=[TimeLeft(seconds=0), history, alarm])
assert alarm.message
if sys.argv[1] == "print":
    print(wl.diagnose(history))
    trainer.generator.summary()
    print("Fréchet 3.2 ± 0.1, λ = 10, ─────, x̂, α ∉ [0, 1]")
open("ended", "w").close()
"""


def session(tmp_path, how, **environment):
    (tmp_path / "session.py").write_text(SESSION, encoding="utf-8")
    return subprocess.Popen(
        f'"{sys.executable}" session.py {how}',
        shell=True,
        cwd=tmp_path,
        env=os.environ | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_a_session_whose_output_goes_to_a_narrow_encoding_ends(encoding, tmp_path):
    process = session(tmp_path, "print", PYTHONIOENCODING=encoding)
    out, errors = process.communicate()
    assert process.returncode == 0, errors.decode("cp1252")
    assert (tmp_path / "ended").exists()
    assert b"\\u03b2\\u2081" in out, "the alarm's β₁"


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="the shell closes stderr")
def test_a_training_whose_reader_has_gone_and_whose_stderr_is_closed_ends(tmp_path):
    process = session(tmp_path, "wait 2>&-")
    assert process.stdout.readline() == b"it begins\n"
    process.stdout.close()
    process.stdin.close()
    assert process.wait() == 0
    assert (tmp_path / "ended").exists()
    process.stderr.close()
