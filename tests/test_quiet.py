"""The import of TensorFlow: quiet, but never about why a process dies; and only where Keras runs on it."""

import json
import os
import shutil
import subprocess
import sys
import types

import pytest

from wganlib._quiet import _without_chatter, import_tensorflow_quietly

CHATTER = b"""WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795884020.112705   30749 port.cc:153] oneDNN custom operations are on.
E0000 00:00:1795884048.628935   30811 cuda_dnn.cc:8579] Unable to register cuDNN factory: already registered
W0000 00:00:1795884049.846795   30811 computation_placer.cc:177] computation placer already registered.
"""
LAST_WORDS = b"F0000 00:00:1795884049.8 1 cpu_feature_guard.cc:40] The TensorFlow library was compiled to use AVX\n"
needs_grep = pytest.mark.skipif(shutil.which("grep") is None, reason="without grep everything is shown")


def import_wganlib(folder, tensorflow, **environment):
    """A process that imports wganlib where TensorFlow is this code."""
    (folder / "tensorflow.py").write_text(tensorflow, encoding="utf-8")
    path = os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])])
    command = [sys.executable, "-c", "import wganlib"]
    return subprocess.run(command, capture_output=True, env=os.environ | {"PYTHONPATH": path, **environment})


@pytest.mark.slow
@pytest.mark.parametrize("path", [{}, {"PATH": "nowhere"}], ids=["with grep", "without"])
def test_what_tensorflow_says_before_it_aborts_is_shown(path, tmp_path):
    # In one call that holds Python's lock, as C++ does: no other thread of the process can do anything any more.
    said = CHATTER + LAST_WORDS
    dying = f"import ctypes; c = ctypes.PyDLL(None); c.write(2, {said!r}, {len(said)}); c.abort()"
    if os.name == "nt":
        dying = f"import os; os.write(2, {said!r}); os.abort()"
    done = import_wganlib(tmp_path, dying, **path)
    assert done.returncode != 0
    assert LAST_WORDS in done.stderr
    if not path and shutil.which("grep"):
        assert done.stderr == LAST_WORDS


@pytest.mark.slow
def test_an_import_that_fails_says_why_and_gives_stderr_back(tmp_path):
    failing = "import os; os.write(2, b'a library is missing\\n'); raise ImportError('no TensorFlow here')"
    done = import_wganlib(tmp_path, failing)
    assert done.stderr.splitlines()[0] == b"a library is missing"
    assert done.stderr.splitlines()[-1] == b"ImportError: no TensorFlow here"


@needs_grep
def test_chatter_alone_is_left_out(capfd):
    with _without_chatter():
        os.write(2, CHATTER + b"E0000 00:00:1 1 a.cc:1] out of memory\nOMP: Error #15\nno end of line")
    assert capfd.readouterr().err == "E0000 00:00:1 1 a.cc:1] out of memory\nOMP: Error #15\nno end of line\n"
    os.write(2, CHATTER)
    assert capfd.readouterr().err == CHATTER.decode(), "what comes later is not touched"


@needs_grep
@pytest.mark.slow
def test_another_process_that_holds_stderr_stops_nothing():
    with _without_chatter():
        other = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    assert other.poll() is None
    other.communicate(b"\n")


@pytest.fixture
def settings(monkeypatch, tmp_path):
    """settings(backend="jax") → Keras is not loaded yet and has this in its keras.json."""
    monkeypatch.delitem(sys.modules, "keras", raising=False)
    monkeypatch.delenv("KERAS_BACKEND", raising=False)
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    return lambda **said: (tmp_path / "keras.json").write_text(json.dumps(said), encoding="utf-8")


def test_keras_on_tensorflow_is_accepted_wherever_that_is_said(settings, monkeypatch, tmp_path):
    assert import_tensorflow_quietly() is False, "it was there"
    settings()
    import_tensorflow_quietly()
    settings(backend="tensorflow", image_data_format="channels_last")
    import_tensorflow_quietly()
    for other in ("damaged", "[1, 2]", "3"):
        (tmp_path / "keras.json").write_text(other, encoding="utf-8")
        import_tensorflow_quietly()
    # The variable goes before the file, as in Keras.
    settings(backend="jax")
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    import_tensorflow_quietly()


def test_another_backend_in_the_environment_is_refused(settings, monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "torch")
    with pytest.raises(ImportError, match="torch"):
        import_tensorflow_quietly()


@pytest.mark.parametrize("said", [{"backend": "jax"}, {"image_data_format": "channels_first"}])
def test_other_settings_in_keras_file_are_refused(said, settings):
    settings(**said)
    with pytest.raises(ImportError, match=next(iter(said.values()))):
        import_tensorflow_quietly()


@pytest.mark.parametrize("backend, data_format", [("jax", "channels_last"), ("tensorflow", "channels_first")])
def test_a_keras_that_is_loaded_is_asked_itself(backend, data_format, settings, monkeypatch):
    config = types.SimpleNamespace(backend=lambda: backend, image_data_format=lambda: data_format)
    monkeypatch.setitem(sys.modules, "keras", types.SimpleNamespace(config=config))
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")  # too late
    with pytest.raises(ImportError, match=r"jax|channels_first"):
        import_tensorflow_quietly()


@pytest.mark.slow
def test_another_backend_is_refused_before_tensorflow_is_loaded(tmp_path):
    done = import_wganlib(tmp_path, "print('loaded')", KERAS_BACKEND="jax")
    assert done.returncode == 1 and done.stdout == b""
    assert b"ImportError: " in done.stderr and b"jax" in done.stderr and b"KERAS_BACKEND=tensorflow" in done.stderr
