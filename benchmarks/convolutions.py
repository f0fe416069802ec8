"""How many convolutions a traced step makes, and how few it could make."""

from collections import Counter

import keras

KINDS = ("Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter")


def count_convolutions(traced, run=True):
    """{kind: how many} in a traced function and the functions that it calls.

    Args:
        traced: a concrete function, e.g. `tf.function(step).get_concrete_function(images)`.
        run: whether to leave out what a graph never runs, because nothing that leaves the function or changes a
            variable depends on it. With run=False everything counts that was traced, which is what the same Python
            makes when it runs eagerly.
    """
    found = Counter(dict.fromkeys(KINDS, 0))
    _count(traced.graph, run, found)
    return dict(found)


def _count(graph, run, found):
    operations = _reached(graph) if run else graph.get_operations()
    for operation in operations:
        if operation.type in KINDS:
            found[operation.type] += 1
        for name in operation.node_def.attr.values():
            if name.HasField("func"):
                _count(graph._get_function(name.func.name).graph, run, found)


def _reached(graph):
    """The operations on which an output, a variable or any other side effect depends."""
    waiting = [tensor.op for tensor in graph.outputs] + list(graph.control_outputs)
    waiting += [op for op in graph.get_operations() if op._is_stateful and op.type != "Placeholder"]
    reached = {}
    while waiting:
        operation = waiting.pop()
        if operation.name not in reached:
            reached[operation.name] = operation
            waiting += [tensor.op for tensor in operation.inputs] + list(operation.control_inputs)
    return reached.values()


def fewest_convolutions(generator, critic, n_critic):
    """{kind: how many} that one step of WGAN-GP needs, for DCGAN's networks: a Dense layer and d transposed
    convolutions; c convolutions, the last of which makes the value (where Dense layers do, what is written below as
    c − 1 (*) is c).

    TensorFlow writes a transposed convolution as Conv2DBackpropInput, whose own derivatives are Conv2D (by its input)
    and Conv2DBackpropFilter (by its kernel).

    A critic update:
        generator, forward                              d BackpropInput
        critic on real and generated samples, as one    c Conv2D
        back from there: to every kernel                c BackpropFilter
                         to every input but the images  c − 1 BackpropInput
        critic on the points in between: the last
            layer's value is not needed                 c − 1 (*) Conv2D
        back to these points, for the slope             c BackpropInput
        derivative of that pass: by every kernel        c BackpropFilter
            from the slope up to the last kernel        c − 1 (*) Conv2D
        (nothing goes back into the forward pass: LeakyReLU has no second derivative)
    The generator's update:
        generator forward, critic forward               d BackpropInput, c Conv2D
        back through the critic, to the images          c BackpropInput
        back through the generator: to every kernel     d BackpropFilter
                                    to every input      d Conv2D
    """
    d = sum(isinstance(layer, keras.layers.Conv2DTranspose) for layer in generator.layers)
    c = sum(isinstance(layer, keras.layers.Conv2D) for layer in critic.layers)
    upward = c if any(isinstance(layer, keras.layers.Dense) for layer in critic.layers) else c - 1
    return {
        "Conv2D": n_critic * (c + upward + upward) + c + d,
        "Conv2DBackpropInput": n_critic * (d + (c - 1) + c) + d + c,
        "Conv2DBackpropFilter": n_critic * (c + c) + d,
    }
