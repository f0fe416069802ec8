"""What bounds a critic's values: the activation that it ends in."""

import keras

BOUNDED = ("sigmoid", "hard_sigmoid", "softmax", "tanh", "hard_tanh", "softsign")


def bounding_activation(network):
    """The bounded activation (its name) that a Keras network, or the network at its end, ends in; None without one."""
    if not getattr(network, "outputs", None):
        return None
    last = network.outputs[0]._keras_history.operation
    if isinstance(last, keras.Model):
        return bounding_activation(last)
    activation = getattr(last, "activation", None)
    name = "softmax" if isinstance(last, keras.layers.Softmax) else getattr(activation, "__name__", None)
    return name if name in BOUNDED else None
