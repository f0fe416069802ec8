// An explorer without a kernel: each setting of its controls has a picture that was drawn beforehand.
(function () {
  "use strict";

  function start(explorer) {
    const picture = explorer.querySelector("img");
    const controls = Array.from(explorer.querySelectorAll("[data-count]"));
    const count = controls.reduce((product, control) => product * Number(control.dataset.count), 1);
    const address = (number) => explorer.dataset.folder + String(number).padStart(3, "0") + ".webp";

    // The last control runs fastest, as the pictures are numbered.
    function show() {
      const number = controls.reduce((sum, control) => sum * Number(control.dataset.count) + Number(control.value), 0);
      picture.src = address(number);
      controls.filter((control) => control.dataset.labels).forEach(tell);
    }

    // What is not a slider says what it holds by itself.
    function tell(slider) {
      const label = JSON.parse(slider.dataset.labels)[Number(slider.value)];
      slider.setAttribute("aria-valuetext", label);
      slider.parentElement.querySelector("output").textContent = label;
    }

    // All pictures are fetched once somebody reaches for a control, so that none is waited for under the hand.
    function fetchAll() {
      explorer.pictures = Array.from({ length: count }, (_, number) => Object.assign(new Image(), { src: address(number) }));
    }

    for (const control of controls) control.addEventListener("input", show);
    for (const reach of ["pointerenter", "focusin", "touchstart"]) {
      explorer.addEventListener(reach, () => explorer.pictures || fetchAll(), { passive: true });
    }
    show(); // a browser that goes back restores the sliders, not the picture
  }

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll(".explorer").forEach(start));
})();
