// Real and generated points, and the advice that each generated point gets.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.EXTENT = 2.2; // both maps show [−2.2, 2.2]²

Playground.pointsPanel = (() => {
  const { colours, prepare, axes, inside, mark } = Playground.canvas;
  const PER_SLOPE = 0.32, LONGEST = 0.8; // an arrow's length for advice of size 1, and at most
  const range = [-Playground.EXTENT, Playground.EXTENT];
  const frame = { xLabel: "x", yLabel: "y", x: range, y: range, square: true };

  function arrow(context, x0, y0, x1, y1) {
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length < 1.5) return;
    const head = Math.min(6, 0.5 * length), ux = (x1 - x0) / length, uy = (y1 - y0) / length;
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.moveTo(x1 - head * (ux + 0.5 * uy), y1 - head * (uy - 0.5 * ux));
    context.lineTo(x1, y1);
    context.lineTo(x1 - head * (ux - 0.5 * uy), y1 - head * (uy + 0.5 * ux));
  }

  // brush: where the keyboard's brush stands while one draws, or null.
  function draw(canvas, { real, fake, arrows }, brush) {
    const drawing = prepare(canvas), { context } = drawing, tint = colours();
    const { x, y, box } = axes(drawing, frame);
    inside(context, box, () => {
      context.fillStyle = tint.real;
      context.globalAlpha = 0.75;
      for (let i = 0; i < real.length; i += 2) mark(context, "circle", x(real[i]), y(real[i + 1]), 2.8);
      context.globalAlpha = 0.8;
      context.strokeStyle = tint.ink;
      context.lineWidth = 1;
      context.beginPath();
      for (let i = 0; i < fake.length; i += 2) {
        const size = Math.hypot(arrows[i], arrows[i + 1]) || 1;
        const scale = Math.min(PER_SLOPE, LONGEST / size);
        const end = [fake[i] + scale * arrows[i], fake[i + 1] + scale * arrows[i + 1]];
        arrow(context, x(fake[i]), y(fake[i + 1]), x(end[0]), y(end[1]));
      }
      context.stroke();
      context.globalAlpha = 1;
      context.fillStyle = tint.fake;
      context.strokeStyle = tint.card;
      for (let i = 0; i < fake.length; i += 2) {
        mark(context, "triangle", x(fake[i]), y(fake[i + 1]), 3.6);
        context.lineWidth = 0.7;
        context.stroke();
      }
      if (brush) {
        context.strokeStyle = tint.ink;
        context.lineWidth = 2;
        context.strokeRect(x(brush[0]) - 7, y(brush[1]) - 7, 14, 14);
      }
    });
    return box;
  }

  // From a place on the canvas (CSS pixels) to a point of the plane.
  function pointAt({ left, top, right, bottom }, across, down) {
    const { EXTENT } = Playground;
    return [
      EXTENT * ((2 * (across - left)) / (right - left) - 1), EXTENT * (1 - (2 * (down - top)) / (bottom - top)),
    ];
  }

  // Half of the arrows are longer.
  function typicalLength(arrows) {
    const length = (_, i) => Math.hypot(arrows[2 * i], arrows[2 * i + 1]);
    const lengths = Float64Array.from({ length: arrows.length / 2 }, length).sort();
    return lengths[Math.floor(lengths.length / 2)];
  }

  function outside(points) {
    let count = 0;
    for (let i = 0; i < points.length; i += 2) {
      if (Math.max(Math.abs(points[i]), Math.abs(points[i + 1])) > Playground.EXTENT) count++;
    }
    return count;
  }

  return { draw, pointAt, typicalLength, outside };
})();
