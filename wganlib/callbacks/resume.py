"""Stop a training, or lose it to a power cut, and go on as if nothing had happened."""

import contextlib
import json
import re
import time
import warnings
import zipfile

import keras
import numpy as np

from wganlib._arguments import as_tuple, check_count, check_number, check_path, show
from wganlib._output import say
from wganlib._saving import lock_folder, unlock_folder, whole_file
from wganlib.callbacks.run_identity import canonical, computed_with, first_difference, settings_of, variables_of

FORMAT = 1
# What a damaged or foreign file raises.
UNREADABLE = (OSError, ValueError, KeyError, EOFError, TypeError, RuntimeError, zipfile.BadZipFile)
# The parts of a run's settings that are configurations of Keras'.
CONFIGURED = ("generator", "critic", "generator_optimizer", "critic_optimizer")
# Keras' callbacks that count epochs, and what they count with.
COUNTING = (keras.callbacks.EarlyStopping, keras.callbacks.ReduceLROnPlateau, keras.callbacks.ModelCheckpoint)
COUNTERS = ("best", "best_epoch", "wait", "cooldown_counter", "stopped_epoch")
COUNTERS += ("_batches_seen_since_last_saving", "_last_batch_seen")


class ExactResume(keras.callbacks.Callback):
    """Saves the whole state of a training at the end of an epoch, and goes on from there in the next `fit`.

    A state is every variable of the trainer (weights, moving averages, the step counter, the states of Dropout's random
    generators) and of both optimisers, learning rates included, and what the other callbacks of the same `fit`
    remember: those with `get_state` and `set_state`, such as `IterationHistory` and `SampleGrid`, and Keras'
    EarlyStopping, ReduceLROnPlateau and ModelCheckpoint. A run that EarlyStopping has ended stays ended. Since z, α and
    the order of the images are functions of the seed and the step, a run that was stopped and resumed ends with the
    very weights of one that was not (on one kind of device). What would keep it from that is warned about before the
    first step.

    Keras' BackupAndRestore keeps weights and epoch in two files that are overwritten in place: a process killed between
    the two writes resumes with the weights of one epoch and the number of another. Here a state is one file, written
    beside its place, read back and moved there; the last two that can be read are kept. A state with a weight that is
    not finite is not saved, which is warned about.

    The same run is one with the same trainer, networks, optimisers and data: their settings count, names and the
    current learning rates do not, nor does the code of a layer of your own.

    Args:
        folder: of the states, epoch_0012.npz, …; it is made. One folder a run.
        every: epochs between two states, ≥ 1. The last epoch's is always saved.
        seconds: that a state waits in memory after the one before was written, ≥ 0, for runs of many short epochs. A
            `fit` that is interrupted or fails writes what waits; a process that is killed, or a power cut, loses it.
        also: callbacks whose state goes along, where `fit` does not know them; anything with `get_state()` → {name:
            array, or what JSON can hold} and `set_state(state)`, which gets tuples, and arrays in lists, as lists.

    Raises:
        ValueError: on `fit`, a folder of another run: other networks, settings or data. It names the first difference.
            Also what a callback remembers and a file would not give back as it was.
        BlockingIOError: on `fit`, a folder that another process is training in.
        OSError: on `fit`, a folder that cannot be written. A disk that fills up later only warns: the training goes on.
    """

    def __init__(self, folder, every=1, also=(), seconds=0):
        super().__init__()
        self.folder = check_path("folder", folder)
        self.every = check_count("every", every)
        self.seconds = check_number("seconds", seconds, at_least=0)
        self.also = as_tuple("also", also, "must be a list of callbacks")
        for callback in self.also:
            if not _remembers(callback):
                raise ValueError(
                    "`also` must be callbacks with get_state and set_state, such as IterationHistory. Received: "
                    f"{type(callback).__name__}, which has neither. Leave it out."
                )
        self.others = ()  # of the same `fit`; `saving_last` tells
        self._waiting, self._written = None, -np.inf  # (epoch, state) that is to be written; when the last one was

    def on_train_begin(self, logs=None):
        self.model._initial_epoch = None
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            lock_folder(self.folder)
        except BlockingIOError:
            raise
        except OSError as problem:
            raise OSError(
                f"States cannot be saved in {self.folder}: {problem}. Name a folder that can be written."
            ) from problem
        for swap in self._swaps():  # which would throw the trained weights away in what may not stay the last epoch
            swap.set_params(swap.params | {"epochs": 0})
        try:
            self._restore()
        except BaseException:
            unlock_folder(self.folder)
            raise

    def on_epoch_begin(self, epoch, logs=None):
        # Keras keeps the number, and would begin the next `fit` there, with or without this callback; this one may be
        # interrupted before its end.
        self.model._initial_epoch = None
        self._began_at = int(self.model.step.numpy())

    def on_epoch_end(self, epoch, logs=None):
        self._swap_back()
        done = epoch + 1
        made, whole = int(self.model.step.numpy()) - self._began_at, self.params["steps"]
        if whole is not None and made < whole:  # a resumed run begins with a whole epoch
            warnings.warn(
                f"No state is saved of epoch {done}, which was stopped after {made} of its {whole} steps: a resumed "
                "run repeats it.",
                stacklevel=2,
            )
            return
        last = done == self.params["epochs"] or self.model.stop_training
        if last or done % self.every == 0:
            with _warning_of(done):
                self._waiting = self._state(done) or self._waiting
        if last or time.monotonic() - self._written >= self.seconds:
            self._write()

    def on_train_end(self, logs=None):
        # A finished run begins no epoch.
        self.model._initial_epoch = None
        self.let_go()

    def let_go(self):
        """Write the state that waits, if any, and leave the folder to others: the end of a `fit`, however it ends."""
        try:
            self._write()
        finally:
            self._waiting = None
            unlock_folder(self.folder)

    def _restore(self):
        self._settings, self._computed = settings_of(self.model, self.params), computed_with(self.model)
        kept = self._kept()
        for callback in kept:
            _packed(callback)  # refuses what could not be saved
        lost = (
            []
            if self.model.data_settings
            else ["the order of your own data set, whose samples are not compared (feed wl.batches)"]
        )
        lost += [
            f"the best weights of {type(callback).__name__}"
            for callback in kept
            if getattr(callback, "restore_best_weights", False)
        ]
        state, self._readable = self._newest_readable()
        if state is not None:
            difference = first_difference(state["settings"], self._settings)
            if difference:
                raise ValueError(
                    f"The folder must hold a run with the same settings. Received: {self.folder}, where {difference}. "
                    "Build the trainer as it was, or name another folder."
                )
            self._swap_back()
            rates = _assign(variables_of(self.model), state)
            lost += [f"the state of {name}" for name in _remind(kept, state)]
            computed = first_difference(state["computed_with"], self._computed)
            lost += [f"the last bits of the numbers, since {computed}"] if computed else []
            epoch = int(state["epoch"])
            ended = any(_has_ended(callback, epoch) for callback in kept)
            # As Keras' own BackupAndRestore does; `fit` asks for it after this, and before the first epoch.
            self.model._initial_epoch = self.params["epochs"] if ended else epoch
            after = f"after epoch {epoch}, step {int(self.model.step.numpy())} ({self.folder})."
            if ended:
                say(f"EarlyStopping ended this run {after} To train on, give it more patience or leave it out.")
            else:
                said = f" The learning rates are the saved ones: {', '.join(rates)}." if rates else ""
                say(f"Going on {after}{said}")
        if lost:
            warnings.warn(
                f"A run resumed from {self.folder} may differ from an unbroken one. Not restored: {'; '.join(lost)}.",
                stacklevel=2,
            )

    def _kept(self):
        """The callbacks whose state goes along."""
        also = [id(callback) for callback in self.also]
        return [*self.also, *(one for one in self.others if _remembers(one) and id(one) not in also)]

    def _swaps(self):
        return [callback for callback in self.others if isinstance(callback, keras.callbacks.SwapEMAWeights)]

    def _swap_back(self):
        """Put the trained weights in their place where SwapEMAWeights has put their average, which others have seen."""
        for swap in self._swaps():
            swap.on_test_end()

    def _state(self, epoch):
        """(the epoch, its state), or None if something in it is not finite, which is warned about."""
        state = {name: variable.numpy() for name, variable in variables_of(self.model).items()}
        broken = [name for name, array in state.items() if not np.isfinite(array).all()]
        if broken:
            self._write()  # the last one that is finite
            kept = f"epoch {self._readable[-1]} is the last" if self._readable else "there is no other"
            warnings.warn(
                f"No state is saved after epoch {epoch}, since {len(broken)} of the {len(state)} variables are not "
                f"finite: {kept} in {self.folder}.",
                stacklevel=3,
            )
            return None
        kept = self._kept()
        for number, callback in enumerate(kept):
            state |= {f"also/{number}{name}": value for name, value in _packed(callback).items()}
        settings = self._settings | {
            "computed_with": self._computed,
            "callbacks": [type(callback).__name__ for callback in kept],
        }
        return epoch, {"format": FORMAT, "epoch": epoch, "settings": json.dumps(settings)} | state

    def _write(self):
        """Write the waiting state, if any. It goes on waiting after Ctrl-C; after an error, only a warning remains."""
        if self._waiting is None:
            return
        epoch, state = self._waiting
        with _warning_of(epoch):
            self._save(epoch, state)
            self._written = time.monotonic()
        self._waiting = None

    def _save(self, epoch, state):
        path = self.folder / f"epoch_{epoch:04d}.npz"
        with whole_file(path) as place:
            np.savez(place, **state)
            try:
                _read(place)
            except UNREADABLE as problem:
                raise OSError("it cannot be read back") from problem
        self._readable = [number for number in self._readable if number < epoch] + [epoch]
        for number, old in self._saved():
            if number < self._readable[-2:][0]:
                with contextlib.suppress(OSError):  # it may stay: another program has it open, as on Windows
                    old.unlink()

    def _saved(self):
        """[(epoch, path)] of the states in the folder, oldest first."""
        found = [(re.fullmatch(r"epoch_(\d+)\.npz", path.name), path) for path in self.folder.iterdir()]
        return sorted((int(match.group(1)), path) for match, path in found if match)

    def _newest_readable(self):
        """(the state or None, [its epoch])."""
        saved = self._saved()
        for number, path in reversed(saved):
            try:
                return _read(path), [number]
            except UNREADABLE as problem:
                warnings.warn(f"{path} cannot be read ({problem}); trying the state before it.", stacklevel=2)
        if saved:
            raise ValueError(
                f"At least one state must be readable. Received: {self.folder}, whose files are damaged or were not "
                "written by ExactResume. Remove them to start over, or name another folder."
            )
        return None, []


