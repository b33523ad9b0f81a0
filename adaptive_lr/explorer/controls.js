// Controls made of what the catalogue says of fields: sliders whose number can also be typed, pickers, switches.

const MANTISSAS = [ // of a logarithmic slider's notches: round numbers, a twentieth to a tenth apart
  ...Array.from({ length: 10 }, (_, k) => 10 + k), ...Array.from({ length: 15 }, (_, k) => 20 + 2 * k), ...Array.from({ length: 10 }, (_, k) => 50 + 5 * k)];

/** The numbers at the notches of a field's slider. */
function notchesOf({ low, high, log = false, step = 1, whole = false }) {
  if (!log) return Array.from({ length: Math.floor((high - low) / step + 1e-9) + 1 }, (_, k) => Number((low + k * step).toPrecision(12)));
  const found = [];
  for (let decade = Math.floor(low); decade < high; decade++) for (const mantissa of MANTISSAS) found.push(Number(`${mantissa}e${decade - 1}`));
  found.push(Number(`1e${high}`));
  return found.filter((value) => value >= 10 ** low * (1 - 1e-9) && (!whole || Number.isInteger(value)));
}

/** A number in full, as it can be typed: 0.05, 1e-6. */
const inFull = (value) => (value !== 0 && Math.abs(value) < 1e-3 ? value.toExponential() : String(value));

/** Why a field does not take a number, or nothing where it does. The bounds are Python's (fields.py). */
function refusal(value, { least = null, most = null, open = "", whole = false }) {
  if (!Number.isFinite(value)) return "a number";
  if (whole && !Number.isInteger(value)) return "a whole number";
  if (least !== null && (value < least || (open.includes("least") && value === least))) return `a number ${open.includes("least") ? ">" : "≥"} ${least}`;
  if (most !== null && (value > most || (open.includes("most") && value === most))) return `a number ${open.includes("most") ? "<" : "≤"} ${most}`;
  return "";
}

/** The number that a reader typed; a comma is a point, unless it stands before thousands. NaN where it is none. */
function readTyped(text) {
  const plain = text.trim().replaceAll("−", "-").replace(/^([-+]?\d+),(?!\d{3}$)/, "$1.");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

/**
 * A slider in `parent` beside a box with its number, which can be typed: what is shown is what is used. `name` is what a screen
 * reader calls it. put(value) is told what the reader chooses; show(value) shows what others did.
 */
function makeSlider(parent, { label, name, field, color }, put) {
  const notches = notchesOf(field), row = element("div", parent, { class: "setting" });
  element("span", row, { class: "label", "aria-hidden": "true" }, label);
  const range = element("input", row, { type: "range", min: 0, max: notches.length - 1, step: 1, "aria-label": name });
  const box = element("input", row, { type: "text", inputmode: "decimal", size: 6, "aria-label": `${name}, as a number`, autocomplete: "off" });
  if (color) range.style.accentColor = `color-mix(in srgb, ${color} 80%, black)`; // beside a lighter one browsers draw a dark track
  let now = null;

  range.addEventListener("input", () => put(notches[range.value]));
  box.addEventListener("change", () => {
    const value = readTyped(box.value), why = refusal(value, field);
    box.setCustomValidity(why && `${label} takes ${why}`);
    set(box, { "aria-invalid": Boolean(why) });
    if (why) box.reportValidity();
    else put(value);
  });
  box.addEventListener("input", () => { box.setCustomValidity(""); set(box, { "aria-invalid": false }); });
  for (const input of [range, box]) input.addEventListener("keydown", (event) => event.stopPropagation()); // JupyterLab has shortcuts of its own

  function show(value) {
    if (value === now && box.value === inFull(value)) return;
    now = value;
    let nearest = 0;
    const place = field.log ? (x) => Math.log(Math.max(x, 1e-300)) : (x) => x, wanted = place(value);
    notches.forEach((notch, k) => { if (Math.abs(place(notch) - wanted) < Math.abs(place(notches[nearest]) - wanted)) nearest = k; });
    range.value = nearest;
    set(range, { "aria-valuetext": inFull(value) });
    box.value = inFull(value);
    box.setCustomValidity("");
    set(box, { "aria-invalid": false });
  }
  return { show };
}

/** A labelled choice in `parent` of `options`, pairs of a value and its text. */
function makePicker(parent, { label, name = label, options }, put) {
  const row = element("label", parent, { class: "setting pick" });
  element("span", row, { class: "label" }, label);
  const select = element("select", row, { "aria-label": name });
  for (const [value, text] of options) element("option", select, { value }, text);
  select.addEventListener("change", () => put(select.value));
  select.addEventListener("keydown", (event) => event.stopPropagation());
  return {
    show(value) {
      if (![...select.options].some((option) => option.value === String(value))) element("option", select, { value }, value); // Python put it there
      select.value = value;
    },
  };
}

/** A switch in `parent`. */
function makeSwitch(parent, label, put) {
  const row = element("label", parent, { class: "switch" });
  const input = element("input", row, { type: "checkbox" });
  element("span", row, {}, label);
  input.addEventListener("change", () => put(input.checked));
  return { show: (value) => { input.checked = value; } };
}

// ------------------------------------------------------------------------------------- the fields of a part, all the way down

const CONSTANT = "a constant";
const isPart = (value) => typeof value === "object" && value !== null;
/** Whether two settings are the same, in whatever order their fields stand: a saved page has them sorted. */
const same = (one, other) => inOrder(one) === inOrder(other);
const inOrder = (value) => JSON.stringify(value, (_, inner) =>
  (isPart(inner) && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort()) : inner));
