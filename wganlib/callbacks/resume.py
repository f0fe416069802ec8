"""Stop a training, or lose it to a power cut, and go on as if nothing had happened."""

import json
import os
import re
import warnings
import zipfile

import keras
import numpy as np

from wganlib._arguments import as_tuple, check_count, check_path

FORMAT = 1
# What a saved run may differ in and still give the same numbers, or what is named differently in every process.
IGNORED = {"name", "module", "registered_name", "build_config", "shared_object_id", "batch_shape", "seed_generator"}


class ExactResume(keras.callbacks.Callback):
    """Saves the whole state of a training at the end of an epoch, and goes on from there in the next `fit`.

    A state is every variable of the trainer (weights, moving averages, the step counter, the states of Dropout's
    random generators) and of both optimisers. Since z, α and the order of the images are functions of the seed and the
    step, a run that was stopped and resumed ends with the very weights of one that was not (on one kind of device).

    Keras' BackupAndRestore keeps weights and epoch in two files that are overwritten in place: a process killed between
    the two writes resumes with the weights of one epoch and the number of another. Here a state is one file, written
    beside its place and moved there; the one before it stays until then.

    Args:
        folder: of the states, epoch_0012.npz, …; it is made. One folder a run.
        every: epochs between two states, ≥ 1. The last epoch's is always saved.
        also: other callbacks whose state goes along, such as `IterationHistory` and `SampleGrid`; anything with
            `get_state()` → {name: array} and `set_state(state)`.

    Raises:
        ValueError: on `fit`, a folder of another run: other networks, settings or data. It names the first difference.
        OSError: on `fit`, a folder that cannot be written. A disk that fills up later only warns: the training goes on.
    """

    def __init__(self, folder, every=1, also=()):
        super().__init__()
        self.folder = check_path("folder", folder)
        self.every = check_count("every", every)
        self.also = as_tuple("also", also, "must be a list of callbacks")
        for callback in self.also:
            if not (hasattr(callback, "get_state") and hasattr(callback, "set_state")):
                raise ValueError(
                    "`also` must be callbacks with get_state and set_state, such as IterationHistory. Received: "
                    f"{type(callback).__name__}, which has neither. Leave it out."
                )

    def on_train_begin(self, logs=None):
        self.model._initial_epoch = None
        _check_writable(self.folder)
        self._settings = _settings_of(self.model)
        state = self._newest_readable()
        if state is None:
            return
        difference = _first_difference(json.loads(str(state["settings"])), self._settings)
        if difference:
            raise ValueError(
                f"The folder must hold a run with the same settings. Received: {self.folder}, where {difference}. "
                "Build the trainer as it was, or name another folder."
            )
        for name, variable in _variables(self.model).items():
            variable.assign(state[name])
        for number, callback in enumerate(self.also):
            prefix = f"also/{number}/"
            callback.set_state({key[len(prefix) :]: state[key] for key in state if key.startswith(prefix)})
        # As Keras' own BackupAndRestore does; `fit` asks for it after this, and before the first epoch.
        self.model._initial_epoch = int(state["epoch"])
        print(f"Going on after epoch {int(state['epoch'])}, step {int(self.model.step.numpy())} ({self.folder}).")

    def on_epoch_begin(self, epoch, logs=None):
        # Keras keeps the number, and would begin the next `fit` there, with or without this callback; this one may be
        # interrupted before its end.
        self.model._initial_epoch = None

    def on_epoch_end(self, epoch, logs=None):
        done = epoch + 1
        if not all(np.isfinite(float(value)) for value in (logs or {}).values()):
            # The last finite state is worth more.
            return
        if done % self.every == 0 or done == self.params["epochs"] or self.model.stop_training:
            try:
                self._save(done)
            except OSError as problem:
                warnings.warn(
                    f"The state after epoch {done} could not be saved: {problem}. The training goes on; make room in "
                    f"{self.folder}, or what follows the last saved epoch is lost when it is stopped.",
                    stacklevel=2,
                )

    def on_train_end(self, logs=None):
        # A finished run begins no epoch.
        self.model._initial_epoch = None

    def _save(self, epoch):
        state = {name: variable.numpy() for name, variable in _variables(self.model).items()}
        for number, callback in enumerate(self.also):
            state |= {f"also/{number}/{name}": array for name, array in callback.get_state().items()}
        partial = self.folder / "partial"
        try:
            with open(partial, "wb") as file:
                np.savez(file, format=FORMAT, epoch=epoch, settings=json.dumps(self._settings), **state)
                file.flush()
                # Else a power cut may leave the new name on a file whose contents never reached the disk.
                os.fsync(file.fileno())
            partial.replace(self.folder / f"epoch_{epoch:04d}.npz")
        except OSError:
            partial.unlink(missing_ok=True)
            raise
        for old in self._saved()[:-2]:
            old.unlink()

    def _saved(self):
        """The states in the folder, oldest first."""
        found = {path: re.fullmatch(r"epoch_(\d+)\.npz", path.name) for path in self.folder.iterdir()}
        return sorted((path for path, match in found.items() if match), key=lambda path: int(found[path].group(1)))

    def _newest_readable(self):
        saved = self._saved()
        for path in reversed(saved):
            try:
                return _read(path)
            except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as problem:
                warnings.warn(f"{path} cannot be read ({problem}); trying the state before it.", stacklevel=2)
        if saved:
            raise ValueError(
                f"At least one state must be readable. Received: {self.folder}, whose files are damaged or were not "
                "written by ExactResume. Remove them to start anew, or name another folder."
            )
        return None


