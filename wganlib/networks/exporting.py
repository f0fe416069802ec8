"""Networks for programs that know neither Keras nor wganlib."""

from importlib.util import find_spec

from wganlib._arguments import check_network, check_path
from wganlib._saving import whole_file


def export_network(network, path):
    """Write a network's forward pass, in inference mode, in a format that other programs read.

    Args:
        network: a built Keras model with one input and one output, e.g. `gan.averaged_generator`.
        path: without an ending: a new folder, TensorFlow's SavedModel, read by
            `tf.saved_model.load(path).serve(z)`. With .onnx: a file in the Open Neural Network Exchange format, which
            onnxruntime reads; Keras needs the package tf2onnx for it.

    Raises:
        ValueError: no such network, or another ending.
        FileExistsError: there is something at the path of a SavedModel.
        ModuleNotFoundError: .onnx without tf2onnx.
        OSError: the path cannot be written to.
    """
    check_network("network", network)
    path = check_path("path", path).expanduser()
    if path.suffix not in ("", ".onnx"):
        raise ValueError(f"`path` must be a folder without an ending, or end in .onnx. Received: {path}.")
    if path.suffix == ".onnx":
        check_can_write_onnx()
        with whole_file(path) as place:
            network.export(place, format="onnx", verbose=False)
        return
    if path.exists():
        raise FileExistsError(f"`path` must be new. Received: {path}, which already exists. Name another.")
    network.export(path, format="tf_saved_model", verbose=False)


def check_can_write_onnx():
    """Raise the ModuleNotFoundError of `export_network` where tf2onnx is not installed."""
    if find_spec("tf2onnx") is None:
        raise ModuleNotFoundError(
            "Keras needs tf2onnx to write ONNX: pip install 'wganlib[onnx]'. Or write a SavedModel: it needs none."
        )
