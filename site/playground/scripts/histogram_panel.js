// How many of a set of numbers lie where, with the places that matter marked by lines.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.histogramPanel = (() => {
  const { colours, prepare, axes, segment, inside } = Playground.canvas;
  const BARS = 30;

  // lines: [{ at, name }]; what lies outside `range` is counted in the first or last bar.
  function draw(canvas, { values, range: [low, high], xLabel, yLabel, lines }) {
    const drawing = prepare(canvas), { context } = drawing, tint = colours();
    const counts = new Array(BARS).fill(0);
    for (const value of values) {
      const bar = Math.floor(((value - low) / (high - low)) * BARS);
      counts[Math.max(0, Math.min(BARS - 1, bar))]++;
    }
    const shares = counts.map(count => (100 * count) / values.length);
    const tallest = Math.max(10, ...shares);
    const { x, y, box } = axes(drawing, { xLabel, yLabel, x: [low, high], y: [0, 1.12 * tallest] });
    const wide = (high - low) / BARS;
    context.fillStyle = tint.bar;
    shares.forEach((share, k) => {
      const left = x(low + k * wide), right = x(low + (k + 1) * wide);
      context.fillRect(left + 0.5, y(share), right - left - 1, y(0) - y(share));
    });
    inside(context, box, () => {
      for (const { at, name } of lines) {
        context.strokeStyle = context.fillStyle = tint.ink;
        context.lineWidth = 1.5;
        context.setLineDash([5, 3]);
        segment(context, x(at), box.top, x(at), box.bottom);
        context.setLineDash([]);
        const nearRight = x(at) > box.right - 60;
        context.textAlign = nearRight ? "right" : "left";
        context.textBaseline = "top";
        context.fillText(name, x(at) + (nearRight ? -5 : 5), box.top + 3);
      }
    });
  }

  // A range that holds the values and the given numbers, rounded so that it does not tremble: 0 … 2, 0 … 3, 0 … 5, …
  function rounded(values, atLeast) {
    const largest = values.reduce((most, value) => Math.max(most, Math.abs(value)), atLeast);
    const power = 10 ** Math.floor(Math.log10(largest));
    return [1, 2, 3, 5, 10].map(times => times * power).find(limit => limit >= largest * 0.9999);
  }

  return { draw, rounded };
})();