@contextlib.contextmanager
def saving_last(callbacks):
    """The callbacks of a `fit` in such an order that an `ExactResume` sees what the others made of an epoch.

    It is told of the others, and lets go at the end of the block: of an interruption Keras tells no callback.

    Args:
        callbacks: a list of Keras callbacks.
    """
    resumes = [callback for callback in callbacks if isinstance(callback, ExactResume)]
    others = [callback for callback in callbacks if not isinstance(callback, ExactResume)]
    for resume in resumes:
        resume.others = others
    try:
        yield [*others, *resumes]
    finally:
        for resume in resumes:
            resume.let_go()


@contextlib.contextmanager
def _warning_of(epoch):
    """Turn an error in saving the state after an epoch into a warning."""
    try:
        yield
    except Exception as problem:  # another callback's get_state may raise anything
        warnings.warn(
            f"The state after epoch {epoch} could not be saved: {str(problem).rstrip('.')}. The training goes on, but "
            "what follows the last saved epoch is lost when it is stopped.",
            stacklevel=4,
        )


def _read(path):
    # Reading every array checks its CRC. Pickles are never trusted.
    with np.load(path, allow_pickle=False) as archive:
        state = {name: archive[name] for name in archive.files}
    if int(state["format"]) != FORMAT or "settings" not in state or "epoch" not in state:
        raise ValueError("it is in another format")
    settings = json.loads(str(state["settings"]))
    if any(state[name].shape != tuple(shape) for name, shape in settings["shapes"].items()):
        raise ValueError("its arrays are not those of its settings")
    # Not in a state from before they were recorded.
    state["computed_with"], state["callbacks"] = settings.pop("computed_with", {}), settings.pop("callbacks", None)
    state["settings"] = settings | {name: canonical(settings[name]) for name in CONFIGURED}
    return state


