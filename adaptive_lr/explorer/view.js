// The module's face: anywidget calls render, which draws the picture that Python named.

const VIEWS = { descent: renderDescent, norms: renderNorms, map: renderMap };

export default { render: (context) => VIEWS[context.model.get("view")](context) };
