// A sharp canvas, the page's colours, and axes: what every panel draws with.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.canvas = (() => {
  const NAMES = ["ink", "quiet", "line", "card", "real", "fake", "exact", "estimate", "bar", "slope"];
  let known = null;

  // The colours of style.css, as they are in light or dark; read once until the theme changes.
  function colours() {
    if (!known) {
      const style = getComputedStyle(document.documentElement);
      known = Object.fromEntries(NAMES.map(name => [name, style.getPropertyValue(`--${name}`).trim()]));
    }
    return known;
  }

  // As many pixels as the screen has; drawing counts in CSS pixels.
  function prepare(canvas) {
    const ratio = globalThis.devicePixelRatio || 1, { width, height } = canvas.getBoundingClientRect();
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across || canvas.height !== down) Object.assign(canvas, { width: across, height: down });
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = "12px system-ui, sans-serif";
    context.lineJoin = "round";
    return { context, width, height };
  }

  // About so many round numbers from low to high.
  function ticks(low, high, about = 5) {
    const rough = (high - low) / about, power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 2.5, 5, 10].map(times => times * power).find(candidate => candidate >= rough * 0.999);
    const found = [];
    for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * step; k++) found.push(k * step);
    return found;
  }

  const written = value => {
    const text = Math.abs(value) >= 10000 || (value !== 0 && Math.abs(value) < 0.001)
      ? value.toExponential(0) : String(Number(value.toPrecision(6)));
    return text.replaceAll("-", "−");
  };

  // Draws labelled axes; returns { x, y }, from a value to a place, and the plot's box.
  // frame: { xLabel, yLabel, x: [low, high], y: [low, high], square }.
  function axes({ context, width, height }, frame) {
    const { ink, quiet, line } = colours();
    let box = { left: 50, top: 10, right: width - 18, bottom: height - 40 };
    const heights = ticks(...frame.y, Math.max(2, Math.floor((box.bottom - box.top) / 45)));
    const widest = Math.max(...heights.map(value => context.measureText(written(value)).width));
    box.left = Math.max(box.left, Math.ceil(widest) + 26);
    if (frame.square) {
      const side = Math.min(box.right - box.left, box.bottom - box.top);
      const left = Math.round((width - side - 38) / 2) + 38;
      box = { left, top: box.top, right: left + side, bottom: box.top + side };
    }
    const x = value => box.left + ((value - frame.x[0]) / (frame.x[1] - frame.x[0])) * (box.right - box.left);
    const y = value => box.bottom - ((value - frame.y[0]) / (frame.y[1] - frame.y[0])) * (box.bottom - box.top);
    context.lineWidth = 1;
    context.strokeStyle = line;
    context.fillStyle = quiet;
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const value of ticks(...frame.x, Math.max(2, Math.floor((box.right - box.left) / 75)))) {
      segment(context, x(value), box.top, x(value), box.bottom);
      context.fillText(written(value), x(value), box.bottom + 5);
    }
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const value of heights) {
      segment(context, box.left, y(value), box.right, y(value));
      context.fillText(written(value), box.left - 6, y(value));
    }
    context.fillStyle = ink;
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.fillText(frame.xLabel, (box.left + box.right) / 2, box.bottom + 38);
    context.save();
    context.translate(frame.square ? box.left - 34 : box.left - widest - 16, (box.top + box.bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.textBaseline = "middle";
    context.fillText(frame.yLabel, 0, 0);
    context.restore();
    return { x, y, box };
  }

  function segment(context, x0, y0, x1, y1) {
    context.beginPath();
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
    context.stroke();
  }

  // What lies outside the box is not drawn.
  function inside(context, { left, top, right, bottom }, draw) {
    context.save();
    context.beginPath();
    context.rect(left, top, right - left, bottom - top);
    context.clip();
    draw();
    context.restore();
  }

  // Marks that differ in shape, not only in colour.
  const SHAPES = {
    circle: (context, x, y, r) => context.arc(x, y, r, 0, 2 * Math.PI),
    triangle: (context, x, y, r) => corners(context, x, y, r, [[0, -1.25], [1.1, 0.75], [-1.1, 0.75]]),
    diamond: (context, x, y, r) => corners(context, x, y, r, [[0, -1.3], [1.3, 0], [0, 1.3], [-1.3, 0]]),
    square: (context, x, y, r) => context.rect(x - r, y - r, 2 * r, 2 * r),
  };

  function corners(context, x, y, r, offsets) {
    for (const [across, down] of offsets) context.lineTo(x + across * r, y + down * r);
    context.closePath();
  }

  function mark(context, shape, x, y, r) {
    context.beginPath();
    SHAPES[shape](context, x, y, r);
    context.fill();
  }

  return { colours, prepare, axes, segment, inside, mark, themeChanged: () => (known = null) };
})();