def _assign(variables, state):
    """Give the variables their saved values. Returns the learning rates that this changed, in words."""
    changed = []
    for name, variable in variables.items():
        before = variable.numpy()
        array = state[name]
        # NumPy's format does not know bfloat16.
        variable.assign(array.view(before.dtype) if array.dtype.kind == "V" else array)
        if variable.name == "learning_rate" and float(before) != float(array):
            changed.append(f"{name.partition('_')[0]} {float(array):g}, not {float(before):g}")
    return changed


# What other callbacks remember.


def _remembers(callback):
    return isinstance(callback, COUNTING) or (hasattr(callback, "get_state") and hasattr(callback, "set_state"))


def _has_ended(callback, epoch):
    """Whether an EarlyStopping, as it was after this epoch, has ended its run there."""
    if not isinstance(callback, keras.callbacks.EarlyStopping):
        return False
    # Keras counts epochs from 0, and stops after the second at the earliest.
    return 0 < callback.stopped_epoch == epoch - 1 and callback.wait >= callback.patience


def _packed(callback):
    """What a callback remembers: its arrays as {"/name": array}, everything else as {"": JSON}."""
    if hasattr(callback, "get_state"):
        state = callback.get_state()
    else:
        state = {"counters": {name: getattr(callback, name) for name in COUNTERS if hasattr(callback, name)}}
    try:
        given = {f"/{name}": value for name, value in state.items() if hasattr(value, "__array__")}
        arrays = {name: _as_array(name, value) for name, value in given.items()}
        rest = _as_json({name: value for name, value in state.items() if f"/{name}" not in arrays})
    except (AttributeError, TypeError, RecursionError):
        raise ValueError(
            "`get_state` of a callback must give a dict of arrays, or of what JSON can hold: numbers, strings, lists "
            f"and dicts whose keys are strings. Received: {show(state)} from {type(callback).__name__}."
        ) from None
    return arrays | ({"": json.dumps(rest)} if rest else {})


