// Light or dark, as the system has it or as the reader chooses; the course's pages keep the choice under the same name.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

Playground.theme = (() => {
  const MODES = ["auto", "light", "dark"];
  let mode = "auto";

  // Storage can be shut for pages opened as files.
  function remembered() {
    try {
      const found = localStorage.getItem("mode");
      return MODES.includes(found) ? found : "auto";
    } catch {
      return "auto";
    }
  }

  function remember() {
    try {
      localStorage.setItem("mode", mode);
    } catch {} // for this visit only
  }

  function start(button, changed) {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const show = () => {
      const dark = mode === "dark" || (mode === "auto" && system.matches);
      document.documentElement.dataset.theme = dark ? "dark" : "light";
      button.textContent = `Theme: ${mode}`;
      changed();
    };
    mode = remembered();
    button.addEventListener("click", () => {
      mode = MODES[(MODES.indexOf(mode) + 1) % MODES.length];
      remember();
      show();
    });
    system.addEventListener("change", show);
    show();
  }

  return { start };
})();