const shapeOf = (value) => (isPart(value) ? `${value.name}(${Object.values(value).map(shapeOf)})` : "");

/** `part` with its field at `path`, a list of names, put to `value`; a field that may not be larger gives way. */
export function withField(part, [field, ...rest], value, known) {
  const changed = { ...part, [field]: rest.length ? withField(part[field], rest, value, known) : value };
  for (const [name, { floor }] of Object.entries(known(part.name).fields)) {
    if (floor && changed[floor] > changed[name]) changed[field === name ? floor : name] = changed[field];
  }
  return changed;
}

const FIRST_RATE = 0.1; // the highest of the rates that the catalogue's schedules begin with

/** A schedule with all its rates so many times as high, as far as there are numbers. */
const scaled = (part, times, known) => Object.fromEntries(Object.entries(part).map(([field, value]) => [field,
  isPart(value) ? scaled(value, times, known) : known(part.name).fields[field]?.rate
    ? Math.min(Number((value * times).toPrecision(6)), Number.MAX_VALUE) : value]));

/** The schedule `name` in the place of a learning rate `lr`. */
export const scheduleFor = (name, lr, known) => scaled(known(name).first, lr / FIRST_RATE, known);

/** The highest of a schedule's rates: what a constant in its place is set to. */
const highest = (part, known) => Math.max(...Object.entries(part).map(([field, value]) =>
  (isPart(value) ? highest(value, known) : known(part.name).fields[field]?.rate ? value : 0)));

/**
 * Sliders for all fields of a part, made anew where the part becomes another one. `title` begins every accessible name. `only` lists the
 * fields to show, all if it is null. put(part) is told the part as the reader wants it.
 */
function makeFields(parent, { title, color, known, only = null }, put) {
  const box = element("div", parent, { class: "fields" });
  let part = null, shape = null, rows = [];

  function build(made, path) {
    const { fields } = known(made.name);
    for (const [name, field] of Object.entries(fields)) {
      const here = [...path, name], place = here.join("."), value = made[name];
      if (only && !only.includes(here[0])) continue;
      const takesSchedule = field.rate && !path.length || isPart(value);
      if (isPart(value) || (takesSchedule && !only)) {
        const names = path.length ? CATALOGUE.schedules : [CONSTANT, ...CATALOGUE.schedules.filter((each) => each !== "Constant")];
        const options = names.map((each) => [each, each]), label = path.length ? name : "learning rate is";
        const picker = makePicker(box, { label, name: `${title}: ${place} is`, options },
          (picked) => {
            const now = read(part, here), lr = isPart(now) ? highest(now, known) : now;
            change(here, picked === CONSTANT ? lr : scheduleFor(picked, lr, known), place);
          });
        box.lastElementChild.dataset.place = place;
        rows.push({ show: (now) => picker.show(isPart(read(now, here)) ? read(now, here).name : CONSTANT) });
      }
      if (isPart(value)) build(value, here);
      else rows.push(numberRow(here, field));
    }
  }

  function numberRow(path, field) {
    const inside = path.length > 1 ? `${path.slice(0, -1).map((name) => (name === "lr" ? "schedule" : name)).join(", ")}: ` : "";
    const row = makeSlider(box, { label: field.label, name: `${title}: ${inside}${field.label}`, field, color }, (value) => change(path, value));
    return { show: (now) => row.show(read(now, path)) };
  }

  const read = (now, path) => path.reduce((inner, name) => inner[name], now);
  function change(path, value, focus) {
    put(withField(part, path, value, known));
    if (focus) queueMicrotask(() => box.querySelector(`[data-place="${focus}"] select`)?.focus()); // it is made anew
  }

  function show(now) {
    part = now;
    if (shapeOf(now) !== shape) {
      shape = shapeOf(now);
      box.replaceChildren();
      rows = [];
      build(now, []);
    }
    for (const row of rows) row.show(now);
  }
  return { show };
}
