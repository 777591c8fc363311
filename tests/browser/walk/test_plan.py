"""The walk leaves nothing out without a reason, and sees every page in every language."""

from tests.browser.walk import plan


def test_every_page_is_walked_or_has_a_reason(caller, real_link):
    left_out, walked = [], []
    for row in plan.addresses():
        if plan.those_who_see(caller, row):
            walked.append(row.route.address)
        elif not is_made_for_programs(caller, row):
            left_out.append(row.route.address)

    assert [address for address in left_out if address not in plan.SHOWN_ELSEWHERE] == []
    assert [address for address in plan.SHOWN_ELSEWHERE if address in walked] == []
    assert [address for address in plan.SHOWN_ELSEWHERE if address not in left_out] == []


def is_made_for_programs(caller, row):
    return any(
        plan.is_file(caller.call(row.route, role, plan.values(caller, row.route, role)))
        for role in ("owner", "anonymous")
    )


def test_every_page_is_seen_in_every_language_size_and_scheme(caller, real_link):
    planned = [visit for part in range(plan.PARTS) for visit in plan.visits(caller, part) if visit.status == 200]

    seen = {}
    for visit in planned:
        seen.setdefault(visit.row.route.address, set()).add(visit.language)
    assert {address: languages for address, languages in seen.items() if languages != {*plan.LANGUAGES}} == {}
    assert {visit.row.route.address for visit in planned if visit.is_thorough} == {*seen}
    assert {(visit.width, visit.scheme) for visit in planned} == {
        (width, scheme) for width in plan.WIDTHS for scheme in plan.SCHEMES
    }
