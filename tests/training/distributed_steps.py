"""Run by test_distribution.py: four training steps on one device, on two logical devices, or as one of two workers.

    python tests/training/distributed_steps.py devices FILE      every kind of trainer, on one device and on two
    python tests/training/distributed_steps.py worker FILE       WGANGP; TF_CONFIG says which of the workers this is

Writes the weights to FILE, as NAME/NUMBER; of the workers the first one writes.
"""

import json
import os
import sys

import keras
import numpy as np
import tensorflow as tf

BATCH, STEPS, EPOCHS = 8, 2, 2


def train(kind, strategy):
    """{number: weights} after two epochs under a strategy, always with the same networks, seed and images."""
    import wganlib as wl

    keras.utils.set_random_seed(0)
    images = np.tanh(np.random.default_rng(0).normal(size=(96, 8, 8, 1))).astype(np.float32)
    small = {"n_blocks": 1, "kernel_size": 4, "stem": False}
    with strategy.scope():
        # No BatchNormalization: its statistics are those of a replica's part of the batch.
        generator = wl.make_dcgan_generator(3, (8, 8, 1), 4, norm="layer", **small)
        critic = wl.make_dcgan_discriminator((8, 8, 1), 4, norm=None, dropout=0, **small)
        build, options = {
            "GAN": (wl.GAN, {}),
            "WGAN": (wl.WGAN, {"n_critic": 3, "ema_decay": 0.9}),
            "WGANGP": (wl.WGANGP, {"n_critic": 2, "ema_decay": 0.9, "augment": ["translation", "cutout", "colour"]}),
            "Conditional": (wl.training.ConditionalWGANGP, {"n_critic": 2}),
        }[kind]
        if kind == "Conditional":
            generator = wl.networks.make_class_generator(
                wl.make_dcgan_generator(6, (8, 8, 1), 4, norm="layer", **small), 3
            )
            critic = wl.networks.make_projection_critic(critic, 3)
        trainer = build(generator, critic, **options)
        # A large ε: see conftest.py.
        adam = [keras.optimizers.Adam(1e-2, beta_1=0.5, beta_2=0.9, epsilon=1e-3) for _ in range(2)]
        trainer.compile(*adam, jit_compile=False)
    labels = np.arange(96) % 3 if kind == "Conditional" else None
    data = wl.batches(images, trainer, BATCH, labels=labels, steps_per_epoch=STEPS)
    history = trainer.fit(data, epochs=EPOCHS, verbose=0).history
    variables = [*generator.weights, *critic.weights, *trainer.averaged_generator.weights]
    results = {f"{number:03d}": variable.numpy() for number, variable in enumerate(variables)}
    curves = np.array([history[name] for name in sorted(history)])
    return results | {"curves": curves, "step": trainer.step.numpy(), "replicas": strategy.num_replicas_in_sync}


def main(how, file):
    if how == "worker":
        found = {"workers/WGANGP": train("WGANGP", tf.distribute.MultiWorkerMirroredStrategy())}
        if json.loads(os.environ["TF_CONFIG"])["task"]["index"] != 0:
            return
    else:
        cpu = tf.config.list_physical_devices("CPU")[0]
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
        one, two = tf.distribute.get_strategy(), tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
        kinds = ("GAN", "WGAN", "WGANGP", "Conditional")
        found = {f"{name}/{kind}": train(kind, how) for name, how in (("one", one), ("two", two)) for kind in kinds}
    np.savez(file, **{f"{run}/{name}": array for run, results in found.items() for name, array in results.items()})


if __name__ == "__main__":
    main(*sys.argv[1:])
