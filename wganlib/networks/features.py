"""The features of a critic that feature matching compares (Salimans et al. 2016, arXiv 1606.03498, §3.1)."""

import keras
from keras import layers

from wganlib._arguments import check_network, show

WITH_WEIGHTS = (layers.Dense, layers.Conv1D, layers.Conv2D, layers.Conv3D)


def critic_with_features(critic, layer=None):
    """The critic with a second output: a model (batch, …) → [features (batch, …), values (batch, 1)] on its weights.

    Args:
        critic: a Sequential or functional model (batch, …) → (batch, 1).
        layer: the name of the layer whose output are the features; None takes what goes into the last Dense layer or
            convolution, also where spectral normalisation wraps it or where it is the last of a critic in the critic.

    Raises:
        ValueError: a critic that is not Sequential or functional, or has no such layer.
    """
    if not getattr(critic, "outputs", None):
        raise ValueError(
            "`critic` must be a Sequential or functional model, so that the output of a layer can be read. Received: "
            f"{type(critic).__name__}. Build it with keras.Sequential or keras.Model(inputs, outputs)."
        )
    check_network("critic", critic)
    if layer is not None:
        known = [part.name for part in critic.layers]
        if not isinstance(layer, str) or layer not in known:
            raise ValueError(f"The critic has no layer {show(layer)}. Its layers are {', '.join(known)}.")
        return keras.Model(critic.inputs[0], [critic.get_layer(layer).output, critic.outputs[0]])
    tensor = critic.outputs[0]
    while True:
        operation, index, _ = tensor._keras_history
        sources = operation._inbound_nodes[index].input_tensors
        wrapped = operation.layer if isinstance(operation, layers.Wrapper) else operation
        if isinstance(wrapped, WITH_WEIGHTS):
            return keras.Model(critic.inputs[0], [sources[0], critic.outputs[0]])
        if isinstance(operation, keras.Model) and tensor is critic.outputs[0]:
            return keras.Model(critic.inputs[0], critic_with_features(operation)(sources[0]))
        if len(sources) != 1:
            raise ValueError(
                "The critic's output does not come from a last Dense layer or convolution. Name the layer whose output "
                "is to be matched: feature_layer=…."
            )
        tensor = sources[0]
