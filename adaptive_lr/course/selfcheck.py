"""The `question` directive: a question of a chapter's self-check, whose answers open to say why they are right or wrong.

    :::{question} After four times as many updates, AdaGrad's steps under steady gradients are …
    - a quarter as long

      The *rate* is divided by √t, not by t.
    - half as long

      Right: the t-th step has length η/√t.
    :::

Each answer is a list item, and what follows its first paragraph the reason. Just one reason begins with “Right”. Works without JavaScript.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class Question(SphinxDirective):
    required_arguments = 1
    final_argument_whitespace = True
    has_content = True

    def run(self):
        asked, messages = self.state.inline_text(self.arguments[0], self.lineno)
        content = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, content)
        answers = [item for item in content.findall(nodes.list_item) if item.parent.parent is content]
        if len(answers) < 2 or any(len(item) < 2 for item in answers):
            raise self.error("question: give two answers or more as a list, each with its reason in a paragraph of its own below it")
        right = [item for item in answers if item[1].astext().startswith("Right")]
        if len(right) != 1:
            raise self.error(f"question: the reason of one answer begins with “Right”, here of {len(right)}")
        made = nodes.container(classes=["question"])
        made += nodes.paragraph("", "", *asked, classes=["asked"])
        for item in answers:
            option, *reason = item.children
            made += [_html('<details class="answer"><summary>'), nodes.inline("", "", *option.children), _html("</summary>"), *reason, _html("</details>")]
        return [made, *messages]


def _html(text):
    return nodes.raw("", text, format="html")


def setup(app):
    app.add_directive("question", Question)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
