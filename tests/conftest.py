"""What several test files share: tiny trainers (8×8 images, a few hundred weights), pyproject.toml, a full disk."""

import contextlib
import sys
from pathlib import Path

import wganlib  # noqa: F401 - before Keras, as in the notebooks: it chooses how TensorFlow is loaded

# isort: split

import keras
import matplotlib
import numpy as np
import pytest

from wganlib.networks.dcgan import make_dcgan_discriminator, make_dcgan_generator
from wganlib.training.trainers import GAN, WGAN, WGANGP

# No windows on a desktop; not through the environment, which a notebook's kernel would inherit.
matplotlib.use("agg")

KINDS = {"gan": GAN, "wgan": WGAN, "wgangp": WGANGP}


@contextlib.contextmanager
def as_if_first():
    """The random state of a new process, and matplotlib's style given back afterwards."""
    keras.utils.set_random_seed(0)
    with matplotlib.rc_context():
        yield


@pytest.fixture(autouse=True, scope="module")
def the_same_draws_in_any_order():
    """What a file's shared fixtures draw, and in which style, does not depend on the files before it."""
    with as_if_first():
        yield


@pytest.fixture(autouse=True)
def the_same_draws_on_its_own():
    """Nor does what a test draws depend on the tests before it."""
    with as_if_first():
        yield


@pytest.fixture(scope="session")
def pyproject():
    """What pyproject.toml says, as a dictionary."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    return tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def make_trainer():
    """make_trainer("wgangp", n_critic=2, …) → an uncompiled trainer whose weights are always the same."""

    def make(kind="wgangp", *, norm="batch", critic_norm=None, dropout=0.0, channels=1, weights=1, **options):
        keras.utils.set_random_seed(weights)
        size = (8, 8, channels)
        small = {"n_blocks": 1, "kernel_size": 4, "stem": False}
        generator = make_dcgan_generator(3, size, 4, norm=norm, **small)
        critic = make_dcgan_discriminator(size, 4, norm=critic_norm, dropout=dropout, **small)
        return KINDS[kind](generator, critic, **options)

    return make


@pytest.fixture(scope="session")
def adam():
    """adam() → an optimiser whose steps are large enough to show in three of them.

    β₁ = 0.5 and a large ε keep Adam from dividing rounding errors by their own size: without them two runs that agree
    to the last bits of a gradient need not agree in its sign.
    """
    return lambda rate=1e-2: keras.optimizers.Adam(rate, beta_1=0.5, beta_2=0.9, epsilon=1e-3)


@pytest.fixture(scope="session")
def images():
    """40 images 8×8×1 in [−1, 1], each one unlike the others."""
    return np.tanh(np.random.default_rng(0).normal(size=(40, 8, 8, 1))).astype("float32")


@pytest.fixture
def full_disk():
    """with full_disk(): no file of this process can grow past so many bytes; the kernel refuses the write."""
    resource = pytest.importorskip("resource")

    @contextlib.contextmanager
    def limit(size=2000):
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    return limit
