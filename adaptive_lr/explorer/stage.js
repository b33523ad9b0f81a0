// What every view stands on: a root in the page, settings that Python and the page's address know too, and one picture for all that changes at once.

/** The width of `root`, told to draw(width) now and whenever it changes, as long as there is any. Returns what ends it. */
function whenSized(root, draw) {
  let width = 0;
  const sized = new ResizeObserver(() => {
    if (!root.clientWidth || root.clientWidth === width) return; // a picture that grew in height is drawn already
    width = root.clientWidth;
    draw(width);
  });
  sized.observe(root);
  return () => sized.disconnect();
}

/** Go to a view that the page's address names, once it has its height. */
function arrive(root) {
  if (root.id && location.hash === `#${root.id}`) root.scrollIntoView();
}

/**
 * A root in `el` and the settings `names` of its model. `kinds` says how each is read from the page's address (settingsFrom).
 * Returns { root, now, change, link, complaints (what the address asked in vain), run }; run(draw) draws, and returns what ends the view.
 */
function makeStage({ model, el, page }, names, kinds, known) {
  const root = element("div", el, { class: "lr-explorer" }), initial = model.get("initial");
  const name = model.get("name") || `explorer${[...document.querySelectorAll(".lr-explorer")].indexOf(root) + 1}`;
  const now = () => Object.fromEntries(names.map((key) => [key, model.get(key)]));
  const complaints = []; // of the link that led here, until the reader changes something
  const change = (values) => {
    complaints.length = 0;
    for (const [key, value] of Object.entries(values)) model.set(key, value);
    model.save_changes();
  };
  if (page) { // a published one: there is an address to be shared
    root.id = name;
    const [found, wrong] = settingsFrom(new URLSearchParams(location.search), name, initial, kinds, known);
    change(found);
    complaints.push(...wrong.map((each) => `The link's ${each} could not be used`));
  }
  const address = page ? makeAddress(name) : null;

  function run(draw, alsoWatched = []) {
    const watched = [...names, ...alsoWatched].map((key) => `change:${key}`);
    let width = 0, waiting = false;
    const picture = () => {
      if (!width) return; // not on the page yet
      draw(width);
      address?.tell(now(), initial);
    };
    const soon = () => {
      if (waiting) return;
      waiting = true;
      queueMicrotask(() => { waiting = false; picture(); });
    };
    for (const key of watched) model.on(key, soon);
    const unsize = whenSized(root, (wide) => {
      const isFirst = !width;
      width = wide;
      picture();
      if (isFirst && page) arrive(root);
    });
    return () => {
      for (const key of watched) model.off(key, soon);
      unsize();
      address?.stop();
    };
  }
  return { root, now, change, initial, complaints, link: page ? () => Object.assign(linkTo(name, now(), initial), { hash: name }) : null, run };
}

/** Readers of settings in an address: a number that a field takes, so many numbers, one of a few words. Undefined where the text is none. */
const readNumber = (field) => (text) => (text.trim() && !refusal(Number(text), field) ? Number(text) : undefined);
const readPair = (field) => (text) => {
  const two = text.split(",").map(readNumber(field));
  return two.length === 2 && !two.includes(undefined) ? two : undefined;
};
