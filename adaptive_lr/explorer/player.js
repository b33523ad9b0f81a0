// Walks through the updates of a run: play, pause, one step, or a slider over them.

const LONGEST = 8000, SHORTEST = 60; // milliseconds that a whole run takes at most, an update at least
const CALM = 1000; // milliseconds between the few leaps of a reader who asked for less motion

/** Buttons and a slider in `root`; go(update) is told where to stand, null for the end. show(at, steps) follows. */
function makePlayer(root, go) {
  const bar = element("div", root, { class: "player" });
  const play = element("button", bar, { type: "button" }, "Play");
  const step = element("button", bar, { type: "button", "aria-label": "Step: one update on" }, "Step");
  const range = element("input", bar, { type: "range", min: 0, step: 1, "aria-label": "update shown" });
  const shown = element("span", bar, { class: "at" });
  let at = 0, last = 0, cancel = null; // what ends a run that plays

  const stop = () => {
    cancel?.();
    cancel = null;
    play.textContent = "Play";
  };
  function later(tick, calm) {
    const running = calm ? setTimeout(tick, CALM) : requestAnimationFrame(tick);
    cancel = () => (calm ? clearTimeout : cancelAnimationFrame)(running);
  }
  const stand = (update) => go(update >= last ? null : update);

  function start() {
    const from = at >= last ? 0 : at, calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const pace = Math.min(SHORTEST, LONGEST / last), leap = Math.max(1, Math.ceil(last / 8)), begun = performance.now();
    play.textContent = "Pause";
    stand(from);
    const tick = () => {
      const next = calm ? at + leap : Math.max(at, from + Math.floor((performance.now() - begun) / pace));
      if (next !== at) stand(next);
      if (next >= last) stop();
      else later(tick, calm);
    };
    later(tick, calm);
  }

  play.addEventListener("click", () => (cancel ? stop() : start()));
  step.addEventListener("click", () => { stop(); stand(at >= last ? 1 : at + 1); });
  range.addEventListener("input", () => { stop(); stand(Number(range.value)); });
  range.addEventListener("keydown", (event) => event.stopPropagation());

  function show(update, steps) {
    at = update;
    last = steps;
    range.max = steps;
    range.value = update;
    set(range, { "aria-valuetext": `${update} of ${count(steps)}` });
    shown.textContent = `${update} of ${steps}`;
  }
  return { show, stop };
}
