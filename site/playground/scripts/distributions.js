// What the generator is to imitate: sets of points in the plane, all within about ±1.6.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.distributions = (() => {
  const SPREAD = 0.07; // standard deviation of a mode, of the ring's line, of a drawn stroke
  const RADIUS = Math.SQRT2; // the circle of wganlib's eight_gaussians
  const CENTRES = Array.from({ length: 8 }, (_, k) => [
    RADIUS * Math.cos((k * Math.PI) / 4), RADIUS * Math.sin((k * Math.PI) / 4),
  ]);

  const shapes = {
    eight: random => CENTRES[random.below(8)],
    ring: random => {
      const angle = 2 * Math.PI * random.uniform();
      return [RADIUS * Math.cos(angle), RADIUS * Math.sin(angle)];
    },
    // Marsland's roll seen from its end, as wganlib's swiss_roll.
    spiral: random => {
      const t = (1.5 + 3 * random.uniform()) * Math.PI;
      return [(t * Math.cos(t)) / 9, (t * Math.sin(t)) / 9];
    },
  };

  // sampler("ring") or sampler("drawn", marks), marks being [x, y] pairs → (n, random) → n points, Float64Array(2 n).
  function sampler(name, marks = []) {
    const usable = marks.length ? marks : [[0, 0]];
    const place = shapes[name] ?? (random => usable[random.below(usable.length)]);
    return (n, random) => {
      const points = new Float64Array(2 * n);
      for (let i = 0; i < n; i++) {
        const [x, y] = place(random);
        points[2 * i] = x + SPREAD * random.normal();
        points[2 * i + 1] = y + SPREAD * random.normal();
      }
      return points;
    };
  }

  // A mode is reached when a point lies within three standard deviations of its centre (as in wganlib's count_modes).
  function modesReached(points) {
    return CENTRES.filter(([x, y]) => {
      for (let i = 0; i < points.length; i += 2) {
        if (Math.hypot(points[i] - x, points[i + 1] - y) <= 3 * SPREAD) return true;
      }
      return false;
    }).length;
  }

  return { sampler, modesReached, CENTRES };
})();
