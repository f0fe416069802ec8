// Lines over the steps of a training, each with marks of its own shape.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.linesPanel = (() => {
  const { colours, prepare, axes, segment, inside, mark } = Playground.canvas;
  const MARKS = 9; // on each line, besides the last

  // The range that holds nearly all values and all of the last ones, so that a wild start does not flatten the rest.
  function span(values) {
    const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
    if (!sorted.length) return [0, 1];
    const recent = values.slice(-Math.ceil(values.length / 10)).filter(Number.isFinite);
    const edge = Math.floor(0.02 * sorted.length);
    const low = Math.min(sorted[edge], ...recent), high = Math.max(sorted[sorted.length - 1 - edge], ...recent);
    const margin = 0.08 * (high - low) || 0.5;
    return [low - margin, high + margin];
  }

  // series: [{ values, colour, shape, name }], one value for each of `steps`; level: { value, name }, dotted.
  function draw(canvas, { steps, series, yLabel, level, withZero }) {
    const drawing = prepare(canvas), { context } = drawing, tint = colours();
    let [low, high] = span([...series.flatMap(line => line.values), ...(level ? [level.value] : [])]);
    if (withZero) [low, high] = [Math.min(0, low), Math.max(0, high)];
    const last = Math.max(steps.at(-1) ?? 0, 20);
    const { x, y, box } = axes(drawing, { xLabel: "steps", yLabel, x: [0, last], y: [low, high] });
    inside(context, box, () => {
      if (level) {
        context.strokeStyle = tint.quiet;
        context.lineWidth = 1.5;
        context.setLineDash([2, 4]);
        segment(context, box.left, y(level.value), box.right, y(level.value));
        context.setLineDash([]);
      }
      for (const { values, colour } of series) {
        context.strokeStyle = tint[colour];
        context.lineWidth = 2;
        context.beginPath();
        values.forEach((value, k) => context.lineTo(x(steps[k]), y(value)));
        context.stroke();
      }
    });
    series.forEach(({ values, colour, shape }, line) => {
      context.fillStyle = tint[colour];
      const every = Math.max(1, Math.floor(values.length / MARKS)), first = Math.floor((line * every) / series.length);
      values.forEach((value, k) => {
        const shown = k === values.length - 1 || k % every === first;
        if (shown && value >= low && value <= high) mark(context, shape, x(steps[k]), y(value), 4);
      });
    });
  }

  return { draw };
})();
