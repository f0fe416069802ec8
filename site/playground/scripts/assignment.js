// The exact Wasserstein-1 distance of two equally large sets of points in the plane: the cheapest way to give each
// point of one set a partner in the other, found by the Hungarian method with shortest augmenting paths, O(n³).
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

// One function that needs nothing around it: its text is also the worker's (exact.js).
Playground.exactDistance = function exactDistance(real, fake) {
  const n = real.length / 2;
  const costs = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      const x = real[2 * i] - fake[2 * j], y = real[2 * i + 1] - fake[2 * j + 1];
      costs[i * n + j] = Math.sqrt(x * x + y * y);
    }
  }
  if (!costs.every(Number.isFinite)) return NaN;
  // Prices of rows and columns keep every reduced cost ≥ 0, and at 0 on the pairs chosen. Row and column 0 are nobody.
  const rowPrice = new Float64Array(n + 1), columnPrice = new Float64Array(n + 1);
  const rowOf = new Int32Array(n + 1), cameFrom = new Int32Array(n + 1);
  for (let row = 1; row <= n; row++) {
    const shortest = new Float64Array(n + 1).fill(Infinity), reached = new Uint8Array(n + 1);
    let column = 0;
    rowOf[0] = row;
    do {
      reached[column] = 1;
      const from = rowOf[column], base = (from - 1) * n - 1;
      let step = Infinity, next = 0;
      for (let j = 1; j <= n; j++) {
        if (reached[j]) continue;
        const reduced = costs[base + j] - rowPrice[from] - columnPrice[j];
        if (reduced < shortest[j]) {
          shortest[j] = reduced;
          cameFrom[j] = column;
        }
        if (shortest[j] < step) {
          step = shortest[j];
          next = j;
        }
      }
      for (let j = 0; j <= n; j++) {
        if (reached[j]) {
          rowPrice[rowOf[j]] += step;
          columnPrice[j] -= step;
        } else shortest[j] -= step;
      }
      column = next;
    } while (rowOf[column] !== 0);
    for (; column !== 0; column = cameFrom[column]) rowOf[column] = rowOf[cameFrom[column]];
  }
  let total = 0;
  for (let j = 1; j <= n; j++) total += costs[(rowOf[j] - 1) * n + j - 1];
  return total / n;
};
