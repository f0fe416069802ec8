"""Which pixels a unit of a convolutional network can see, by formula (Araujo, Norris & Sim 2019, Distill,
doi 10.23915/distill.00021)."""

from dataclasses import dataclass

from wganlib._arguments import check_count
from wganlib.networks.stages import as_stages


@dataclass(frozen=True)
class Field:
    """What the units of one layer see along one axis, in input pixels.

    Attributes:
        size: pixels that one unit sees.
        step: pixels between the fields of neighbouring units.
        start: first pixel that unit 0 sees; negative where its field begins in the padding.
        length: pixels of the image along this axis.
    """

    size: int
    step: int
    start: int
    length: int

    def pixels(self, unit):
        """The first and the last image pixel that this unit sees; the padding is left out."""
        first = self.start + check_count("unit", unit, 0) * self.step
        return max(first, 0), min(first + self.size, self.length) - 1


def receptive_fields(model, axis=0):
    """The receptive field after each convolution, along one axis.

    Layer l adds (kernel − 1) · step to the size, multiplies the step by its stride, and moves the start back by its
    padding before the first cell, again in steps. (A kernel smaller than its stride skips pixels inside the field.)

    Args:
        model: a chain of Conv2D layers as a Keras model, or its stages (`read_stages`, `plan_discriminator`).
        axis: 0 for rows, 1 for columns.

    Returns:
        A list of `Field`, one per convolution, the first layer first.

    Raises:
        ValueError: a layer with weights that is not a Conv2D; the message names it. Or an axis other than 0 and 1.
    """
    stages = as_stages(model)
    rule = "must be 0 for rows or 1 for columns"
    if (axis := check_count("axis", axis, 0, rule)) > 1:
        raise ValueError(f"`axis` {rule}. Received: {axis}.")
    size, step, start, fields = 1, 1, 0, []
    for number, stage in enumerate(stages, start=1):
        if stage.operation != "Conv2D":
            raise ValueError(
                f"`model` must be made of Conv2D layers. Received: {stage.operation} as layer {number}. For a "
                "generator ask the question in its mirror image, as chapter 03 does."
            )
        start -= _padding_before(stage, axis) * step
        size += (stage.kernel[axis] - 1) * step
        step *= stage.stride
        fields.append(Field(size, step, start, stages[0].input_shape[axis]))
    return fields


def _padding_before(stage, axis):
    """Zeros that TensorFlow puts before the first cell: half of what is missing, the smaller half where it is odd."""
    if stage.padding == "valid":
        return 0
    length = stage.input_shape[axis]
    outputs = -(-length // stage.stride)
    return max((outputs - 1) * stage.stride + stage.kernel[axis] - length, 0) // 2
