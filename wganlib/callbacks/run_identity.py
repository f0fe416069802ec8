"""What makes two runs the same: the settings that decide their numbers, without what only happens to be so."""

import inspect

import keras
import numpy as np
import tensorflow as tf

from wganlib.devices import describe_device

# In a layer's or optimiser's configuration: names, which differ from one run of a cell to the next; batch sizes; seeds
# of what has been drawn, or whose state is saved.
INCIDENTAL = {"name", "module", "registered_name", "build_config", "build_input_shape", "shared_object_id"}
INCIDENTAL |= {"batch_shape", "seed", "seed_generator"}


def variables_of(model):
    """{name: variable} of all that a run changes. Named by order: Keras' own names differ between processes."""
    groups = {
        "model": model.variables,
        "critic_optimizer": model.critic_optimizer.variables,
        "generator_optimizer": model.generator_optimizer.variables,
    }
    return {f"{group}/{number}": variable for group, some in groups.items() for number, variable in enumerate(some)}


class _Settings(dict):
    """Settings by name, and the defaults of those that a state from before they existed does not have."""

    def __init__(self, settings, defaults):
        super().__init__(settings)
        self.defaults = defaults


def settings_of(model, params):
    """What must be the same for a run to be the same, as JSON holds it."""
    wiring = {"generator": _wiring(model.generator), "critic": _wiring(model.critic)}
    settings = {
        "trainer": type(model).__name__,
        **{name: canonical(value) for name, value in model.settings().items()},
        "data": {name: canonical(value) for name, value in (model.data_settings or {}).items()} or None,
        "steps_per_epoch": params.get("steps"),
        "precision": model.dtype_policy.name,
        "generator": [_layer(layer) for layer in model.generator.layers],
        "critic": [_layer(layer) for layer in model.critic.layers],
        "wiring": wiring,
        "generator_optimizer": _optimizer(model.generator_optimizer),
        "critic_optimizer": _optimizer(model.critic_optimizer),
        "shapes": {name: list(variable.shape) for name, variable in variables_of(model).items()},
    }
    recorded_since = {"steps_per_epoch": settings["steps_per_epoch"], "wiring": wiring}
    return _Settings(settings, _defaults(type(model)) | recorded_since)


def computed_with(model):
    """What changes the last bits of the numbers and nothing else."""
    found = {
        "jit_compile": bool(model.jit_compile),
        "replicas": model.distribute_strategy.num_replicas_in_sync,
        "device": describe_device(),
        "tensorflow": tf.__version__,
        "keras": keras.__version__,
    }
    return _Settings(found, found)


def _layer(layer):
    return [type(layer).__name__, _Settings(canonical(_config(layer)), _defaults(type(layer)))]


def _optimizer(optimizer):
    config = _Settings(canonical(optimizer.get_config()), _defaults(type(optimizer)))
    return {"class_name": type(optimizer).__name__, "config": config}


def _wiring(network):
    """Between which of its layers a functional network's tensors go; None where a network does not tell."""
    config = canonical(_config(network))
    layers = [layer.get("inbound_nodes") for layer in config.get("layers", ())]
    return [layers, config["output_layers"]] if "output_layers" in config else None


def _config(layer):
    try:
        return layer.get_config()
    except NotImplementedError:  # Keras asks a layer that takes objects for a method of its own
        return {}


def _defaults(kind):
    """{argument: default} of a class and of those that it passes arguments on to."""
    found = {}
    for one in reversed(kind.__mro__):
        arguments = inspect.signature(one.__init__).parameters.values()
        found |= {one.name: canonical(one.default) for one in arguments if one.default is not one.empty}
    return found


def canonical(thing, positions=None):
    """A configuration as JSON holds it, without what may differ from one run of a cell to the next.

    Args:
        thing: what Keras' get_config() gives, or a part of it; applied twice it changes nothing.
        positions: {name: number} of the layers that the tensors in it may name.
    """
    positions = positions or {}
    if isinstance(thing, dict):
        if "keras_history" in thing:  # a tensor
            return canonical(thing["keras_history"], positions)
        kind, config = thing.get("class_name"), thing.get("config")
        if kind == "__lambda__":  # its code names the file of its cell
            return kind
        if str(kind).endswith("DTypePolicy") and isinstance(config, dict):
            return config.get("name")
        if isinstance(thing.get("layers"), (list, tuple)):
            positions = {layer.get("name"): number for number, layer in enumerate(thing["layers"])}
        return {
            str(key): canonical(value, positions)
            for key, value in thing.items()
            if key not in INCIDENTAL and not _is_rate(key, value)
        }
    if isinstance(thing, (list, tuple)):
        if len(thing) == 3 and isinstance(thing[0], str) and thing[0] in positions:
            return [positions[thing[0]], *thing[1:]]
        return [canonical(part, positions) for part in thing]
    if isinstance(thing, (np.ndarray, np.generic)):
        return thing.tolist()
    if thing is None or isinstance(thing, (bool, int, float, str)):
        return thing
    return getattr(thing, "__name__", type(thing).__name__)


def _is_rate(key, value):
    """A learning rate that is a number is the current one, which is a part of the state; a schedule is a setting."""
    return key == "learning_rate" and isinstance(value, float)


def first_difference(saved, now, where=""):
    """The first leaf in which two settings differ, in words, or ""."""
    if isinstance(saved, dict) and isinstance(now, dict):
        defaults = getattr(now, "defaults", {})
        pairs = [
            (f"{where}.{key}" if where else key, saved.get(key, defaults.get(key)), now.get(key))
            for key in {**saved, **now}
        ]
    elif isinstance(saved, list) and isinstance(now, list) and len(saved) == len(now):
        pairs = [(f"{where}[{index}]", *pair) for index, pair in enumerate(zip(saved, now, strict=True))]
    else:
        if isinstance(saved, list) and isinstance(now, list):
            return f"{where} has {len(saved)} entries in the saved run, {len(now)} now"
        return "" if saved == now else f"{where} is {saved!r} in the saved run, {now!r} now"
    return next(filter(None, (first_difference(before, after, name) for name, before, after in pairs)), "")
