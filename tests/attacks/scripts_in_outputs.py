"""Outputs whose HTML, JavaScript and pictures would run in the feedback page."""
# points: 0 2

from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display

RUN = "document.title='THE_ATTACK_RAN'"
display(HTML(f"<script>{RUN}</script><img src=x onerror=\"{RUN}\"><iframe srcdoc=\"<script>{RUN}</script>\"></iframe>"))
display(Javascript(RUN), Markdown(f"<script>{RUN}</script>[points](javascript:{RUN})"), Latex(f"<script>{RUN}</script>"))
display(SVG(f'<svg xmlns="http://www.w3.org/2000/svg" onload="{RUN}"><script>{RUN}</script></svg>'))
print(f"</pre><script>{RUN}</script>")


def square(x):
    return x
