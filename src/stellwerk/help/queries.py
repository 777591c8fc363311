"""Help articles: files of this room, one folder per language, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from stellwerk.foundation.searching import words_to_find
from stellwerk.help.models import SeenTour
from stellwerk.help.rules import GROUPS, TOPICS, Article, Block, Run, folded, topic_of
from stellwerk.organisations import queries as organisations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

__all__ = ["ArticleGroup", "article", "article_groups", "folded", "found_articles", "topic_of"]

FOLDER = Path(__file__).parent / "articles"
FALLBACK = "en"
_MARKDOWN = MarkdownIt("commonmark", {"html": False})
_LISTS = {"ordered_list_open": "steps", "bullet_list_open": "dots"}


@dataclass(frozen=True, slots=True)
class ArticleGroup:
    """Articles under one heading."""

    name: str
    icon: str
    articles: tuple[Article, ...]


def article(topic: str, language: str = "") -> Article | None:
    """The article in that language, by default the reader's; None for an unknown topic."""
    if topic not in TOPICS:
        return None
    return _article(topic, _known(language or get_language() or FALLBACK))


def article_groups() -> list[ArticleGroup]:
    """All articles in the reader's language."""
    names = {
        "signing-in": (_("Signing in and your profile"), "key"),
        "together": (_("Organisations and people"), "users"),
        "products": (_("Products and payment"), "package"),
        "more": (_("Working with the Manager"), "map"),
    }
    return [ArticleGroup(*names[group], tuple(filter(None, map(article, topics)))) for group, topics in GROUPS.items()]


def found_articles(words: str, *, limit: int = 6) -> list[Article]:
    """Articles that hold every word, those with the words in their title first."""
    wanted = words_to_find(folded(words))
    if not wanted:
        return []
    articles = [each for each in map(article, TOPICS) if each and all(word in each.words for word in wanted)]
    return sorted(articles, key=lambda each: not all(word in folded(each.title) for word in wanted))[:limit]


def _known(language: str) -> str:
    code = language.partition("-")[0]
    return code if (FOLDER / code).is_dir() else FALLBACK


@cache
def _article(topic: str, language: str) -> Article:
    """The first heading is the title, the paragraph after it the lead, the rest blocks."""
    text = (FOLDER / language / f"{topic}.md").read_text(encoding="utf-8")
    tokens = _MARKDOWN.parse(text)
    title, lead, blocks = tokens[1].content, tokens[4].content, tuple(_blocks(tokens[6:]))
    words = " ".join(run.text for block in blocks for item in block.items for run in item)
    return Article(topic, title, lead, blocks, folded(f"{title} {lead} {words}"))


def _blocks(tokens: list[Token]) -> Iterator[Block]:
    """Paragraphs and lists; nothing else is written in an article."""
    kind = ""
    items: list[tuple[Run, ...]] = []
    for token in tokens:
        if token.type in _LISTS:
            kind, items = _LISTS[token.type], []
        elif token.type == "inline" and kind:
            items.append(tuple(_runs(token.children or [])))
        elif token.type == "inline":
            yield Block("text", (tuple(_runs(token.children or [])),))
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            yield Block(kind, tuple(items))
            kind = ""


def _runs(children: list[Token]) -> Iterator[Run]:
    url, is_strong = "", False
    for child in children:
        if child.type == "link_open":
            url = _address(str(child.attrGet("href")))
        elif child.type == "link_close":
            url = ""
        elif child.type in ("strong_open", "strong_close"):
            is_strong = child.type == "strong_open"
        elif child.content:
            yield Run(child.content, url, is_strong=is_strong)


def _address(target: str) -> str:
    """`go:` leads to a page of the Manager in the right organisation, `help:` to another article."""
    scheme, _colon, name = target.partition(":")
    return reverse({"go": "help:go", "help": "help:article"}[scheme], args=(name,))


def _has_seen_tour() -> Q:
    return Q(Exists(SeenTour.objects.filter(account_id=OuterRef("account_id"))))


# The start page asks it together with the memberships: the tour starts by itself on the first visit (UI-010).
organisations.add_person_flag("seen_tour", _has_seen_tour)
