// The three products of matrices that a layer needs. Matrices are Float64Arrays, row after row.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.matrix = (() => {
  // out[i, j] = Σₚ a[i, p] b[p, j], where a step in i, p or j is so many numbers. Two rows and four columns at a time:
  // their eight sums stay in registers. At an edge the last row or column is computed again and stored once more.
  function product(rows, inner, columns, a, aRow, aInner, b, bInner, bColumn) {
    const out = new Float64Array(rows * columns);
    for (let i = 0; i < rows; i += 2) {
      const k = Math.min(i + 1, rows - 1);
      for (let j = 0; j < columns; j += 4) {
        const j1 = Math.min(j + 1, columns - 1), j2 = Math.min(j + 2, columns - 1), j3 = Math.min(j + 3, columns - 1);
        let s0 = 0, s1 = 0, s2 = 0, s3 = 0, t0 = 0, t1 = 0, t2 = 0, t3 = 0;
        let x = i * aRow, y = k * aRow, b0 = j * bColumn, b1 = j1 * bColumn, b2 = j2 * bColumn, b3 = j3 * bColumn;
        for (let p = 0; p < inner; p++) {
          const u = a[x], v = a[y], w0 = b[b0], w1 = b[b1], w2 = b[b2], w3 = b[b3];
          s0 += u * w0; s1 += u * w1; s2 += u * w2; s3 += u * w3;
          t0 += v * w0; t1 += v * w1; t2 += v * w2; t3 += v * w3;
          x += aInner; y += aInner; b0 += bInner; b1 += bInner; b2 += bInner; b3 += bInner;
        }
        const upper = i * columns, lower = k * columns;
        out[upper + j] = s0; out[upper + j1] = s1; out[upper + j2] = s2; out[upper + j3] = s3;
        out[lower + j] = t0; out[lower + j1] = t1; out[lower + j2] = t2; out[lower + j3] = t3;
      }
    }
    return out;
  }

  return {
    // x (n, k) · w (k, m): a layer's output.
    multiply: (x, w, n, k, m) => product(n, k, m, x, k, 1, w, m, 1),
    // g (n, m) · wᵀ, with w (k, m): what arrives at a layer's input.
    multiplyTransposed: (g, w, n, k, m) => product(n, m, k, g, m, 1, w, 1, m),
    // xᵀ · g, with x (n, k) and g (n, m): a layer's gradient, summed over the batch.
    transposedMultiply: (x, g, n, k, m) => product(k, n, m, x, 1, k, g, m, 1),
  };
})();
