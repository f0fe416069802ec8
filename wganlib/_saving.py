"""Files that are written whole or not at all, folders that one process at a time writes to, a run's settings."""

import contextlib
import json
import os
import warnings

from wganlib._arguments import check_path

if os.name == "nt":
    import msvcrt
else:
    import fcntl

_LOCKS = {}  # those of this process: {path: file descriptor}


@contextlib.contextmanager
def whole_file(path):
    """A path beside `path` to write to; what was written is moved to `path` at the end of the block.

    A file that was at `path` stays as it is until then, and for good if the block raises or the process is killed.

    Raises:
        OSError: the file could not be written (no room, no permission, no such folder). It is of the type that the
            system raised, and says what to do.
        ValueError: `path` is not a path.
    """
    path = check_path("path", path)
    # The same ending: Keras and Pillow choose the format by it.
    partial = path.with_name(f"partial_{path.name}")
    try:
        yield partial
        # Else a power cut may leave the new name on a file whose contents never reached the disk.
        with open(partial, "rb+") as file:
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError as problem:
        # Some, such as h5py's, have a text and no number.
        reason = problem.strerror or problem
        raise type(problem)(
            f"{path} could not be written: {reason}. Make room, or name a place that can be written to."
        ) from problem
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def read_settings(run, wanted):
    """What `wanted` finds in a run's settings, `json.loads` of its settings.json.

    Args:
        run: the folder, a pathlib.Path.
        wanted: a function of the settings.

    Raises:
        OSError: the file cannot be read.
        ValueError: it is damaged, or does not hold what is wanted.
    """
    path = run / "settings.json"
    try:
        return wanted(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise ValueError(
            f"{path} must be a run's settings. Received: a damaged file, or one of another version of wganlib. Begin "
            "another run."
        ) from None


def lock_folder(folder):
    """Keep other processes out of a folder that exists, until `unlock_folder` or the end of this process.

    It is the operating system's lock on a file in the folder, so it ends even with a process that is killed. A process
    may ask again for what it has. A file system without locks only gets a warning.

    Args:
        folder: a pathlib.Path.

    Raises:
        BlockingIOError: another process has the folder.
        OSError: no file can be made in it.
    """
    path = folder.resolve() / "lock"
    while path not in _LOCKS:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(file)
        except (BlockingIOError, PermissionError):
            os.close(file)
            raise BlockingIOError(
                f"A run's folder must be used by one training at a time. Received: {folder}, in which another process "
                "is training. Wait for it to finish, or name another folder."
            ) from None
        except OSError as problem:
            warnings.warn(f"{folder} cannot be locked ({problem}): start no other training in it.", stacklevel=3)
        # The process that had the lock may have removed the file between the two.
        if _is_at(path, file):
            _LOCKS[path] = file
        else:
            os.close(file)


def unlock_folder(folder):
    """Let go of what `lock_folder` took. Without a lock this does nothing."""
    path = folder.resolve() / "lock"
    file = _LOCKS.pop(path, None)
    if file is None:
        return
    if os.name == "nt":  # which removes no file that is open, here or elsewhere
        os.close(file)
    with contextlib.suppress(OSError):
        path.unlink()
    if os.name != "nt":  # else the next one could lock the file before it is removed
        os.close(file)


def _lock(file):
    if os.name == "nt":
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_at(path, file):
    try:
        return os.path.samestat(os.stat(path), os.fstat(file))
    except FileNotFoundError:
        return False
