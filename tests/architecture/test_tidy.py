"""The house rules hold everywhere, and each is proved by good and bad lines.

An entry of exceptions.py that is no longer needed fails the suite until it is removed.
"""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import pytest

from tests.architecture import house_rules as house
from tests.architecture import source
from tests.architecture.exceptions import EXCEPTIONS
from tests.architecture.house_rules import Finding

MONEY_ROOMS = {"billing", "catalogue", "products"}
# The edge turns whatever happens into an answer; the worker turns it into a failed job. Nobody else may.
EDGES = ("foundation/edge/", "api/gateway.py", "foundation/jobs/worker.py")


def python_everywhere() -> list[Path]:
    outside = [source.ROOT / "conftest.py", *(source.ROOT / "scripts").glob("*.py")]
    outside += (source.ROOT / "benchmarks").glob("*.py")
    return [*source.modules(), *source.tests(), *outside]


def is_service(path: Path) -> bool:
    inner = path.relative_to(source.SOURCE).parts
    return path.name != "__init__.py" and (inner[1:2] == ("services",) or inner[1:] == ("services.py",))


def in_source(wanted: Callable[[str], bool]) -> list[Path]:
    return [path for path in source.modules() if wanted(str(path.relative_to(source.SOURCE)))]


def knows_a_product(path: Path) -> bool:
    return path.name == "product.py" or "kinds" in path.parts


@cache
def codes() -> set[str]:
    kinds = [path for path in source.modules() if knows_a_product(path)]
    return {found.symbol for path in kinds for found in house.product_codes(source.tree(path))}


