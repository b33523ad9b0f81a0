// Shows the saved ipywidgets of a published page: boxes, sliders, links and anywidget views, with no kernel and no other
// library. MyST-NB writes the widgets' state and the places of their views into script elements; load this with `defer`.
(() => {
  const models = new Map();
  const byReference = (text) => models.get(text.replace("IPY_MODEL_", ""));

  /** A widget's values, with the part of Backbone's interface that anywidget views use. */
  class Model {
    constructor({ model_name, state }) {
      this.name = model_name;
      this.state = state;
      this.listeners = {};
    }
    get(key) { return this.state[key]; }
    set(key, value) {
      if (typeof key === "object") { for (const [name, each] of Object.entries(key)) this.set(name, each); return; }
      if (Object.is(this.state[key], value)) return; // ends the round of a link in both directions
      this.state[key] = value;
      for (const listener of [...(this.listeners[`change:${key}`] ?? [])]) listener(this, value);
    }
    on(names, listener) { for (const name of names.split(" ")) (this.listeners[name] ??= new Set()).add(listener); }
    off(names, listener) { for (const name of names?.split(" ") ?? []) this.listeners[name]?.delete(listener); }
    save_changes() {} // there is no kernel to save to
    send() {}
  }

  function element(name, parent, properties = {}) {
    return parent.appendChild(Object.assign(document.createElement(name), properties));
  }

  /** The CSS that Python asked for (ipywidgets.Layout). */
  function layOut(model, node) {
    for (const [key, value] of Object.entries(byReference(model.get("layout") ?? "")?.state ?? {})) {
      if (value !== null && !key.startsWith("_")) node.style.setProperty(key.replace("grid_gap", "gap").replaceAll("_", "-"), value);
    }
  }
  const styleOf = (model) => byReference(model.get("style") ?? "")?.state ?? {};

  /** A number rounded as ipywidgets' readout_format says: ".3g", ".2f", "d". */
  function rounded(value, format) {
    const [, digits = 6, kind = "g"] = /^\.?(\d+)?([a-z])?$/.exec(format) ?? [];
    if (kind === "d") return Math.round(value);
    return Number(kind === "f" ? value.toFixed(digits) : value.toPrecision(digits || 1));
  }

  function slider(model, parent) {
    const logarithmic = model.name === "FloatLogSliderModel", base = model.get("base");
    const position = (value) => (logarithmic ? Math.log(value) / Math.log(base) : value);
    const row = element("label", parent, { className: "host-row host-slider" });
    layOut(model, row);
    element("span", row, { textContent: model.get("description") });
    const input = element("input", row, { type: "range", min: model.get("min"), max: model.get("max"), step: model.get("step") || "any" });
    const shown = element("output", row);
    const { handle_color } = styleOf(model);
    if (handle_color) input.style.accentColor = handle_color;
    if (model.get("tooltip")) input.setAttribute("aria-label", model.get("tooltip"));
    const show = () => {
      input.value = position(model.get("value"));
      shown.textContent = model.get("value"); // in full: what is shown is what is used
      input.setAttribute("aria-valuetext", shown.textContent);
    };
    input.addEventListener("input", () => {
      const value = logarithmic ? base ** Number(input.value) : Number(input.value);
      model.set("value", rounded(value, model.get("readout_format")));
    });
    model.on("change:value", show);
    show();
  }

  function checkbox(model, parent) {
    const row = element("label", parent, { className: "host-row" });
    layOut(model, row);
    const input = element("input", row, { type: "checkbox" });
    element("span", row, { textContent: model.get("description") });
    const show = () => { input.checked = model.get("value"); };
    input.addEventListener("input", () => model.set("value", input.checked));
    model.on("change:value", show);
    show();
  }

  function toggleButton(model, parent) {
    const button = element("button", parent, { type: "button", textContent: model.get("description") });
    layOut(model, button);
    const show = () => button.setAttribute("aria-pressed", model.get("value"));
    button.addEventListener("click", () => model.set("value", !model.get("value")));
    model.on("change:value", show);
    show();
  }

  function dropdown(model, parent) {
    const row = element("label", parent, { className: "host-row" });
    layOut(model, row);
    element("span", row, { textContent: model.get("description") });
    const select = element("select", row);
    for (const text of model.get("_options_labels")) element("option", select, { textContent: text });
    const show = () => { select.selectedIndex = model.get("index") ?? -1; };
    select.addEventListener("input", () => model.set("index", select.selectedIndex));
    model.on("change:index", show);
    show();
  }

  function text(property) {
    return (model, parent) => {
      const node = element("div", parent);
      layOut(model, node);
      const show = () => { node[property] = model.get("value"); };
      model.on("change:value", show);
      show();
    };
  }

  function box(direction) {
    return async (model, parent) => {
      const node = element("div", parent);
      if (direction) Object.assign(node.style, { display: "flex", flexDirection: direction });
      layOut(model, node);
      for (const child of model.get("children")) await view(byReference(child), node);
    };
  }

  const modules = new Map(); // by source text: explorers of one kind share their code
  async function anywidget(model, parent) {
    const source = model.get("_esm"), style = model.get("_css");
    if (!modules.has(source)) {
      if (style) element("style", document.head, { textContent: style });
      const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      modules.set(source, import(address).finally(() => URL.revokeObjectURL(address)));
    }
    const { default: made } = await modules.get(source);
    const widget = typeof made === "function" ? await made() : made;
    const node = element("div", parent);
    layOut(model, node);
    await widget.initialize?.({ model });
    await widget.render({ model, el: node });
  }

  const views = {
    BoxModel: box("row"), HBoxModel: box("row"), VBoxModel: box("column"), GridBoxModel: box(),
    FloatSliderModel: slider, FloatLogSliderModel: slider, IntSliderModel: slider,
    CheckboxModel: checkbox, ToggleButtonModel: toggleButton, DropdownModel: dropdown,
    LabelModel: text("textContent"), HTMLModel: text("innerHTML"), AnyModel: anywidget,
  };

  async function view(model, parent) {
    try {
      if (!views[model?.name]) throw new Error(`static_host.js has no view for ${model?.name ?? "a widget whose state was not saved"}`);
      await views[model.name](model, parent);
    } catch (error) { // one widget that fails must not take the others along
      element("p", parent, { className: "host-missing", textContent: `This part of the page cannot be shown here: ${error.message}.` });
      console.error(error);
    }
  }

  function link(model) {
    const [source, from] = model.get("source"), [target, to] = model.get("target");
    const a = byReference(source), b = byReference(target);
    b.set(to, a.get(from));
    a.on(`change:${from}`, (_, value) => b.set(to, value));
    if (model.name === "LinkModel") b.on(`change:${to}`, (_, value) => a.set(from, value));
  }

  const STYLE = `
    .host-row { display: flex; align-items: center; gap: 0.6em; margin: 0; min-height: 1.9em; font-size: 0.875rem; }
    .host-slider { display: grid; grid-template-columns: 8.5em minmax(3em, 1fr) 4.2em; }
    .host-slider input { width: 100%; margin: 0; accent-color: #767676; }
    .host-row output { font-variant-numeric: tabular-nums; }
    .host-row :focus-visible { outline: 2px solid currentColor; outline-offset: 2px; }
    .host-missing { border: 1px solid currentColor; padding: 0.5em 1em; }`;

  const saved = (kind) => [...document.querySelectorAll(`script[type="application/vnd.jupyter.widget-${kind}+json"]`)];
  element("style", document.head, { textContent: STYLE });
  for (const script of saved("state")) {
    for (const [id, model] of Object.entries(JSON.parse(script.textContent).state)) models.set(id, new Model(model));
  }
  for (const model of models.values()) if (["LinkModel", "DirectionalLinkModel"].includes(model.name)) link(model);
  for (const script of saved("view")) {
    const place = document.createElement("div");
    place.className = "host-view";
    script.before(place);
    view(models.get(JSON.parse(script.textContent).model_id), place);
  }
})();
