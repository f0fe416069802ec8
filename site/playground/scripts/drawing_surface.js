// Drawing real points on the first panel, with a pointer or with the keyboard.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

// page: { isDrawing(), box(), drawing(), drawn(text, done), redraw() }; `done` at the end of a stroke.
Playground.makeDrawingSurface = (canvas, page) => {
  const { drawing, pointsPanel } = Playground;
  const STEP = 0.0625; // a cell of the drawing's grid
  const MOVES = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
  let last = null, brush = [STEP / 2, STEP / 2];

  const at = event => pointsPanel.pointAt(page.box(), event.offsetX, event.offsetY);

  function put(from, to) {
    page.drawn(drawing.stroke(page.drawing(), from, to), false);
  }

  canvas.addEventListener("pointerdown", event => {
    if (!page.isDrawing() || event.button !== 0) return;
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    put(last, last);
  });
  canvas.addEventListener("pointermove", event => {
    if (!last) return;
    const next = at(event);
    put(last, next);
    last = next;
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, () => {
      if (last) page.drawn(page.drawing(), true);
      last = null;
    });
  }
  canvas.addEventListener("keydown", event => {
    if (!page.isDrawing()) return;
    const move = MOVES[event.key];
    if (move) brush = brush.map((place, axis) => Math.max(-1.97, Math.min(1.97, place + STEP * move[axis])));
    else if (event.key === "Enter" || event.key === " ") page.drawn(drawing.add(page.drawing(), ...brush), true);
    else return;
    event.preventDefault();
    page.redraw();
  });
  for (const name of ["focus", "blur"]) canvas.addEventListener(name, page.redraw);

  return { brush: () => (page.isDrawing() && document.activeElement === canvas ? brush : null) };
};
