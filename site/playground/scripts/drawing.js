// A drawn distribution: marks on a grid of 64 × 64 cells over [−2, 2]², which a link can carry in two letters each.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.drawing = (() => {
  const SIDE = 64, REACH = 2, MOST = 400;
  const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

  const cell = coordinate => Math.floor(((coordinate + REACH) / (2 * REACH)) * SIDE);
  const centre = index => ((index + 0.5) / SIDE) * 2 * REACH - REACH;

  // The text with one mark more; as it was where the mark is there already, outside, or one too many.
  function add(text, x, y) {
    const column = cell(x), row = cell(y);
    const outside = [column, row].some(index => index < 0 || index >= SIDE);
    if (outside || isFull(text)) return text;
    const mark = LETTERS[column] + LETTERS[row];
    return pairs(text).includes(mark) ? text : text + mark;
  }

  // All marks between two places, so that a fast stroke has no gaps.
  function stroke(text, [x0, y0], [x1, y1]) {
    const count = Math.max(1, Math.ceil(Math.hypot(x1 - x0, y1 - y0) / (REACH / SIDE)));
    for (let k = 0; k <= count; k++) text = add(text, x0 + ((x1 - x0) * k) / count, y0 + ((y1 - y0) * k) / count);
    return text;
  }

  const isFull = text => text.length >= 2 * MOST;
  const pairs = text => text.match(/../g) ?? [];
  const marks = text => pairs(text).map(pair => [...pair].map(letter => centre(LETTERS.indexOf(letter))));

  return { add, stroke, marks, isFull, MOST };
})();
