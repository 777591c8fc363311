"""Template tags: what they escape, what they leave out, what they never hide."""

from datetime import date

from django import forms
from django.core.paginator import Paginator
from django.template import Context, Template
from django.test import RequestFactory

from stellwerk.web.shell import Crumb, NavigationGroup, NavigationItem, Shell


def rendered(source, **context):
    return Template("{% load ui %}" + source).render(Context(context))


def test_a_date_carries_its_machine_form():
    assert rendered("{{ day|date_medium }}", day=date(2026, 11, 20)) == '<time datetime="2026-11-20">20 Nov 2026</time>'
    assert (
        rendered("{% date_long day %}", day=date(2026, 11, 20)) == '<time datetime="2026-11-20">20 November 2026</time>'
    )


def test_a_status_says_its_word_beside_its_shape():
    html = rendered('{% status "bad" word %}', word="<On hold>")

    assert "#s-bad" in html
    assert "&lt;On hold&gt;" in html


def test_what_a_page_passes_into_a_note_is_kept_and_values_are_escaped():
    html = rendered(
        '{% note "warn" title %}<a href="/cards">Replace {{ card }}</a>{% endnote %}', title="a<b", card="<4417>"
    )

    assert '<a href="/cards">Replace &lt;4417&gt;</a>' in html
    assert "a&lt;b" in html


class PostalForm(forms.Form):
    postal_code = forms.RegexField(r"^\d{4}$", label="Postal code", help_text="As on a letter.")
    remark = forms.CharField(label="Remark", required=False)


class TermsForm(forms.Form):
    accepts_terms = forms.BooleanField(label="I accept the terms.", error_messages={"required": "Accept the terms."})


def test_a_faulty_field_names_its_hint_and_its_error():
    html = rendered("{% field form.postal_code %}", form=PostalForm({"postal_code": "x"}))

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_postal_code_helptext id_postal_code_error"' in html
    assert 'id="id_postal_code_helptext"' in html
    assert 'id="id_postal_code_error"' in html
    assert 'value="x"' in html


def test_optional_is_marked_and_required_is_the_rule():
    form = PostalForm()

    assert "(optional)" in rendered("{% field form.remark %}", form=form)
    assert "(optional)" not in rendered("{% field form.postal_code %}", form=form)


def test_the_summary_of_errors_links_to_each_field_and_is_absent_without_errors():
    html = rendered("{% form_errors form %}", form=PostalForm({"postal_code": "x"}))

    assert 'href="#id_postal_code"' in html
    assert "One field needs a correction." in html
    assert rendered("{% form_errors form %}", form=PostalForm()).strip() == ""


def test_of_a_box_to_tick_the_summary_says_only_what_to_do():
    html = rendered("{% form_errors form %}", form=TermsForm({}))

    assert '<a href="#id_accepts_terms">Accept the terms.</a>' in html


def test_pages_keep_the_rest_of_the_address():
    page = Paginator(range(120), 50).page(2)

    html = rendered(
        "{% pagination page %}", page=page, request=RequestFactory().get("/products", {"q": "shop", "page": "2"})
    )

    assert 'href="?q=shop&amp;page=1"' in html
    assert 'href="?q=shop&amp;page=3"' in html
    assert "51 to 100 of 120" in html


def test_a_group_with_the_current_page_stands_open():
    here = NavigationItem(label="Domains", url="/domains", current=True)

    assert NavigationGroup(label="Web", icon="globe", entries=(here,), open=False).is_open


def page(blocks, **context):
    return Template('{% extends "shell/page.html" %}{% load ui %}' + blocks).render(
        Context({"shell": Shell(), **context})
    )


def test_the_frame_repeats_a_title_in_window_crumbs_and_heading():
    html = page("{% block title %}To pay{% endblock %}", crumbs=[Crumb(label="Accounting", url="/accounting")])

    assert "<title>To pay · Stellwerk</title>" in html
    assert "<h1>To pay</h1>" in html
    assert '<li aria-current="page">To pay</li>' in html


def test_an_empty_frame_leads_nowhere():
    """Nothing that leads nowhere: without a tour, support or search their places are left out."""
    html = page("{% block title %}Start{% endblock %}")

    assert "Help and support" not in html
    assert "Tour" not in html
    assert 'role="search"' not in html
    assert 'href=""' not in html


def test_a_page_writes_its_parents_and_tabs_in_blocks():
    html = page(
        '{% block title %}Zone{% endblock %}{% block crumbs %}{% crumb "Domains" "/domains" %}{% endblock %}'
        '{% block tabs %}{% tab "Zone" "/zone" current=True count=18 %}{% endblock %}'
    )

    assert '<li><a href="/domains">Domains</a></li><li aria-current="page">Zone</li>' in html
    assert '<a href="/zone" aria-current="page">Zone <span class="count">18</span></a>' in html