def _as_array(name, value):
    """The array that NumPy's file gives back under this name: a copy, which may wait while the callback goes on."""
    array = np.asarray(value).copy()
    if array.dtype.kind not in "biufcmMSU" or isinstance(value, np.ma.MaskedArray):
        raise TypeError("which NumPy would pickle, or which loses its mask")
    if "\0" in name or name.endswith(".npy"):
        raise TypeError("a name that the file would cut")
    return array


def _as_json(value):
    """The same in the types that JSON gives back."""
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return {key: _as_json(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_as_json(part) for part in value]
    if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biuf":
        return value.tolist()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    raise TypeError(type(value).__name__)


def _remind(callbacks, state):
    """Give the callbacks what they remembered. Returns the names of those of which the state knows nothing."""
    names = state["callbacks"]
    if names is None:  # a state from before they were recorded: the callbacks were listed in the same order
        names = [type(callback).__name__ for callback in callbacks if not isinstance(callback, COUNTING)]
    saved, new = dict(enumerate(names)), []
    for callback in callbacks:
        name = type(callback).__name__
        number = next((number for number, known in saved.items() if known == name), None)
        if number is None:
            new.append(name)
            continue
        del saved[number]
        prefix = f"also/{number}/"
        found = {key[len(prefix) :]: array for key, array in state.items() if key.startswith(prefix)}
        found |= json.loads(str(state.get(f"also/{number}", "{}")))
        if hasattr(callback, "set_state"):
            callback.set_state(found)
        else:
            vars(callback).update(found["counters"])
    return new
