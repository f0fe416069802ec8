// The exact distance, worked out beside the page: a worker made from text, since a page opened as a file may load none.
"use strict";
globalThis.Playground = globalThis.Playground ?? {};

// found({ …snapshot, exact }) is called for snapshots { real, fake, … }; while one is at work only the newest waits.
Playground.makeExact = found => {
  const source = `const solve = ${Playground.exactDistance};
    onmessage = ({ data }) => postMessage(solve(data.real, data.fake));`;
  const worker = new Worker(URL.createObjectURL(new Blob([source], { type: "text/javascript" })));
  let atWork = null, waiting = null;

  function send(snapshot) {
    atWork = snapshot;
    worker.postMessage({ real: snapshot.real, fake: snapshot.fake });
  }

  worker.onmessage = ({ data }) => {
    const done = atWork;
    atWork = null;
    if (waiting) send(waiting);
    waiting = null;
    found({ ...done, exact: data });
  };

  return {
    ask: snapshot => (atWork ? (waiting = snapshot) : send(snapshot)),
    isFree: () => !atWork,
  };
};
