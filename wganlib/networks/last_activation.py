"""What bounds a critic's values: the activation that it ends in."""

import keras

BOUNDED = ("sigmoid", "hardsigmoid", "softmax", "tanh", "hardtanh", "softsign")


def bounding_activation(network):
    """The bounded activation (its name) that a Keras network, or the network at its end, ends in; None without one."""
    tensor = network.outputs[0] if getattr(network, "outputs", None) else None
    while tensor is not None:
        operation, index, _ = tensor._keras_history
        if isinstance(operation, keras.Model):
            return bounding_activation(operation)
        activation = getattr(operation, "activation", None)
        # Of a layer's argument, or of a layer or operation that is one.
        name = getattr(activation, "__name__", type(operation).__name__).lower().replace("_", "")
        if name in BOUNDED:
            return name
        tensor = operation._inbound_nodes[index].input_tensors[0] if keeps_values(operation) else None
    return None


def keeps_values(layer):
    """Whether a layer hands on what it gets, as a cast or in another shape."""
    # Mixed precision ends in Activation("linear", dtype="float32"), a convolution in a Reshape.
    is_cast = isinstance(layer, keras.layers.Activation) and layer.activation is keras.activations.linear
    return is_cast or isinstance(layer, (keras.layers.Flatten, keras.layers.Reshape))
