"""Ways to have a text of one's own run, fetch, or lead somewhere when it is marked."""
# points: 0 2

import nbformat

RUN = "document.title='THE_ATTACK_RAN'"
WAYS = (
    f"<script>{RUN}</script> <img src=x onerror={RUN}> <svg/onload={RUN}>",
    f"\n<iframe srcdoc='<script>top.{RUN}</script>'></iframe>\n\n<!-- --><details open ontoggle={RUN}>\n",
    f"[a](javascript:{RUN}) [b]( javascript:{RUN}) [c](<javascript:{RUN}>) [d](&#106;avascript:{RUN}) [e](java\tscript:{RUN}) <javascript:{RUN}>",
    f"[a][1] [b][2] ![c][3]\n\n[1]: javascript:{RUN}\n[2]:\n javascript:{RUN}\n[3]: https://example.org/fetched\n",
    "![a](https://example.org/fetched) ![a\\]b](/logout?THE_ATTACK_RAN) \\\\![c](//THE_ATTACK_RAN)",
    f"![a](x\"onerror=\"{RUN}) ![b](attachment:x) ![c](attachment:y) ![d](data:text/html,THE_ATTACK_RAN \"' onerror={RUN}\")",
    f"$\\href{{javascript:{RUN}}}{{3}}$ $$</p><script>{RUN}</script>$$ \\\\(<img src=x onerror={RUN}>\\\\) \\begin{{a}}<script>{RUN}</script>\\end{{a}}",
    f"`<script>{RUN}</script>`\n\n```x\" onmouseover=\"{RUN}\n<script>{RUN}</script>\n```\n",
    f"# square\n\n# <img src=x onerror={RUN}>\n\n- [ ] <script>{RUN}</script>\n\n|a|\n|-|\n|<script>{RUN}</script>|\n",
)


def tampered(notebook):
    for way in WAYS:
        cell = nbformat.v4.new_markdown_cell(way)
        cell.attachments = nbformat.from_dict({"x": {"image/png": f'"><script>{RUN}</script>'}, "y": {"image/svg+xml": {"x": [1]}}})
        notebook.cells.append(cell)
