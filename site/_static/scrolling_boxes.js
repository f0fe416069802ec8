// A box that is wider than its page scrolls, and must be reached without a mouse, too.
(function () {
  "use strict";

  const BOXES = ".cell_output pre, .cell_output table, .highlight pre, .pst-scrollable-table-container, mjx-container";

  function reach() {
    for (const box of document.querySelectorAll(BOXES)) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
    }
  }

  window.addEventListener("load", reach);
  window.addEventListener("resize", reach);
})();
