// Shows the saved ipywidgets of a published page: boxes, texts, links and anywidget views, with no kernel and no other library.
// MyST-NB writes the widgets' state and the places of their views into script elements; load this with `defer`.
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

  const modules = new Map(); // by source: explorers of one kind share their code
  async function anywidget(model, parent) {
    const source = model.get("_esm"), style = model.get("_css");
    const isAddress = (text) => /^\S+\.(js|css)$/.test(text); // of a file that pages share; else the text itself
    if (!modules.has(source)) {
      const styled = isAddress(style)
        ? new Promise((done) => element("link", document.head, { rel: "stylesheet", href: style, onload: done, onerror: done }))
        : element("style", document.head, { textContent: style ?? "" });
      const address = isAddress(source) ? new URL(source, document.baseURI).href : URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
      modules.set(source, Promise.all([import(address), styled]).finally(() => URL.revokeObjectURL(address)));
    }
    const [{ default: made }] = await modules.get(source);
    const widget = typeof made === "function" ? await made() : made;
    const node = element("div", parent);
    layOut(model, node);
    await widget.initialize?.({ model });
    await widget.render({ model, el: node, page: true });
  }

  const views = {
    BoxModel: box("row"), HBoxModel: box("row"), VBoxModel: box("column"), GridBoxModel: box(),
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

  const STYLE = ".host-missing { border: 1px solid currentColor; padding: 0.5em 1em; }";

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
