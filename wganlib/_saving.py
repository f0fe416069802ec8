"""Files that are written whole or not at all."""

import contextlib

from wganlib._arguments import check_path


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
