"""What is exported computes the same without Keras."""

import importlib

import numpy as np
import pytest
import tensorflow as tf

from wganlib.networks import exporting
from wganlib.networks.dcgan import make_dcgan_generator
from wganlib.networks.exporting import export_network


@pytest.fixture(scope="module")
def generator():
    """Small, with layers whose training and inference differ."""
    return make_dcgan_generator(4, (8, 8, 3), 4, n_blocks=1)


Z = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)


@pytest.mark.slow
def test_a_saved_model_draws_the_same_for_any_batch(generator, tmp_path):
    export_network(generator, tmp_path / "generator")
    loaded = tf.saved_model.load(tmp_path / "generator")
    for count in (1, 5):
        np.testing.assert_allclose(loaded.serve(Z[:count]), generator(Z[:count], training=False), atol=1e-6)


def test_an_onnx_file_draws_the_same(generator, tmp_path):
    pytest.importorskip("tf2onnx")
    runtime = pytest.importorskip("onnxruntime")
    export_network(generator, tmp_path / "generator.onnx")
    session = runtime.InferenceSession(tmp_path / "generator.onnx")
    (drawn,) = session.run(None, {session.get_inputs()[0].name: Z})
    np.testing.assert_allclose(drawn, generator(Z, training=False), atol=1e-5)


def test_without_tf2onnx_it_is_said_before_anything_is_written(generator, tmp_path, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(exporting, "find_spec", lambda name: None if name == "tf2onnx" else find(name))
    with pytest.raises(ModuleNotFoundError, match="pip install"):
        export_network(generator, tmp_path / "generator.onnx")
    assert not list(tmp_path.iterdir())


def test_what_already_exists_is_kept(generator, tmp_path):
    (tmp_path / "mine").mkdir()
    with pytest.raises(FileExistsError, match="must be new"):
        export_network(generator, tmp_path / "mine")
