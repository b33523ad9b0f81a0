"""The appendices say what the code says."""

import pytest
from test_publishing import read
from test_site import HTML

from adaptive_lr import claims


@pytest.fixture(scope="module")
def rows():
    """By number, the table's claim and verdict."""
    page = read(HTML / "book/claims.html")
    cells = [[cell.get_text() for cell in row.select("td")] for row in page.select("table")[0].select("tbody tr")]
    return {int(number): (says, verdict) for number, says, verdict in cells}


def test_the_table_of_claims_holds_every_claim_on_trial_in_order(rows):
    assert list(rows) == sorted(claims.CLAIMS)


@pytest.mark.parametrize("number", [5, 14, 16])
def test_it_says_what_the_trial_says(rows, number):
    says, verdict = rows[number]
    finding = claims.try_claim(number)
    assert says == claims.CLAIMS[number].says.replace("'", "’")
    assert verdict == f"{finding.verdict} {finding.condition}".strip()


def test_every_claim_leads_to_a_chapter_that_tries_it(rows):
    page = read(HTML / "book/claims.html")
    for link, number in zip(page.select("table")[0].select("tbody a"), rows, strict=True):
        chapter = read(HTML / "book" / link["href"].partition("#")[0])
        assert any(heading.get_text().startswith(f"Claim {number}:") for heading in chapter.select("h3")), number


def test_the_errata_name_every_formula_that_is_kept_as_printed():
    from adaptive_lr import printed

    text = read(HTML / "book/errata.html").select_one("article").get_text()
    kept = [name for name, value in vars(printed).items() if getattr(value, "__module__", "") == printed.__name__ and isinstance(value, type)]
    assert len(kept) >= 6
    assert [name for name in kept if name.lower() not in text.lower()] == []
