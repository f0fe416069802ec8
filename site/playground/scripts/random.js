// Random numbers that a seed repeats, so that a link shows everyone the same training.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.makeRandom = seed => {
  let state = seed >>> 0;

  // Mulberry32: 32 bits of state, good enough for points and weights.
  function uniform() {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  // Box and Muller.
  function normal() {
    return Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  }

  return { uniform, normal, below: count => Math.floor(uniform() * count) };
};