@cache
def tracked(*endings: str) -> list[Path]:
    """The text files that a clone has, but for the patterns themselves."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=source.ROOT, capture_output=True, text=True, check=True)
    names = [name for name in listed.stdout.split("\0") if name.endswith(endings or ("",))]
    paths = [source.ROOT / name for name in names if name and not name.endswith((*NO_TEXT, "house_rules.py"))]
    return [path for path in paths if path.is_file()]


@dataclass(frozen=True)
class Rule:
    """A house rule: what breaks it, where it applies, one good and one or more bad texts."""

    name: str
    broken_by: Callable[[str], Iterable[Finding]]
    files: Callable[[], list[Path]]
    good: str
    bad: tuple[str, ...]


parsed = cache(ast.parse)  # twenty rules read every module


def of_code(rule: Callable[[ast.Module], Iterable[Finding]]) -> Callable[[str], Iterable[Finding]]:
    return lambda text: rule(parsed(text))


def of_lines(pattern) -> Callable[[str], Iterable[Finding]]:
    return partial(house.lines_matching, pattern)


NO_TEXT = (".png", ".pdf", ".ttf", ".woff2", ".ico", ".zip")
# Django passes a view the parts of its address in their order.
VIEWS = re.compile(r"(^|/)(web|api)(/|\.py$)")
WRITE_PLACES = ("services", "foundation/", "services.py")

RULES = [
    Rule(
        "a function fits on a screen",
        of_code(house.too_long_function),
        python_everywhere,
        good="def f():\n" + "    1\n" * 39,
        bad=("def f():\n" + "    1\n" * 40, "class A:\n  async def f():\n" + "    1\n" * 40),
    ),
    Rule(
        "a module has at most 400 lines",
        of_code(house.too_long_module),
        python_everywhere,
        good="1\n" * 400,
        bad=("1\n" * 401,),
    ),
    Rule(
        "arguments after the second are named",
        of_code(house.many_positional),
        lambda: in_source(lambda name: not VIEWS.search(name)),
        good="class A:\n  def f(self, a, b, *, c): ...\ndef _f(a, b, c): ...",
        bad=("def f(a, b, c): ...", "class A:\n  def f(self, a, b, c=1): ..."),
    ),
    Rule(
        "no model changes itself while it is stored",
        of_code(house.overrides_save),
        source.modules,
        good="class Order:\n  def total(self): ...",
        bad=("class Order:\n  def save(self): ...", "class Order:\n  def delete(self): ..."),
    ),
    Rule(
        "no business step hangs on a signal",
        of_code(house.listens_to_signals),
        source.modules,
        good="from stellwerk.foundation import events",
        bad=("from django.db.models.signals import post_save", "import django.dispatch"),
    ),
    Rule(
        "rows are written by services and foundation",
        of_code(house.writes),
        lambda: in_source(lambda name: not any(place in name for place in WRITE_PLACES)),
        good="payload.update(x=1); pdf.save(stream); cache.delete('key'); list.insert(0, 1)",
        bad=(
            "Order.objects.filter(pk=1).update(x=1)",
            "order.save()",
            "order.save(update_fields=['paid_at'])",
            "save_or_refuse(order, 'paid_at')",
            "insert(Order())",
            "orm.insert(Order())",
            "Order.objects.create(x=1)",
            "order.lines.all().delete()",
            "rows.bulk_create(many)",
        ),
    ),
    Rule(
        "a service is one guarded transaction with named arguments",
        of_code(house.loose_service),
        lambda: [path for path in source.modules() if is_service(path)],
        good=(
            "@transaction.atomic\ndef pay(*, actor):\n  order = find(1)\n  require(can(actor, order))\n  insert(1)\n"
            "@transaction.atomic(durable=True)\ndef renew(*, on):\n  '''System-only: the renewal run.'''\n  insert(1)\n"
            "def _total(lines): ...\n"
        ),
        bad=(
            "def pay(*, actor):\n  require(can_pay(actor))",
            "@transaction.atomic\ndef pay(actor):\n  require(can_pay(actor))",
            "@transaction.atomic\ndef pay(*, actor):\n  insert(Payment())",
            "@transaction.atomic\ndef pay(*, actor):\n  insert(Payment())\n  require(can_pay(actor))",
        ),
    ),
    Rule(
        "money is never a binary fraction",
        of_code(house.uses_float),
        lambda: in_source(lambda name: name.split("/")[0] in MONEY_ROOMS or name == "foundation/money.py"),
        good="Fraction(1, 3)",
        bad=("float(net)", "def vat(net: float) -> int: ..."),
    ),
    Rule(
        "an amount in minor units is a whole number",
        of_code(house.minor_is_not_int),
        source.modules,
        good=(
            "net_minor: int\ndef vat_minor(net_minor: int) -> int: ...\nclass A:\n  paid_minor: int | None = None\n"
            "  due_minor = models.BigIntegerField(default=0)"
        ),
        bad=(
            "net_minor: Decimal",
            "def vat_minor(net: int): ...",
            "def f(net_minor: float): ...",
            "class A:\n  due_minor = models.DecimalField()",
        ),
    ),
    Rule(
        "time comes from the clock",
        of_code(house.asks_the_wall_clock),
        lambda: in_source(lambda name: name != "foundation/clock.py"),
        good="clock.now(); clock.today(); time.monotonic(); datetime(2026, 1, 1)",
        bad=("datetime.now(UTC)", "datetime.date.today()", "time.time()", "timezone.now()", "Now()"),
    ),
    Rule(
        "errors are caught by their names",
        of_code(house.catches_everything),
        lambda: in_source(lambda name: not name.startswith(EDGES)),
        good="try: f()\nexcept (KeyError, OSError): g()",
        bad=(
            "try: f()\nexcept: g()",
            "try: f()\nexcept Exception: g()",
            "try: f()\nexcept (KeyError, BaseException): g()",
            "with suppress(Exception): f()",
        ),
    ),
    Rule(
        "only foundation knows which database it is",
        of_code(house.asks_the_vendor),
        lambda: in_source(lambda name: not name.startswith("foundation/")),
        good="product.vendor == 'acme'",
        bad=("if connection.vendor == 'sqlite': f()", "schema_editor.connection.vendor"),
    ),
    Rule(
        "no text skips escaping in code",
        of_code(house.marks_text_safe),
        source.modules,
        good="format_html('<b>{}</b>', name)",
        bad=("mark_safe(name)", "safestring.mark_safe(name)"),
    ),
    Rule(
        "tests use no mocks",
        of_code(house.mocks),
        source.tests,
        good="import pytest",
        bad=("from unittest import mock\nimport unittest.mock", "from unittest.mock import patch"),
    ),
    Rule(
        "tests do not sleep",
        of_code(house.sleeps),
        source.tests,
        good="event.wait(timeout=5)",
        bad=("time.sleep(1)", "sleep(0.1)"),
    ),
    Rule(
        "nobody decides by a product's code outside its own file",
        lambda text: house.compares_with(codes() or {"suite-pro"}, parsed(text)),
        lambda: [path for path in source.modules() if not knows_a_product(path)],
        good="kind.code == other.code",
        bad=(),  # proved below: the codes are those of the installed kinds
    ),
    Rule(
        "nothing is left unfinished",
        of_lines(house.UNFINISHED),
        lambda: tracked(".py", ".ts", ".mjs", ".css", ".html", ".md"),
        good="done",
        bad=("# TO" + "DO: later", "// FIX" + "ME"),
    ),
    Rule(
        "no lock file holds an address",
        of_lines(house.ADDRESS),
        lambda: tracked(".lock", "package-lock.json", "requirements.txt"),
        good="django==5.2.19 --hash=sha256:00",
        bad=("--index-url https" + "://index.example/", '"resolved": "https' + '://registry.example/x.tgz"'),
    ),
    Rule(
        "no file names a package registry",
        of_lines(house.REGISTRY),
        tracked,
        good="pip asks the index it is configured for; https://www.postgresql.org; import simple",
        bad=("https://py" + "pi.org/project", "registry.np" + "mjs.org", "index-url = 'http://mirror/sim" + "ple/'"),
    ),
    Rule(
        "the content security policy has no hole",
        of_lines(house.INLINE_POLICY),
        lambda: tracked(".py", ".html", ".ts", ".mjs"),
        good="script-src 'self'",
        bad=("style-src 'unsafe-" + "inline'", "script-src 'unsafe-" + "eval'"),
    ),
    Rule(
        "templates hold no inline style or script and escape everything",
        of_lines(house.INLINE_IN_TEMPLATE),
        lambda: [path for path in source.templates() if path.suffix != ".txt"],
        good='<p class="style">{{ safe }}</p><script src="{% static \'app.js\' %}" nonce="x"></script>',
        bad=(
            '<p style="color: red">',
            "<p style='color: red'>",
            '<button onclick="pay()">',
            "{{ name|safe }}",
            "{{ name | safe }}",
            "<style>p{}</style>",
            "<script>pay()</script>",
            "{% autoescape off %}",
            '<a href="javascript:pay()">',
        ),
    ),
    Rule(
        "what can be done in a panel follows what it is about",
        of_lines(house.ACTION_BESIDE_A_HEADING),
        source.templates,
        good='<div class="panel-head"><h2>Data</h2><a class="btn small">{% translate "Change" %}</a></div>',
        bad=('<div class="panel-head"><h2>Data</h2><a class="btn small">{% translate "Change the data" %}</a></div>',),
    ),
    Rule(
        "templates leave the colon of a label to its filter",
        house.sets_a_colon,
        source.templates,
        good="{{ name|as_label }} {{ day }}{% blocktranslate %}{{ name }}: {{ day }}{% endblocktranslate %}",
        bad=("{{ name }}: {{ day }}", '{% translate "Name" %}: {{ name }}', "<strong>Firefox</strong>: "),
    ),
]  # fmt: skip


@cache
def findings(rule: Rule) -> list[tuple[str, str]]:
    """The key of each finding, as it would stand in EXCEPTIONS, and the line for the reader."""
    found = []
    for path in rule.files():
        name = path.relative_to(source.ROOT)
        broken = rule.broken_by(path.read_text(encoding="utf-8"))
        found += [(f"{name}: {each.symbol}", f"{name}:{each.line}: {each.symbol}") for each in broken]
    return found


def forms_of(key: str) -> set[str]:
    """How EXCEPTIONS may name a finding: exactly, by its function, by one part of the rule in a file, by the file."""
    file, _, symbol = key.partition(": ")
    function, _, part = symbol.partition(": ")
    return {key, f"{file}: {function}", f"{file}: *"} | ({f"{file}: *: {part}"} if part else set())


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_each_rule_knows_good_from_bad(rule):
    assert list(rule.broken_by(rule.good)) == []
    for bad in rule.bad:
        assert list(rule.broken_by(bad)), bad


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_every_file_keeps_the_rule(rule):
    allowed = EXCEPTIONS.get(rule.name, {})

    broken = [line for key, line in findings(rule) if not allowed.keys() & forms_of(key)]
    assert not broken, f"{rule.name}:\n" + "\n".join(broken)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_the_list_of_exceptions_only_shrinks(rule):
    allowed = EXCEPTIONS.get(rule.name, {})

    needed = {form for key, _ in findings(rule) for form in forms_of(key)}
    assert allowed.keys() - needed == set(), "mended: remove these lines from EXCEPTIONS"
    assert all(reason.strip() for reason in allowed.values())


def test_exceptions_name_existing_rules():
    assert set(EXCEPTIONS) <= {rule.name for rule in RULES} | {"every constraint is broken by a test"}


def test_a_comparison_with_a_product_code_is_seen():
    for bad in ("if kind == 'suite-pro': f()", "kind in ('suite-pro', 'x')", "match kind:\n  case 'suite-pro': f()"):
        assert list(house.compares_with({"suite-pro"}, ast.parse(bad)))
    assert not list(house.compares_with({"suite-pro"}, ast.parse("offer(kind='suite-pro')")))


def test_no_module_is_called_utils():
    bad = [path for path in source.SOURCE.rglob("*") if house.BAD_MODULE_NAME.match(path.name)]

    assert bad == []
    assert all(house.BAD_MODULE_NAME.match(name) for name in ("utils.py", "helpers", "common.py", "manager.py"))
    assert not house.BAD_MODULE_NAME.match("commons_of_bern.py")


def test_every_constraint_is_broken_by_a_test():
    models = in_source(lambda name: "/models" in name)
    declared = {found.symbol for path in models for found in house.constraint_names(source.tree(path))}
    tested = "\n".join(path.read_text(encoding="utf-8") for path in source.tests() if "architecture" not in path.parts)
    untested = {name for name in declared if name not in tested}
    allowed = EXCEPTIONS.get("every constraint is broken by a test", {}).keys()

    assert not untested - allowed, "no test breaks these constraints:\n" + "\n".join(sorted(untested - allowed))
    assert not allowed - untested, "mended: remove these lines from EXCEPTIONS:\n" + "\n".join(
        sorted(allowed - untested)
    )