def _read(path):
    # Reading every array checks its CRC. Pickles are never trusted.
    with np.load(path, allow_pickle=False) as archive:
        state = {name: archive[name] for name in archive.files}
    if int(state["format"]) != FORMAT or "settings" not in state or "epoch" not in state:
        raise ValueError("it is in another format")
    return state


def _variables(model):
    """{name: variable} of all that a run changes. Named by order: Keras' own names differ between processes."""
    groups = {
        "model": model.variables,
        "critic_optimizer": model.critic_optimizer.variables,
        "generator_optimizer": model.generator_optimizer.variables,
    }
    return {f"{group}/{number}": variable for group, some in groups.items() for number, variable in enumerate(some)}


def _settings_of(model):
    """What must be the same for the numbers to be the same, as JSON-like data without names of a process."""
    settings = {
        "trainer": type(model).__name__,
        **model.settings(),
        "data": getattr(model, "data_settings", None),
        "precision": model.dtype_policy.name,
        "generator": [[type(layer).__name__, layer.get_config()] for layer in model.generator.layers],
        "critic": [[type(layer).__name__, layer.get_config()] for layer in model.critic.layers],
        "generator_optimizer": keras.optimizers.serialize(model.generator_optimizer),
        "critic_optimizer": keras.optimizers.serialize(model.critic_optimizer),
        "shapes": {name: list(variable.shape) for name, variable in _variables(model).items()},
    }
    return json.loads(json.dumps(settings, default=str))


def _first_difference(saved, now, where=""):
    """The first leaf in which two settings differ, in words, or ""."""
    if isinstance(saved, dict) and isinstance(now, dict):
        keys = [key for key in {**saved, **now} if key not in IGNORED]
        pairs = [(f"{where}.{key}" if where else key, saved.get(key), now.get(key)) for key in keys]
    elif isinstance(saved, list) and isinstance(now, list) and len(saved) == len(now):
        pairs = [(f"{where}[{index}]", *pair) for index, pair in enumerate(zip(saved, now, strict=True))]
    else:
        if isinstance(saved, list) and isinstance(now, list):
            return f"{where} has {len(saved)} entries in the saved run, {len(now)} now"
        return "" if saved == now else f"{where} is {saved!r} in the saved run, {now!r} now"
    return next(filter(None, (_first_difference(before, after, name) for name, before, after in pairs)), "")


def _check_writable(folder):
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / "partial"
        probe.write_bytes(b"")
        probe.unlink()
    except OSError as problem:
        raise OSError(f"States cannot be saved in {folder}: {problem}. Name a folder that can be written.") from problem
