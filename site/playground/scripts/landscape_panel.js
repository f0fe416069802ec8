// The critic as a landscape: level lines of its values over a map of its slopes.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.landscapePanel = (() => {
  const { colours, prepare, axes, segment, inside } = Playground.canvas;
  const STEEPEST = 2, LINES = 12;
  const STRONGEST = 0.6; // share of the slope's colour where it is steepest; the lines have to stand out from it
  const range = [-Playground.EXTENT, Playground.EXTENT];

  const rgb = hex => [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
  function shade(slope) {
    const { card, slope: dark } = colours(), share = STRONGEST * Math.min(slope / STEEPEST, 1);
    return rgb(card).map((from, k) => Math.round(from + share * (rgb(dark)[k] - from)));
  }

  // One pixel for each point of the grid, stretched smoothly over the box; the outer ones reach half over its edge.
  function shadeMap(context, { side, slopes }, box) {
    const small = document.createElement("canvas");
    small.width = small.height = side;
    const brush = small.getContext("2d"), image = brush.createImageData(side, side);
    const levels = Array.from({ length: 65 }, (_, k) => shade((k / 64) * STEEPEST));
    slopes.forEach((slope, i) => {
      const level = levels[Math.min(64, Math.round((slope / STEEPEST) * 64))] ?? levels[64];
      image.data.set([...level, 255], 4 * i);
    });
    brush.putImageData(image, 0, 0);
    const over = (box.right - box.left) / (side - 1) / 2, width = box.right - box.left + 2 * over;
    context.imageSmoothingQuality = "high";
    context.drawImage(small, box.left - over, box.top - over, width, width);
  }

  // A round distance between level lines, about LINES of them from lowest to highest.
  function spacing(low, high) {
    if (!(high > low)) return 0;
    const rough = (high - low) / LINES, power = 10 ** Math.floor(Math.log10(rough));
    return [1, 2, 5, 10].map(times => times * power).find(step => step >= rough);
  }

  // Marching squares: in each cell of the grid, where the level crosses its four sides.
  function levelLine(context, { side, values }, level, place) {
    for (let row = 0; row < side - 1; row++) {
      for (let column = 0; column < side - 1; column++) {
        const at = row * side + column;
        const around = [
          [0, 0, values[at]], [0, 1, values[at + 1]], [1, 1, values[at + side + 1]], [1, 0, values[at + side]],
        ];
        const crossings = [];
        around.forEach(([r0, c0, from], k) => {
          const [r1, c1, to] = around[(k + 1) % 4];
          if (from < level === to < level) return;
          const share = (level - from) / (to - from);
          crossings.push(place(row + r0 + share * (r1 - r0), column + c0 + share * (c1 - c0)));
        });
        for (let k = 0; k + 1 < crossings.length; k += 2) {
          context.moveTo(...crossings[k]);
          context.lineTo(...crossings[k + 1]);
        }
      }
    }
  }

  // Returns the distance between lines and the range of values, for the panel's words.
  function draw(canvas, map) {
    const drawing = prepare(canvas), { context } = drawing, tint = colours(), { side, values } = map;
    const low = values.reduce((a, b) => Math.min(a, b)), high = values.reduce((a, b) => Math.max(a, b));
    const step = spacing(low, high);
    const { box } = axes(drawing, { xLabel: "x", yLabel: "y", x: range, y: range, square: true });
    const place = (row, column) => [
      box.left + (column / (side - 1)) * (box.right - box.left), box.top + (row / (side - 1)) * (box.bottom - box.top),
    ];
    inside(context, box, () => {
      shadeMap(context, map, box);
      context.strokeStyle = tint.ink;
      context.lineWidth = 1;
      context.beginPath();
      if (step) for (let k = Math.ceil(low / step); k * step < high; k++) levelLine(context, map, k * step, place);
      context.stroke();
    });
    if (step) {
      sign(context, "+", place(...where(values.indexOf(high), side)), box);
      sign(context, "−", place(...where(values.indexOf(low), side)), box);
    }
    key(context, box);
    return { step, low, high };
  }

  const where = (index, side) => [Math.floor(index / side), index % side];

  function sign(context, text, [x, y], { left, top, right, bottom }) {
    const { ink, card } = colours(), within = (low, value, high) => Math.max(low, Math.min(high, value));
    const at = [within(left + 12, x, right - 12), within(top + 12, y, bottom - 12)];
    context.fillStyle = ink;
    context.beginPath();
    context.arc(...at, 9, 0, 2 * Math.PI);
    context.fill();
    context.fillStyle = card;
    context.font = "bold 15px system-ui, sans-serif";
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.fillText(text, at[0], at[1] + 1);
    context.font = "12px system-ui, sans-serif";
  }

  // The shades and the slopes they stand for, under the map at its right.
  function key(context, { right, bottom }) {
    const { ink, line } = colours(), wide = 70, left = right - wide - 16, top = bottom + 24;
    for (let k = 0; k < wide; k++) {
      context.fillStyle = `rgb(${shade((k / wide) * STEEPEST)})`;
      context.fillRect(left + k, top, 1, 10);
    }
    context.strokeStyle = line;
    context.strokeRect(left + 0.5, top + 0.5, wide - 1, 9);
    segment(context, left + wide / 2, top, left + wide / 2, top + 10);
    context.fillStyle = ink;
    context.textBaseline = "middle";
    context.textAlign = "right";
    context.fillText("0", left - 5, top + 5.5);
    context.textAlign = "left";
    context.fillText("2+", left + wide + 4, top + 5.5);
  }

  return { draw, STRONGEST };
})();
