// The Python that computes what the picture shows.

const literal = (value, { whole = false } = {}) => (!whole && Number.isInteger(value) && Math.abs(value) < 1e21 ? value.toFixed(1) : String(value));

/** A part as Python writes it: AdaGrad(lr=0.5, eps=1e-10). */
function call(part, known) {
  const { name, ...values } = part, { fields } = known(name);
  const given = Object.entries(values).map(([field, value]) => `${field}=${isPart(value) ? call(value, known) : literal(value, fields[field])}`);
  return `${name.replace(/^own\..*/, known(name).name)}(${given.join(", ")})`;
}

/** The names that a part's Python imports: of its class, or of the module before the dot; "own" where the class is not the package's. */
const namesIn = (part) => [part.name.split(".")[0], ...Object.values(part).filter(isPart).flatMap(namesIn)];

/** Python that runs what the picture shows, and prints each run's last point and loss. */
export function pythonOf(rules, problem, { start, steps, noise }, known = lookUp()) {
  const bare = call(problem, known), where = noise ? `problems.Noisy(${bare}, noise=${literal(noise)})` : bare;
  const parts = [...rules, problem], needed = new Set([...parts.flatMap(namesIn), ...(noise ? ["problems"] : []), "minimize"]);
  const own = new Set(parts.filter(({ name }) => name.startsWith("own.")).map(({ name }) => known(name).name));
  needed.delete("own");
  return [
    `from adaptive_lr import ${[...needed].sort().join(", ")}`,
    ...[...own].map((name) => `# ${name} is no class of the package: define it here`),
    "",
    `problem = ${where}`,
    "rules = [",
    ...rules.map((rule) => `    ${call(rule, known)},`),
    "]",
    "for rule in rules:",
    `    trace = minimize(problem, rule, x0=[${start.map((x) => literal(x)).join(", ")}], steps=${steps})`,
    "    print(rule, trace.x[-1], trace.loss[-1])",
    "",
  ].join("\n");
}
