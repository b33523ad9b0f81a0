"""Sphinx extension: what a website has once it stands somewhere. Two addresses decide, and neither has to be known to read it from a folder.

SITE_URL        where it stands: social cards with absolute addresses, canonical links, a sitemap, links on the 404 page
REPOSITORY_URL  where its sources are: edit buttons, and launch buttons for the notebooks

Each is taken from the environment, where the deployment sets it, or else from _config.yml (html: baseurl, repository: url).
"""

from __future__ import annotations

import os
import zipfile
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.sax.saxutils import escape

from docutils import nodes
from sphinx.addnodes import download_reference
from sphinx.util.docutils import SphinxRole

ARCHIVE = "adaptive-learning-rates.zip"  # named as the notebooks' first cells look for it
LOST = """
<h1>This page is not here</h1>
<p>Perhaps it was moved, or the address has a slip of the pen. The chapters are in the list at the side;
the <a href="{home}">first page</a> says what each of them asks.</p>
"""


def take_addresses(app, config):
    site = os.environ.get("SITE_URL") or config.html_baseurl
    site = f"{site.rstrip('/')}/" if site else ""
    config.html_baseurl = config.ogp_site_url = site
    config.ogp_social_cards = {"enable": bool(site)}  # pictures are found by their whole address
    config.notfound_urls_prefix = urlsplit(site).path or "/"
    config.notfound_context = {"title": "This page is not here", "body": LOST.format(home=config.notfound_urls_prefix)}
    repository = os.environ.get("REPOSITORY_URL") or config.html_theme_options.get("repository_url", "")
    config.html_theme_options |= {"repository_url": repository, "use_repository_button": bool(repository), "use_edit_page_button": bool(repository)}


class Notebook(SphinxRole):
    """{notebook}`adagrad`: a chapter's student notebook, to be downloaded, and launched where the repository's address is known."""

    def run(self):
        file = f"exercises/{self.text}/{self.text}.ipynb"
        target = os.path.relpath(Path(self.env.srcdir, file), Path(self.env.doc2path(self.env.docname)).parent)
        made = [download_reference("", "", nodes.literal("", f"{self.text}.ipynb"), refdoc=self.env.docname, reftarget=target, refdomain="", refexplicit=True)]
        options = self.config.html_theme_options
        where = urlsplit(options["repository_url"]).path.strip("/")
        for name, pattern in self.config.launch.items() if where else ():
            address = pattern.format(repository=where, branch=options.get("repository_branch", "main"), path=file)
            made += [nodes.Text(", or "), nodes.reference("", f"open it in {name}", refuri=address)]
        return made, []


def _for_students(course: Path) -> list[Path]:
    """What works wherever it is unpacked, and can be installed as it is: pip takes an archive of a package's source."""
    package = [path for path in course.glob("adaptive_lr/**/*") if path.is_file() and "__pycache__" not in path.parts]
    return sorted([*course.glob("exercises/*/*.ipynb"), *package, *(course / name for name in ("pyproject.toml", "README.md", "LICENSE"))])


def finish(app, error):
    """robots.txt, the sitemap that it names, and one archive with all student notebooks and the package that checks them."""
    if error or app.builder.name != "html":
        return
    site, folder = app.config.html_baseurl, Path(app.outdir)
    course = Path(app.srcdir)
    if (course / "exercises").is_dir():
        with zipfile.ZipFile(folder / ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in _for_students(course):
                archive.write(path, path.relative_to(course / "exercises" if path.suffix == ".ipynb" else course))
    lines = ["User-agent: *", "Allow: /"]
    if site:
        pages = "".join(f"<url><loc>{escape(urljoin(site, app.builder.get_target_uri(name)))}</loc></url>\n" for name in sorted(app.env.found_docs))
        sitemap = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{pages}</urlset>\n'
        (folder / "sitemap.xml").write_text(sitemap, encoding="utf-8")
        lines.append(f"Sitemap: {site}sitemap.xml")
    (folder / "robots.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")


def setup(app):
    for library in ("notfound.extension", "sphinxext.opengraph"):
        app.setup_extension(library)
    app.add_config_value("launch", {}, "env")
    app.add_role("notebook", Notebook())
    app.connect("config-inited", take_addresses, priority=100)
    app.connect("build-finished", finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
