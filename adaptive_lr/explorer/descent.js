// The descent explorer: up to three rules on one problem, run, drawn and put into words. Settings come from Python (widget.py).

const SLOTS = ["rule", "second", "third"];
const SETTINGS = [...SLOTS, "problem", "start", "steps", "noise", "update", "panels", "log_time"];

function renderDescent({ model, el, page }) {
  const known = (name) => lookUp(model.get("parts"))(name), looks = model.get("looks");
  const own = Object.entries(model.get("parts")), isStream = !known(model.get("problem").name).bounds;
  const choices = {
    rules: [...own.filter(([, { state }]) => state).map(([name]) => name), ...CATALOGUE.rules],
    problems: [...own.filter(([, { state }]) => !state).map(([name]) => name), ...(isStream ? CATALOGUE.streams : CATALOGUE.planes)],
    panels: CATALOGUE.panels.filter((panel) => !isStream || panel !== "loss"), // a stream has none
  };
  const { root, now, change, initial, complaints, link, run } = makeStage({ model, el, page }, SETTINGS, kindsOf(choices), known);
  const visible = () => SLOTS.map((slot, index) => ({ slot, index, settings: model.get(slot), look: looks[index] })).filter(({ settings }) => settings);

  const plane = isStream ? null : makePlane(root, (start) => change({ start }));
  if (plane) element("p", root, { class: "hint" }, "Drag the ring, or focus it and use the arrow keys (Shift: small steps).");
  const player = makePlayer(root, (update) => change({ update }));
  const words = makeWords(root);
  const showGroups = makeGroups(root, model, known, choices, change);
  const charts = makeCharts(root);
  const switchable = model.get("controls") ? [] : choices.panels.filter((panel) => !PANELS[panel]?.special);
  const python = () => pythonOf(visible().map(({ settings }) => settings), model.get("problem"), now(), known);
  const showFoot = makeFoot(root, switchable, change, { initial, python, link });
  let laidOut = "";

  /** The names under which rules are told apart: their class, and which one where two are of the same. */
  function namesOf(shown) {
    const names = shown.map(({ settings }) => titleOf(settings.name, known));
    return names.map((each, k) => (names.indexOf(each) === k ? each : `${each} (${["", "second", "third"][k]})`));
  }

  function draw(width) {
    const settings = now(), problem = settings.problem, entry = known(problem.name), landscape = compile(entry.source);
    if (laidOut !== `${width} ${problem.name}`) {
      plane?.layOut(width, entry.bounds);
      charts.layOut(width);
    }
    laidOut = `${width} ${problem.name}`;
    const shown = visible(), names = namesOf(shown), at = Math.min(settings.update ?? settings.steps, settings.steps);
    const runs = shown.map((each, k) => ({
      ...descend(each.settings, problem, settings, known),
      part: { ...each, name: names[k], symbols: known(each.settings.name).state },
    }));
    for (const run of ownRun(model, looks[3])) runs.push(run);
    const inside = plane?.inside ?? (() => true);
    const label = `Contours of the loss of ${entry.name}, and the iterates of ${runs.map(({ part }) => part.name).join(" and ")} on it`;
    plane?.draw(landscape, problem, settings.start, runs, at, label);
    const zero = landscape.minimum && !isStream ? landscape.f(landscape.minimum(problem), problem) : 0;
    charts.draw(settings.panels, runs, settings.steps, {
      zero, lossTitle: landscape.minimum ? "loss above the minimum" : "loss", names: entry.coordinates, logTime: settings.log_time,
      at: at < settings.steps ? at : null, guides: guidesOf(model.get("guides"), settings, known) });
    say(settings, runs, at, inside, entry);
    player.show(at, settings.steps);
    showGroups();
    showFoot(settings.panels, settings.log_time);
  }

  function say({ start, steps }, runs, at, inside, { coordinates: axesNamed }) {
    const lines = [];
    if (plane) lines.push({ text: `Start (${coordinates(start).join(", ")})${inside(start) ? "" : ", outside the frame"}` });
    const stands = (run) => standing(run, at, { symbols: run.part.symbols, coordinates: axesNamed, hasLoss: !isStream });
    const told = (run) => (at < steps || !plane ? `after ${count(at)}: ${stands(run)}` : outcome(run, inside));
    for (const run of runs) lines.push({ part: run.part, text: `${run.part.name} ${run.part.said ?? told(run)}` });
    words.say([...lines, ...complaints.map((text) => ({ text }))]);
  }

  const end = run(draw, ["own_run"]);
  return () => {
    end();
    words.stop();
    player.stop();
  };
}

/** How each setting is read from an address. */
function kindsOf({ rules, problems, panels }) {
  const listed = (text) => {
    const asked = text ? text.split(",") : [];
    return asked.every((each) => panels.includes(each)) && new Set(asked).size === asked.length ? asked : undefined;
  };
  return {
    rule: rules, second: ["none", ...rules], third: ["none", ...rules], problem: problems,
    start: readPair({}), steps: readNumber(CATALOGUE.steps), noise: readNumber(CATALOGUE.noise),
    update: (text) => (text === "none" ? null : readNumber({ least: 0, whole: true })(text)),
    panels: listed,
    log_time: (text) => new Map([["true", true], ["false", false]]).get(text),
  };
}

/** What theory expects, where the parts are those it speaks of: curves by their panel. */
function guidesOf(guides, { rule, problem, steps: last }, known) {
  const found = {};
  for (const { panel, label, source, rule: ofRule, problem: ofProblem } of guides) {
    if (rule.name !== ofRule || problem.name !== ofProblem || isPart(rule.lr)) continue;
    const expected = compile(source), values = Array.from({ length: last }, (_, k) => expected(k + 1, rule, problem));
    (found[panel] ??= []).push({ values, first: 1, style: 'class="guide"', label });
  }
  return found;
}

/** The run of a step function of the reader's own, which Python ran for these settings: none, or one. */
function ownRun(model, look) {
  const told = model.get("own_run");
  if (!told || Object.keys(told.of).some((key) => !same(told.of[key], model.get(key)))) return [];
  const numbers = (values) => values.map((value) => (Array.isArray(value) ? numbers(value) : value ?? NaN));
  const [x, loss, rate] = [told.x, told.loss, told.rate].map(numbers);
  return [{ x, loss, rate, state: x.map(() => [[], []]), eta: [], part: { index: 3, look, name: told.name, symbols: [], said: told.trouble || told.said } }];
}
