"""A saved network is data: what is more than that is refused before Keras opens the file, in every version of Keras."""

import importlib
import io
import json
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest
from keras import layers

import wganlib as wl
from wganlib.networks.safe_loading import CLASSES

SAVED_BY_0_1 = Path(__file__).parents[1] / "layers" / "saved_by_0.1.keras"
LATER = {"ReversibleEmbedding"}  # than the lowest Keras


@pytest.fixture
def refused(monkeypatch):
    """refused(path): Keras is never asked to load it."""
    monkeypatch.setattr(keras.models, "load_model", lambda *_, **__: pytest.fail("Keras opened it"))

    def check(path, match=None):
        before = path.read_bytes()
        with pytest.raises(ValueError, match=match):
            wl.load_pretrained(path)
        assert path.read_bytes() == before

    return check


def members(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def write(path, contents, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in contents:
            archive.writestr(name, content)
    return path


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """The members of a small saved network."""
    path = tmp_path_factory.mktemp("plain") / "plain.keras"
    inputs = keras.Input((2,))
    keras.Model(inputs, layers.Dense(1, name="dense")(inputs)).save(path)
    return members(path)


@pytest.fixture
def save_with(plain, tmp_path):
    """save_with(change): that network, after change(the description of its Dense layer, that of the network)."""

    def save(change):
        network = json.loads(plain["config.json"])
        change(next(layer for layer in network["config"]["layers"] if layer["class_name"] == "Dense"), network)
        return write(tmp_path / "network.keras", {**plain, "config.json": json.dumps(network)}.items())

    return save


def test_a_network_that_is_written_anew_unchanged_loads(save_with):
    assert wl.load_pretrained(save_with(lambda dense, network: None)).count_params() == 3


# Objects.


def thing(module, name, registered=None, /, **config):
    return {"module": module, "class_name": name, "config": config, "registered_name": registered}


def function(module, name, registered=None):
    return {"module": module, "class_name": "function", "config": name, "registered_name": registered}


CODE = {"value": ["4wAAAA==", None, None]}
OBJECTS = {
    "Lambda": thing("keras.layers", "Lambda", function={"class_name": "__lambda__", "config": CODE}),
    "Lambda, from where Keras defines it": thing("keras.src.layers.core.lambda_layer", "Lambda"),
    "Lambda as in .h5 files": {
        "class_name": "Lambda",
        "config": {"function": CODE["value"], "function_type": "lambda"},
    },
    "a layer as in .h5 files": {"class_name": "Dense", "config": {"units": 1}},
    "TFSMLayer": thing("keras.layers", "TFSMLayer", filepath="elsewhere"),
    "JaxLayer": thing("keras.layers", "JaxLayer"),
    "FlaxLayer": thing("keras.layers", "FlaxLayer"),
    "TorchModuleWrapper": thing("keras.layers", "TorchModuleWrapper", module="gASVAAAA"),
    "StringLookup": thing("keras.layers", "StringLookup", vocabulary="/etc/passwd"),
    "IntegerLookup": thing("keras.layers", "IntegerLookup", vocabulary="/etc/passwd"),
    "TextVectorization": thing("keras.layers", "TextVectorization", vocabulary="/etc/passwd"),
    "any module's class": thing("subprocess", "Popen", args="true"),
    "any module's function": function("os", "system"),
    "a built-in function": function("builtins", "exec", "exec"),
    "Keras' own function": function("keras.models", "load_model"),
    "Keras' own function as a class": thing("keras.models", "load_model"),
    "a function among losses": thing("keras.losses", "deserialize"),
    "code alone": {"class_name": "__lambda__", "config": CODE},
    "code under our name": {"class_name": "__lambda__", "config": CODE, "registered_name": "wganlib>LeakyReLU"},
    "a function under our name": function("os", "system", "wganlib>LeakyReLU"),
    "a name of ours that is none": thing(None, "Popen", "wganlib>Popen"),
    "another's registered name": thing("keras.layers", "Dense", "theirs>Dense", units=1),
    "a type": {**thing("tensorflow", "__typespec__"), "spec_name": "TensorSpec"},
    "no name": thing("keras.layers", None),
    "a list for a name": thing("keras.layers", ["Dense"]),
    "a list for a module": thing(["keras.layers"], "Dense"),
}


@pytest.mark.parametrize("name", OBJECTS)
def test_an_object_that_does_more_than_compute_is_refused(name, save_with, refused):
    def change(dense, network):
        dense["config"]["kernel_initializer"] = OBJECTS[name]

    refused(save_with(change))


def hide_in_layers(bad, dense, network):
    network["config"]["layers"].append({**bad, "name": "bad", "inbound_nodes": []})


def hide_in_a_call(bad, dense, network):
    dense["inbound_nodes"][0]["kwargs"]["mask"] = [{"deep": (1, [bad])}]


def hide_in_the_build(bad, dense, network):
    dense["build_config"] = {"input_shape": [None, 2], "extra": bad}


def hide_in_a_wrapper(bad, dense, network):
    network["config"]["layers"].append(thing("keras.layers", "TimeDistributed", layer=bad))


def hide_in_a_value(bad, dense, network):
    dense["config"]["units"] = {"class_name": "__slice__", "config": {"start": bad, "stop": None, "step": None}}


def hide_in_how_a_part_is_compiled(bad, dense, network):
    dense["compile_config"] = {"optimizer": "adam", "loss": bad}


def be_the_network(bad, dense, network):
    network.update(bad)


@pytest.mark.parametrize(
    "hide",
    [
        hide_in_layers, hide_in_a_call, hide_in_the_build, hide_in_a_wrapper, hide_in_a_value,
        hide_in_how_a_part_is_compiled, be_the_network,
    ],
)  # fmt: skip
def test_it_is_found_wherever_it_hides(hide, save_with, refused):
    refused(save_with(lambda *places: hide(OBJECTS["TFSMLayer"], *places)), match=r"holds keras\.layers\.TFSMLayer")


@pytest.mark.filterwarnings("ignore")
def test_a_lambda_as_keras_saves_it_is_not_run(tmp_path, refused):
    code = layers.Lambda(lambda x: (Path("it-ran").touch(), x)[1], output_shape=(2,))
    network = keras.Sequential([keras.Input((2,)), code])
    for suffix in (".keras", ".h5"):
        network.save(tmp_path / f"lambda{suffix}")
        refused(tmp_path / f"lambda{suffix}")
        (tmp_path / f"lambda{suffix}").rename(tmp_path / "other.keras")
        refused(tmp_path / "other.keras")


# Archives.


@pytest.mark.parametrize(
    "more",
    [
        {"assets/vocabulary.txt": "a"},
        {"../outside.txt": "a"},
        {"/outside.txt": "a"},
        {"model.weights.npz": "a"},
        {"config.json\0.txt": "{}"},
    ],
)
def test_an_archive_with_more_members_is_refused(more, plain, tmp_path, refused):
    refused(write(tmp_path / "network.keras", [*plain.items(), *more.items()]), match="it must hold config.json")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_an_archive_with_two_configurations_is_refused(plain, tmp_path, refused):
    refused(write(tmp_path / "network.keras", [("config.json", "{}"), *plain.items()]), match="it must hold")


@pytest.mark.parametrize("name", ["config.json", "metadata.json", "model.weights.h5"])
def test_an_archive_without_one_of_its_members_is_refused(name, plain, tmp_path, refused):
    rest = [(other, content) for other, content in plain.items() if other != name]
    refused(write(tmp_path / "network.keras", rest), match="it must hold")


@pytest.mark.parametrize("name", ["config.json", "metadata.json", "model.weights.h5"])
def test_a_member_that_grows_a_hundredfold_is_refused(name, plain, tmp_path, refused):
    content = plain[name] + b" " * 2**23
    path = write(tmp_path / "network.keras", {**plain, name: content}.items(), zipfile.ZIP_DEFLATED)
    refused(path, match=f"{name} claims")


def test_a_configuration_of_many_megabytes_is_refused(plain, tmp_path, refused):
    contents = {**plain, "config.json": plain["config.json"] + b" " * 2**24}
    refused(write(tmp_path / "network.keras", contents.items()), match="config.json claims")


@pytest.mark.parametrize("configuration", ["[]", "null", "{", "[" * 100_000, b"\xff"])
def test_a_configuration_that_is_none_is_refused(configuration, plain, tmp_path, refused):
    refused(write(tmp_path / "network.keras", {**plain, "config.json": configuration}.items()))


# Weights.


def soft_link(file, elsewhere):
    file["link"] = h5py.SoftLink("/layers")


def external_link(file, elsewhere):
    file["layers/link"] = h5py.ExternalLink(str(elsewhere), "/")


def external_array(file, elsewhere):
    file.create_dataset("layers/array", (2,), "uint8", external=[(str(elsewhere), 0, 2)])


def virtual_array(file, elsewhere):
    layout = h5py.VirtualLayout((2,), "uint8")
    layout[:] = h5py.VirtualSource(str(elsewhere), "array", (2,))
    file.create_virtual_dataset("layers/array", layout)


def array_that_was_never_written(file, elsewhere):
    file.create_dataset("layers/array", (2**40,), "uint8", chunks=(2**20,))


@pytest.mark.parametrize(
    "put", [soft_link, external_link, external_array, virtual_array, array_that_was_never_written]
)  # fmt: skip
def test_weights_that_lie_outside_the_file_are_refused(put, plain, tmp_path, refused):
    with h5py.File(tmp_path / "elsewhere", "w") as file:
        file["array"] = np.arange(2, dtype=np.uint8)
    weights = io.BytesIO(plain["model.weights.h5"])
    with h5py.File(weights, "r+") as file:
        put(file, tmp_path / "elsewhere")
    refused(write(tmp_path / "network.keras", {**plain, "model.weights.h5": weights.getvalue()}.items()), "weights")


def larger_in_a_layer(dense, network):
    dense["config"]["units"] = 10**8


def larger_by_one(dense, network):
    dense["config"]["units"] = 2


def larger_in_two_layers(dense, network):
    config = {"name": "large", "layers": [thing("keras.layers", "InputLayer", batch_shape=[None, 2], name="input")]}
    config["layers"] += [thing("keras.layers", "Dense", units=30_000, name=name) for name in "ab"]
    network.update(thing("keras", "Sequential", **config))


def larger_in_what_is_no_network(dense, network):
    network.update(thing("keras.layers", "Dense", units=10**8), build_config={"input_shape": [None, 10**4]})


@pytest.mark.parametrize(
    "change", [larger_in_a_layer, larger_by_one, larger_in_two_layers, larger_in_what_is_no_network]
)
def test_a_network_larger_than_its_weights_is_refused(change, save_with, refused):
    refused(save_with(change), "and its weights are 3")


# What is let in.


def generator():
    return wl.make_mlp_generator(7, (8, 8, 1), (5,))


def critic(norm=None, **options):
    return wl.make_dcgan_discriminator((8, 8, 1), 4, n_blocks=1, kernel_size=4, norm=norm, **options)


def every_plain_layer():
    inputs = keras.Input((8, 8, 3))
    x = layers.Rescaling(1 / 127.5, offset=-1)(layers.Resizing(12, 12)(inputs))
    x = layers.RandomTranslation(0.1, 0.1)(layers.RandomFlip()(x))
    x = layers.GroupNormalization(4)(layers.Conv2D(8, 3, padding="same", kernel_regularizer="l2")(x))
    x = layers.Activation("silu")(layers.BatchNormalization(gamma_initializer=keras.initializers.Constant(2.0))(x))
    x = layers.Add()(
        [x, layers.DepthwiseConv2D(3, padding="same", depthwise_constraint=keras.constraints.MaxNorm(2))(x)]
    )
    x = layers.UpSampling2D()(layers.AveragePooling2D(2)(layers.SpatialDropout2D(0.1)(x)))
    x = layers.SpectralNormalization(layers.Conv2D(4, 3, activation=layers.LeakyReLU()))(x)
    x = layers.Concatenate()([layers.GlobalAveragePooling2D()(x), layers.GlobalMaxPooling2D()(x)])
    x = layers.LayerNormalization()(layers.Dense(6, activation="gelu", dtype="mixed_float16")(layers.Dropout(0.2)(x)))
    labels = keras.Input((2,), dtype="int32")
    y = layers.Bidirectional(layers.GRU(3))(layers.Embedding(5, 4)(labels))
    z = layers.MultiHeadAttention(2, 3)(layers.Reshape((3, 2))(x), layers.RepeatVector(2)(y))
    return keras.Model([inputs, labels], layers.TimeDistributed(layers.Dense(1))(z))


def arithmetic_between_layers():
    inputs = keras.Input((4, 4, 2))
    x = (1 - 2 * inputs[:, 1:] + inputs[:, :-1] ** 2) / 3 @ keras.ops.transpose(inputs[:, :3], (0, 1, 3, 2))
    x = keras.ops.concatenate([keras.ops.relu(x), -abs(x)], axis=-1)
    return keras.Model(inputs, keras.ops.tanh(keras.ops.mean(x, axis=(1, 2))))


def one_with_a_compiled_part():
    part = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    rate = keras.optimizers.schedules.ExponentialDecay(0.1, 10**6, 0.9)
    part.compile(keras.optimizers.Adam(rate), "mse", ["mae"])
    inputs = keras.Input((2,))
    return keras.Model(inputs, part(inputs))


def difference(real, answer):
    return answer - real


def one_compiled_by_functions_of_ones_own():
    network = keras.Sequential([keras.Input((2,)), layers.Dense(1)])
    network.compile("adam", loss=difference)
    return network


NETWORKS = {
    "dcgan generator": lambda: wl.make_dcgan_generator(3, (8, 8, 1), 4, n_blocks=1),
    "dcgan generator, layer": lambda: wl.make_dcgan_generator(3, (8, 8, 1), 4, n_blocks=1, norm="layer"),
    "dcgan generator, resizing": lambda: wl.make_dcgan_generator(3, (8, 8, 1), 4, n_blocks=1, resize=True),
    "dcgan discriminator": lambda: critic("batch"),
    "dcgan critic, layer": lambda: critic("layer"),
    "dcgan critic, spectral": lambda: critic("spectral", hidden_units=3),
    "dcgan critic, whole batch": lambda: critic(minibatch_discrimination=2),
    "mlp generator": generator,
    "mlp critic": lambda: wl.make_mlp_critic((2,), (4,), minibatch_discrimination=2),
    "residual critic": lambda: wl.networks.make_residual_critic((2,), 4, 3, norm="layer"),
    "residual critic, spectral": lambda: wl.networks.make_residual_critic((8, 8, 1), 6, 4, norm="spectral"),
    "residual critic, leaky": lambda: wl.networks.make_residual_critic((8, 8, 1), 4, 4, activation="leaky_relu"),
    "text generator": lambda: wl.networks.make_text_generator(3, 6, 5, 4, 2),
    "text critic": lambda: wl.networks.make_text_critic(6, 5, 4, 2),
    "conditional generator": lambda: wl.networks.conditional.make_conditional_generator(generator(), 3),
    "conditional critic": lambda: wl.networks.conditional.make_conditional_critic(critic(), 3),
    "class generator": lambda: wl.networks.make_class_generator(
        wl.make_dcgan_generator(6, (8, 8, 1), 4, n_blocks=1), 3
    ),
    "projection critic": lambda: wl.networks.make_projection_critic(critic(), 3),
    "critic with features": lambda: wl.networks.critic_with_features(critic()),
    "orthonormal": lambda: keras.Sequential([keras.Input((4,)), wl.layers.OrthonormalDense(4), wl.layers.GroupSort()]),
    **{
        build.__name__: build
        for build in (
            every_plain_layer,
            arithmetic_between_layers,
            one_with_a_compiled_part,
            one_compiled_by_functions_of_ones_own,
        )
    },
}


@pytest.mark.slow
@pytest.mark.parametrize("name", NETWORKS)
def test_networks_that_only_compute_are_loaded_as_they_were(name, tmp_path):
    network = NETWORKS[name]()
    network.save(tmp_path / "network.keras")
    again = wl.load_pretrained(tmp_path / "network.keras")
    rng = np.random.default_rng(0)
    inputs = [rng.integers(0, 5, (2, *each.shape[1:])).astype(each.dtype) for each in network.inputs]
    inputs = inputs if len(inputs) > 1 else inputs[0]
    for one, other in zip(network.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    for one, other in zip(*map(keras.tree.flatten, (network(inputs), again(inputs))), strict=True):
        np.testing.assert_array_equal(one, other)


def test_every_builder_is_among_them():
    builders = {name.removeprefix("make_").replace("_", " ") for name in dir(wl.networks) if name.startswith("make_")}
    assert builders and builders <= {name.split(",")[0] for name in NETWORKS}


def test_a_whole_trainer_is_loaded(make_trainer, adam, tmp_path):
    trainer = make_trainer("wgangp", ema_decay=0.9)
    trainer.compile(adam(), adam())
    trainer.save(tmp_path / "trainer.keras")
    again = wl.load_pretrained(tmp_path / "trainer.keras")
    assert type(again) is wl.WGANGP
    np.testing.assert_array_equal(again.generator(np.ones((2, 3))), trainer.generator(np.ones((2, 3))))


@pytest.mark.parametrize("place", ["generator", "critic", "dtype"])
def test_a_trainer_larger_than_its_weights_is_refused(place, make_trainer, tmp_path, refused):
    path = tmp_path / "trainer.keras"
    make_trainer("wgangp", ema_decay=0.9).save(path)
    contents = members(path)
    trainer = json.loads(contents["config.json"])
    large = thing("keras.layers", "Dense", units=10**8)
    trainer["config"][place] = {**large, "build_config": {"input_shape": [None, 10**4]}}
    refused(write(path, {**contents, "config.json": json.dumps(trainer)}.items()), "its weights are")


def test_a_network_of_an_earlier_version_is_loaded():
    assert wl.load_pretrained(SAVED_BY_0_1).count_params() > 0


def test_every_class_on_the_lists_is_there():
    unknown = [
        f"{module}.{name}"
        for module, names in CLASSES.items()
        for name in names - LATER
        if not isinstance(vars(importlib.import_module(module)).get(name), type)
    ]
    assert unknown == []
