"""What makes two runs the same: what decides their numbers counts; names, code and the current rate do not."""

from functools import partial

import keras
import pytest
from keras import layers

from wganlib.callbacks.run_identity import first_difference, settings_of
from wganlib.networks.mlp import make_mlp_generator
from wganlib.training.trainers import GAN


def plain(units=4):
    return keras.Sequential([keras.Input((2,)), layers.Dense(units, "relu"), layers.Dense(1)])


def nested(activation="relu"):
    inner = keras.Input((2,))
    body = keras.Model(inner, layers.Dense(4, activation)(inner))
    outer = keras.Input((2,))
    return keras.Model(outer, layers.Dense(1)(keras.Sequential([layers.Dense(4)])(body(outer))))


def with_lambda():
    return keras.Sequential([keras.Input((2,)), layers.Lambda(lambda x: 2 * x, (2,)), layers.Dense(1)])


def skipping(over):
    """Two layers of one size, of which the second or the first is skipped over."""
    inputs = keras.Input((2,))
    first = layers.Dense(2)(inputs)
    second = layers.Dense(2)(first)
    return keras.Model(inputs, layers.Dense(1)(layers.Add()([second, first if over == "second" else inputs])))


def own_layer():
    class Twice(layers.Layer):
        def __init__(self, function):
            super().__init__()
            self.function = function

        def call(self, x):
            return self.function(x)

    return keras.Sequential([keras.Input((2,)), Twice(lambda x: 2 * x), layers.Dense(1)])


def settings(critic=plain, optimizer=lambda: keras.optimizers.Adam(1e-3), **options):
    trainer = GAN(make_mlp_generator(3, (2,), (4,), output=None), critic(), **options)
    trainer.compile(optimizer(), optimizer())
    trainer.data_settings = {"images": 40, "checksum": 1}
    return settings_of(trainer, {"steps": 5})


def difference(before, now):
    return first_difference(settings(**before), settings(**now))


@pytest.mark.filterwarnings("ignore:.*lambda")
@pytest.mark.parametrize("critic", [plain, nested, with_lambda, own_layer, partial(skipping, "second")])
def test_names_and_code_do_not_count(critic):
    assert difference({"critic": critic}, {"critic": critic}) == ""


@pytest.mark.parametrize(
    "before, now, words",
    [
        ({"critic": plain}, {"critic": partial(plain, 5)}, "units is 4 in the saved run, 5 now"),
        ({"critic": nested}, {"critic": partial(nested, "tanh")}, "activation is 'relu' in the saved run, 'tanh' now"),
        ({"critic": partial(skipping, "second")}, {"critic": partial(skipping, "first")}, "wiring.critic"),
        ({"n_critic": 1}, {"n_critic": 2}, "n_critic is 1 in the saved run, 2 now"),
        ({"seed": 1}, {"seed": 2}, "seed is 1 in the saved run, 2 now"),
        ({"real_label": 1.0}, {"real_label": 0.9}, "real_label is 1.0 in the saved run, 0.9 now"),
        ({}, {"optimizer": keras.optimizers.SGD}, "'Adam' in the saved run, 'SGD' now"),
        ({}, {"optimizer": lambda: keras.optimizers.Adam(1e-3, beta_1=0.5)}, "beta_1 is 0.9 in the saved run, 0.5 now"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_changes_the_mathematics_counts(before, now, words):
    assert words in difference(before, now)


def test_the_current_rate_does_not_count_and_a_schedule_does():
    rate = {"optimizer": lambda: keras.optimizers.Adam(5e-4)}
    falls = keras.optimizers.schedules.ExponentialDecay
    schedule = {"optimizer": lambda: keras.optimizers.Adam(falls(1e-3, 10, 0.5))}
    slower = {"optimizer": lambda: keras.optimizers.Adam(falls(1e-3, 10, 0.9))}
    assert difference({}, rate) == ""
    assert "learning_rate" in difference({}, schedule)
    assert "decay_rate is 0.5 in the saved run, 0.9 now" in difference(schedule, slower)


def test_what_an_older_state_lacks_counts_as_the_default():
    older, now = settings(), settings()
    del older["real_label"]
    assert first_difference(older, now) == ""
    assert "real_label" in first_difference(older, settings(real_label=0.9))
