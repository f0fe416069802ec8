"""What a saved network may be made of, held against lists before Keras opens it.

Keras' `safe_mode` refuses only some of what a file can ask for, and less in its older versions: there a `TFSMLayer`
runs any graph, and a configuration without modules takes the way of the old `.h5` files, which runs its code.
"""

import io
import json
import math
import zipfile
from importlib import import_module

import h5py
import keras
import tensorflow as tf

CONFIGURATION, WEIGHTS = "config.json", "model.weights.h5"
MEMBERS = sorted([CONFIGURATION, "metadata.json", WEIGHTS])
LARGEST_CONFIGURATION = 2**24  # bytes; a network of a thousand layers takes one million
LARGEST_EXPANSION = 100  # fresh weights, mostly zeros, are compressed to a tenth

# What Keras writes for plain values.
VALUES = {"__keras_tensor__", "__tensor__", "__numpy__", "__bytes__", "__slice__", "__ellipsis__"}
# Every class in these only computes.
ROOMS = {
    "keras.constraints", "keras.dtype_policies", "keras.initializers", "keras.losses", "keras.metrics",
    "keras.optimizers", "keras.optimizers.schedules", "keras.regularizers",
}  # fmt: skip
# No function out of the file, no path, no network of another framework.
LAYERS = """
    InputLayer Identity Masking Dense EinsumDense Embedding ReversibleEmbedding Flatten Reshape Permute RepeatVector
    Activation ELU LeakyReLU PReLU ReLU Softmax
    Conv1D Conv2D Conv3D Conv1DTranspose Conv2DTranspose Conv3DTranspose DepthwiseConv1D DepthwiseConv2D
    SeparableConv1D SeparableConv2D ConvLSTM1D ConvLSTM2D ConvLSTM3D
    UpSampling1D UpSampling2D UpSampling3D ZeroPadding1D ZeroPadding2D ZeroPadding3D
    Cropping1D Cropping2D Cropping3D
    AveragePooling1D AveragePooling2D AveragePooling3D MaxPooling1D MaxPooling2D MaxPooling3D
    GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D
    GlobalMaxPooling1D GlobalMaxPooling2D GlobalMaxPooling3D
    BatchNormalization GroupNormalization LayerNormalization RMSNormalization SpectralNormalization
    UnitNormalization Normalization
    ActivityRegularization AlphaDropout Dropout GaussianDropout GaussianNoise
    SpatialDropout1D SpatialDropout2D SpatialDropout3D
    Add Average Concatenate Dot Maximum Minimum Multiply Subtract
    AdditiveAttention Attention GroupQueryAttention MultiHeadAttention
    Bidirectional GRU GRUCell LSTM LSTMCell RNN SimpleRNN SimpleRNNCell StackedRNNCells TimeDistributed
    CategoryEncoding CenterCrop Rescaling Resizing
    RandomBrightness RandomContrast RandomCrop RandomFlip RandomRotation RandomTranslation RandomZoom
"""
# x + y, x[:, 0] and the like, between a functional model's layers.
ARITHMETIC = """
    Absolute Add Clip Concatenate Divide Exp ExpandDims GetItem Log Matmul Maximum Mean Minimum Multiply Negative
    Power Reshape Sqrt Square Squeeze Stack Subtract Sum Tanh Transpose TrueDivide
"""
CLASSES = {
    "keras": {"DTypePolicy", "Sequential"},
    "keras.layers": set(LAYERS.split()),
    "keras.src.models.functional": {"Functional"},
    "keras.src.ops.nn": {"Gelu", "LeakyRelu", "Relu", "Sigmoid", "Silu", "Softmax", "Softplus"},
    "keras.src.ops.numpy": set(ARITHMETIC.split()),
}


def check_saved_network(path):
    """Nothing, if a .keras file holds only layers that compute, of Keras or wganlib, and their weights.

    Raises:
        ValueError: it holds anything else. A damaged file raises what zipfile, json and h5py raise.
    """
    with zipfile.ZipFile(path) as archive:
        _check_members(archive.infolist())
        network = json.loads(archive.read(CONFIGURATION))
        weights = archive.read(WEIGHTS)
    network["compile_config"] = None  # is not loaded
    _check_objects(network)
    with h5py.File(io.BytesIO(weights), "r") as file:
        numbers = _check_weights(file, largest=len(weights))
    _check_room(network, numbers)


def _check_members(members):
    names = sorted(member.filename for member in members)
    if names != MEMBERS:
        raise ValueError(f"it must hold {', '.join(MEMBERS)}, and holds {', '.join(names)[:200]}")
    for member in members:
        largest = LARGEST_EXPANSION * member.compress_size + 2**20
        if member.filename == CONFIGURATION:
            largest = min(largest, LARGEST_CONFIGURATION)
        if member.file_size > largest:
            raise ValueError(f"its {member.filename} claims {member.file_size:,} bytes, more than such a file has")


def _check_objects(value):
    """Every object in a configuration is one of the lists, however deep it lies."""
    if isinstance(value, dict):
        if "class_name" in value and not _only_computes(value):
            raise ValueError(f"it holds {value.get('module')}.{value['class_name']}"[:200])
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            _check_objects(part)


def _only_computes(description):
    name, module, registered = (description.get(key) for key in ("class_name", "module", "registered_name"))
    if name in VALUES:
        return True
    # Keras looks a registered name up first, but not for a "function" or a "__lambda__".
    if registered == f"wganlib>{name}":
        return keras.saving.get_registered_object(registered) is not None
    if registered not in (None, name):
        return False
    if module in ROOMS:
        return isinstance(vars(import_module(module)).get(name), type)
    return name in CLASSES.get(module, ())


def _check_room(network, numbers):
    """Refuse a network with more weights than the file holds: Keras allocates them all before it reads the file's."""
    kind = keras.saving.get_registered_object(network.get("registered_name"))
    is_trainer = isinstance(kind, type) and issubclass(kind, keras.Model)  # which reads weights when it is made
    parts = [part for part in network["config"].values() if isinstance(part, dict)] if is_trainer else [network]
    with tf.Graph().as_default():  # in which weights have shapes and take no room
        made = [keras.saving.deserialize_keras_object(part) for part in parts]
    asked = sum(math.prod(variable.shape) for part in made for variable in getattr(part, "weights", ()))
    if asked > numbers:
        raise ValueError(f"it asks for {asked:,} numbers, and its weights are {numbers:,}")


def _check_weights(group, largest):
    """Every array lies in the file itself: HDF5 can name other files, and claim arrays that were never written.

    Returns how many numbers there are.
    """
    numbers = 0
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise ValueError(f"its weights link to another place ({name})")
        found = group[name]
        if isinstance(found, h5py.Group):
            numbers += _check_weights(found, largest)
        elif found.external or found.is_virtual or found.nbytes > largest:
            raise ValueError(f"its weights {found.name} do not lie in the file")
        else:
            numbers += found.size
    return numbers
