"""List parameters: pages, order, filters and extra fields, in all usual spellings."""

from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stellwerk.api.tests.builders import Caller
from stellwerk.foundation.edge.api import Listing, nested
from stellwerk.foundation.errors import Invalid


@pytest.fixture
def listing(caller, acme):
    def ask(query="", body=None):
        return caller.send("GET", f"1/accounts/{acme.pk}/probes{query}", body)

    return ask


def ids(answer):
    return [row["id"] for row in answer.json()["data"]]


def refused(answer):
    return {
        each["context"]["attribute"]: (each["code"].removeprefix("validation_rule_"), each["context"].get("values"))
        for each in answer.json()["error"]["errors"]
    }


def test_a_page_is_counted_and_its_envelope_begins_with_result_and_ends_with_data(listing):
    """API-028."""
    answer = listing("?page=2&per_page=50")

    assert answer.content.startswith(b'{"result":"success","total":120,"page":2,"pages":3,"items_per_page":50,"data":[')
    assert ids(answer) == list(range(51, 101))
    assert ids(listing("?page=4&per_page=50")) == []
    assert listing("?page=1").json()["items_per_page"] == 50


def test_without_pages_the_rows_come_alone(listing):
    assert list(listing().json()) == ["result", "data"]
    assert ids(listing("?limit=2&skip=118")) == [119, 120]
    assert listing("?return=total").content == b'{"result":"success","data":120}'


@pytest.mark.parametrize(
    "query",
    [
        "filter[ids][]=7&filter[ids][]=9",
        "filter[ids][0]=7&filter[ids][1]=9",
        "filter[ids][1]=9&filter[ids][0]=7",
        "filter[ids]=7&filter[ids]=9",
        "filter%5Bids%5D%5B%5D=7&filter%5Bids%5D%5B%5D=9",
        "filter[ids]=7,9",
        "filter[ids][]=7&filter[ids][]=9&filter[unknown]=x&anything=else&filter[=&filter]=1",
    ],
)
def test_filters_are_understood_in_every_spelling(listing, query):
    assert ids(listing(f"?{query}")) == [7, 9]


def test_a_single_filter_may_be_written_as_a_list_and_a_list_as_a_single_value(listing):
    assert ids(listing(f"?filter[name][]={quote('probe 7')}")) == [7]
    assert ids(listing("?filter[ids]=7")) == [7]


def test_a_json_body_on_get_asks_the_same_and_the_query_wins(listing):
    asked = {"filter": {"ids": [7, 9]}, "order_by": "id", "order": "desc", "limit": 1}

    assert ids(listing(body=asked)) == [9]
    assert ids(listing("?order=asc", body=asked)) == [7]


@pytest.mark.parametrize(
    "query", ["with[]=status&with[]=users", "with=status,users", "with=*", "with[0]=users&with[1]=status"]
)
def test_extra_fields_are_asked_in_every_spelling(listing, query):
    assert listing(f"?{query}").json()["data"][0]["with"] == ["status", "users"]


def test_an_unknown_extra_field_is_refused_with_those_allowed(listing):
    assert refused(listing("?with=status,nonsense")) == {"with": ("in", ["status", "users"])}


def test_order_is_by_several_fields_each_in_its_direction(listing):
    assert ids(listing("?order_by=name&limit=3")) == [1, 10, 100]
    assert ids(listing("?order_by=id&order=desc&limit=2")) == [120, 119]
    assert ids(listing("?order_for[id]=desc&limit=2")) == [120, 119]
    assert ids(listing("?order_by=name,id&order=desc&order_for[name]=asc&limit=2")) == [1, 10]


def test_search_looks_for_words(listing):
    assert ids(listing("?search=PROBE%2012")) == [12, 120]


def test_everything_that_is_wrong_is_said_at_once(listing):
    answer = listing("?page=0&per_page=501&skip=-1&order_by=size&order=up&filter[ids]=x&filter[is_loud]=maybe")

    assert refused(answer) == {
        "page": ("between", ["1"]),
        "per_page": ("between", ["1", "500"]),
        "skip": ("between", ["0"]),
        "order_by": ("in", ["id", "name"]),
        "order": ("in", ["asc", "desc"]),
        "filter.ids": ("integer", None),
        "filter.is_loud": ("boolean", None),
    }


@pytest.mark.parametrize(
    "query",
    [
        "page=99999999999999999999", "page=9223372036854775807&per_page=500", "page=1.5", "limit=x", "page=%D9%A3",
        "search=%00", "filter[ids]=99999999999999999999", "filter[name]=a%00b", "page=true", "page=1_0",
    ],
)  # fmt: skip
def test_what_no_database_takes_is_refused(listing, query):
    assert listing(f"?{query}").status_code == 422


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("order_by[id]=desc", {"order_by": ("in", ["id", "name"])}),
        ("search[name]=probe", {"search": ("string", None)}),
        ("filter[ids][]=7&filter[ids][]=x", {"filter.ids": ("integer", None)}),
        ("filter[since]=soon", {"filter.since": ("date", None)}),
        ("filter[since][]=soon", {"filter.since": ("date", None)}),
        ("filter[since]=20260301", {"filter.since": ("date", None)}),
        ("filter[since]=0", {"filter.since": ("date", None)}),
        ("filter[since]=0001-01-01", {"filter.since": ("between", None)}),
        ("filter[owner_id]=0", {"filter.owner_id": ("min", None)}),
        ("filter[owner_id][]=0", {"filter.owner_id": ("min", None)}),
    ],
)
def test_what_is_wrong_is_said_whatever_the_spelling(listing, query, expected):
    """API-029. An order that was no word, and days at the edge of the calendar, were a 500."""
    assert refused(listing(f"?{query}")) == expected


def test_an_order_in_a_body_that_is_no_word_is_refused(listing):
    assert refused(listing(body={"order_by": [{"id": "desc"}]})) == {"order_by": ("in", ["id", "name"])}


def test_where_nothing_can_be_chosen_the_refusal_says_so(db):
    answer = Caller().get("1/actions?with=everything")

    assert refused(answer) == {"with": ("in", [])}
    assert answer.json()["error"]["errors"][0]["description"] == "There is nothing to choose here. Leave it out."


def test_an_empty_value_asks_for_nothing(listing):
    assert len(ids(listing("?search=&page=&filter=&with=&order_by="))) == 120


@given(
    st.lists(
        st.tuples(st.text(alphabet="filter[]0a=", max_size=12), st.lists(st.text(max_size=3), min_size=1)), max_size=8
    )
)
def test_no_query_string_whatsoever_breaks_the_reader(pairs):
    tree = nested(pairs)

    assert isinstance(tree, dict)
    with suppress(Invalid):
        Listing(filters={"a": list[int]}, order=("a",), include=("a",)).asked(tree)


def test_a_stranger_lists_public_things_with_the_same_parameters(db):
    rows = Caller().get("1/countries?filter[id]=1&order_by=id&order=desc&limit=1").json()["data"]

    assert [row["short_name"] for row in rows] == ["XK"]
