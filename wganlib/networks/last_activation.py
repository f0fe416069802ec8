"""What bounds a critic's values: the activation that it ends in."""

import keras

BOUNDED = ("sigmoid", "hard_sigmoid", "softmax", "tanh", "hard_tanh", "softsign")


def bounding_activation(network):
    """The name of the bounded activation that a Keras network ends in, or None; of networks in networks, the last one's."""
    if not getattr(network, "outputs", None):
        return None
    last = network.outputs[0]._keras_history.operation
    if isinstance(last, keras.Model):
        return bounding_activation(last)
    activation = getattr(last, "activation", None)
    name = "softmax" if isinstance(last, keras.layers.Softmax) else getattr(activation, "__name__", None)
    return name if name in BOUNDED else None
