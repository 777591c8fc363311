"""Domain names as people write them, in the one spelling the house keeps (RFC 5890 ff., UTS 46; `.ch`: SWITCH).

A checked name is in lower case, without a final dot, international labels in Unicode.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import idna

_MOST_CHARACTERS: Final = 253  # RFC 1035: 255 octets on the wire
_MOST_OF_A_LABEL: Final = 63
_LEAST_BELOW_CH: Final = 3
# The letters beyond ASCII that .ch takes (SWITCH, annex to the general terms: 32 of them).
_LETTERS_OF_CH: Final = frozenset("abcdefghijklmnopqrstuvwxyz0123456789-àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿœ")
# Kept by the registry or misleading in anybody's hands. An operator's list would join here.
RESERVED_BELOW_CH: Final = frozenset({"admin", "arpa", "ch", "example", "localhost", "nic", "switch", "whois", "www"})
_ASCII_LABEL: Final = re.compile(r"[a-z0-9-]+")
_SEPARATORS: Final = str.maketrans({"。": ".", "．": ".", "｡": "."})  # noqa: RUF001  UTS 46 takes these as dots


class DomainNameRefused(ValueError):
    """`rule` is required, domain_name_characters, _hyphen, _length, _ending or _reserved; `values` fill its text."""

    def __init__(self, rule: str, *values: str) -> None:
        super().__init__(rule)
        self.rule = rule
        self.values = values


def domain_name(raw_name: str) -> str:
    """The checked name of any ending. Raises DomainNameRefused."""
    name = _plain(raw_name)
    if not name:
        raise DomainNameRefused("required")
    labels = [_label(each) for each in name.split(".")]
    if len(labels) == 1:
        raise DomainNameRefused("domain_name_ending")
    if len(".".join(_ascii(each) for each in labels)) > _MOST_CHARACTERS:
        raise DomainNameRefused("domain_name_length", "1", str(_MOST_CHARACTERS))
    return ".".join(labels)


def swiss_name(raw_name: str) -> str:
    """A name that can be registered directly below .ch. Raises DomainNameRefused."""
    name = _plain(raw_name)
    if not name:
        raise DomainNameRefused("required")
    label, dot, ending = name.partition(".")
    if not dot or ending != "ch":
        raise DomainNameRefused("domain_name_ending", ".ch")
    label = _label(label)
    if not set(label) <= _LETTERS_OF_CH:
        wrong = sorted(set(label) - _LETTERS_OF_CH)
        raise DomainNameRefused("domain_name_characters", " ".join(wrong))
    if len(label) < _LEAST_BELOW_CH:
        raise DomainNameRefused("domain_name_length", str(_LEAST_BELOW_CH), str(_MOST_OF_A_LABEL))
    if label in RESERVED_BELOW_CH:
        raise DomainNameRefused("domain_name_reserved")
    return f"{label}.ch"


def ascii_name(name: str) -> str:
    """A checked name as the DNS spells it: bäckerei.ch is xn--bckerei-5wa.ch."""
    return ".".join(_ascii(label) for label in name.split("."))


def _plain(raw_name: str) -> str:
    name = unicodedata.normalize("NFC", raw_name.strip()).translate(_SEPARATORS).lower()
    return name.removesuffix(".")


def _label(raw_label: str) -> str:
    """One label in Unicode, checked by IDNA 2008 with the mapping of UTS 46."""
    if not raw_label:
        raise DomainNameRefused("domain_name_length", "1", str(_MOST_OF_A_LABEL))
    if len(raw_label) > _MOST_OF_A_LABEL:
        raise DomainNameRefused("domain_name_length", "1", str(_MOST_OF_A_LABEL))
    if raw_label.startswith("-") or raw_label.endswith("-"):
        raise DomainNameRefused("domain_name_hyphen")
    if raw_label[2:4] == "--" and not raw_label.startswith("xn--"):
        raise DomainNameRefused("domain_name_hyphen")
    if _ASCII_LABEL.fullmatch(raw_label) and not raw_label.startswith("xn--"):
        return raw_label
    try:
        in_ascii = idna.encode(raw_label, uts46=True, transitional=False).decode("ascii")
        return idna.decode(in_ascii)
    except idna.IDNAError:
        raise DomainNameRefused(*_fault(raw_label)) from None


def _fault(label: str) -> tuple[str, ...]:
    """Which sentence helps: the characters that no name can hold, else the length of the encoded label."""
    wrong = sorted({each for each in label if not (each.isalnum() or each == "-")})
    if wrong or label.startswith("xn--"):
        return "domain_name_characters", " ".join(wrong)
    try:
        too_long = len("xn--" + label.encode("punycode").decode("ascii")) > _MOST_OF_A_LABEL
    except UnicodeError:  # lone surrogates
        too_long = False
    if too_long:
        return "domain_name_length", "1", str(_MOST_OF_A_LABEL)
    return "domain_name_characters", ""


def _ascii(label: str) -> str:
    return label if label.isascii() else idna.encode(label).decode("ascii")
