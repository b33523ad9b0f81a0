// A view's settings in the page's address, so that a link shows exactly this picture: ?descent.rule=Adam&descent.rule.lr=0.1

/** Settings as address parameters, only those that differ from `initial`. A part that differs is told whole. */
export function parametersOf(name, settings, initial) {
  const told = [];
  const tell = (path, value) => {
    if (!isPart(value) || Array.isArray(value)) told.push([path, value === null ? "none" : String(value)]);
    else for (const [key, inner] of Object.entries(value)) tell(key === "name" ? path : `${path}.${key}`, inner);
  };
  for (const [key, value] of Object.entries(settings)) {
    if (!same(value, initial[key])) tell(`${name}.${key}`, value);
  }
  return told;
}

/**
 * What an address sets, and what in it could not be read: [settings, complaints]. `kinds` says of each setting how it is read:
 * a list of the names of parts, or a function from text to a value, undefined where the text is none.
 */
export function settingsFrom(parameters, name, initial, kinds, known) {
  const mine = [...parameters].filter(([key]) => key.startsWith(`${name}.`)).map(([key, text]) => [key.slice(name.length + 1), text]);
  const given = new Map(mine), found = {};
  const complained = new Set(), read = new Set();
  const complain = (key) => { complained.add(key); };
  const take = (key) => { read.add(key); return given.get(key); };
  const within = (path) => [...given.keys()].some((key) => key.startsWith(`${path}.`));

  /** The part that stands at `path`, of the names that may stand there; where none is named, the one that was there, with other settings. */
  function partAt(path, names, before) {
    const text = take(path) ?? before?.name;
    if (!names.includes(text)) return complain(path);
    const { first, fields } = known(text), made = { ...(given.has(path) ? first : before) };
    for (const [field, described] of Object.entries(fields)) {
      const at = `${path}.${field}`, said = take(at);
      if (said === undefined && isPart(made[field]) && within(at)) made[field] = partAt(at, CATALOGUE.schedules, made[field]);
      if (said === undefined) continue;
      if (CATALOGUE.schedules.includes(said) && (described.rate || isPart(first[field]))) made[field] = partAt(at, CATALOGUE.schedules);
      else if (!isPart(first[field]) && said.trim() && !refusal(Number(said), described)) made[field] = Number(said);
      else complain(at);
    }
    for (const [field, { floor }] of Object.entries(fields)) {
      if (!floor || made[field] >= made[floor]) continue;
      complain(`${path}.${field}`);
      made[field] = made[floor];
    }
    return made;
  }

  for (const [key, kind] of Object.entries(kinds)) {
    if (!given.has(key) && !(initial[key] && within(key))) continue;
    const value = typeof kind === "function" ? kind(take(key)) : kind.includes("none") && take(key) === "none" ? null : partAt(key, kind, initial[key]);
    if (value === undefined) complain(key);
    else found[key] = value;
  }
  const isInside = (key) => [...complained].some((path) => key.startsWith(`${path}.`)); // of what is complained of already
  for (const key of given.keys()) if (!read.has(key) && !isInside(key)) complain(key);
  return [found, [...complained].map((key) => `${key} = ${given.get(key)}`)];
}

/** Keeps the page's address up to date with a view's settings, a moment after they have come to rest. */
function makeAddress(name) {
  let waiting = 0;
  return {
    tell(settings, initial) {
      clearTimeout(waiting);
      waiting = setTimeout(() => history.replaceState(history.state, "", linkTo(name, settings, initial)), 500);
    },
    stop: () => clearTimeout(waiting),
  };
}

/** The address of this page with a view's settings. */
function linkTo(name, settings, initial) {
  const address = new URL(location.href);
  for (const key of [...address.searchParams.keys()]) if (key.startsWith(`${name}.`)) address.searchParams.delete(key);
  const told = parametersOf(name, settings, initial);
  for (const [key, text] of told) address.searchParams.append(key, text);
  return address;
}
