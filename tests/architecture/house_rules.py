"""The house rules that a machine can check (docs/style.md). Each yields the places where a module breaks it.

A rule gets a parsed module and answers with findings; where it applies is said in test_tidy.py.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

MAX_FUNCTION_LINES = 40
MAX_MODULE_LINES = 400
MAX_POSITIONAL = 2

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
WRITERS_OF_ROWS = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITERS_OF_QUERYSETS = {"create", "update", "delete"}
SIGNAL_MODULES = (
    "django.db.models.signals",
    "django.dispatch",
    "allauth.account.signals",
    "django.contrib.auth.signals",
)
INTEGER_FIELDS = {"BigIntegerField", "PositiveBigIntegerField", "IntegerField", "PositiveIntegerField"}
MINOR_TYPES = {"int", "int | None", "models.BigIntegerField", "models.PositiveBigIntegerField"}
MOCKS = {"unittest.mock", "mock", "pytest_mock"}
WALL_CLOCKS = {
    "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "time.time", "time.time_ns", "timezone.now",
    "timezone.localdate", "timezone.localtime", "Now",
}  # fmt: skip


@dataclass(frozen=True)
class Finding:
    """A broken rule: the line for the reader, the symbol for the list of exceptions."""

    line: int
    symbol: str


@cache
def _all_nodes(module: ast.Module) -> tuple[ast.AST, ...]:
    return tuple(ast.walk(module))


def _nodes(node: ast.AST) -> Iterable[ast.AST]:
    """What is in it; of a module found once for all rules."""
    return _all_nodes(node) if isinstance(node, ast.Module) else ast.walk(node)


def _functions(module: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in _nodes(module) if isinstance(node, FUNCTIONS))


def _calls(node: ast.AST) -> Iterator[ast.Call]:
    return (found for found in _nodes(node) if isinstance(found, ast.Call))


def _dotted(node: ast.AST) -> str:
    return ast.unparse(node) if isinstance(node, ast.Name | ast.Attribute) else ""


def too_long_function(module: ast.AST) -> Iterator[Finding]:
    """More than a screen, signature and docstring included."""
    for function in _functions(module):
        if (function.end_lineno or 0) - function.lineno + 1 > MAX_FUNCTION_LINES:
            yield Finding(function.lineno, function.name)


def too_long_module(module: ast.Module) -> Iterator[Finding]:
    """A package split by use case takes its place."""
    last = max((node.end_lineno or 0 for node in module.body), default=0)
    if last > MAX_MODULE_LINES:
        yield Finding(last, "module")


def many_positional(module: ast.AST) -> Iterator[Finding]:
    """Arguments after the second are keyword-only; `self` and `cls` do not count.

    Private functions stand beside their only callers and may be shorter to call.
    """
    for function in _functions(module):
        if function.name.startswith("_"):
            continue
        names = [argument.arg for argument in [*function.args.posonlyargs, *function.args.args]]
        if len([name for name in names if name not in {"self", "cls"}]) > MAX_POSITIONAL:
            yield Finding(function.lineno, function.name)


def overrides_save(module: ast.AST) -> Iterator[Finding]:
    """A row that changes itself while it is stored hides a step."""
    for node in _nodes(module):
        if isinstance(node, ast.ClassDef):
            yield from (
                Finding(function.lineno, f"{node.name}.{function.name}")
                for function in node.body
                if isinstance(function, FUNCTIONS) and function.name in {"save", "delete"}
            )


def listens_to_signals(module: ast.AST) -> Iterator[Finding]:
    """News travels as domain events in the caller's transaction."""
    for node in _nodes(module):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            names = [node.module or ""]
        yield from (Finding(node.lineno, name) for name in names if name in SIGNAL_MODULES)


def writes(module: ast.AST) -> Iterator[Finding]:
    """Stores, changes or removes rows."""
    for call in _calls(module):
        target = ast.unparse(call.func)
        name = target.rpartition(".")[2]
        is_row = name in WRITERS_OF_ROWS or target.removeprefix("orm.") in {"insert", "insert_many", "save_or_refuse"}
        is_queryset = name in WRITERS_OF_QUERYSETS and ".objects" in target
        is_instance = name in {"save", "delete"} and "." in target and not call.args
        if is_row or is_queryset or is_instance:
            yield Finding(call.lineno, target)


def loose_service(module: ast.Module) -> Iterator[Finding]:
    """A public function of a services module that is not one guarded, keyword-only transaction."""
    for function in module.body:
        if isinstance(function, FUNCTIONS) and not function.name.startswith("_"):
            decorators = {_dotted(getattr(each, "func", each)) for each in function.decorator_list}
            if "transaction.atomic" not in decorators:
                yield Finding(function.lineno, f"{function.name}: not @transaction.atomic")
            if function.args.args or function.args.posonlyargs:
                yield Finding(function.lineno, f"{function.name}: takes positional arguments")
            if not _is_guarded(function):
                yield Finding(function.lineno, f"{function.name}: writes before require()")


def _is_guarded(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    if "System-only:" in (ast.get_docstring(function) or ""):
        return True
    for statement in function.body:
        if any(_dotted(call.func) in {"require", "decisions.require"} for call in _calls(statement)):
            return True
        if any(writes(statement)):
            return False
    return False


def uses_float(module: ast.AST) -> Iterator[Finding]:
    """Binary fractions lose cents."""
    for node in _nodes(module):
        if isinstance(node, ast.Name) and node.id == "float":
            yield Finding(node.lineno, "float")


def minor_is_not_int(module: ast.AST) -> Iterator[Finding]:
    """A name that ends in _minor and is declared as something else than a whole number."""
    for node in _nodes(module):
        declared: list[tuple[str, ast.AST | None]] = []
        if isinstance(node, ast.AnnAssign):
            declared = [(_dotted(node.target), node.annotation)]
        elif isinstance(node, ast.arg):
            declared = [(node.arg, node.annotation)] if node.annotation else []
        elif isinstance(node, FUNCTIONS):
            declared = [(node.name, node.returns)]
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Call):
            field = _dotted(node.value.func)
            is_field = field.startswith("models.") and field.endswith("Field")
            declared = [(_dotted(target), node.value.func) for target in node.targets] if is_field else []
        for name, kind in declared:
            if name.endswith("_minor") and (kind is None or ast.unparse(kind).strip("'\"") not in MINOR_TYPES):
                yield Finding(node.lineno, name)


def asks_the_wall_clock(module: ast.AST) -> Iterator[Finding]:
    """Tests and the demo travel; whoever reads another clock stays behind."""
    for call in _calls(module):
        parts = ast.unparse(call.func).split(".")
        if ".".join(parts[-2:]) in WALL_CLOCKS:
            yield Finding(call.lineno, ".".join(parts[-2:]))


def catches_everything(module: ast.AST) -> Iterator[Finding]:
    """An error is handled where something can be done about it, by its name."""
    for node in _nodes(module):
        if isinstance(node, ast.ExceptHandler):
            kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
            if any(kind is None or _dotted(kind) in {"Exception", "BaseException"} for kind in kinds):
                yield Finding(node.lineno, "except")
        if isinstance(node, ast.Call) and _dotted(node.func).rpartition(".")[2] == "suppress":
            kinds = node.args
            if any(_dotted(kind) in {"Exception", "BaseException"} for kind in kinds):
                yield Finding(node.lineno, "suppress")


def asks_the_vendor(module: ast.AST) -> Iterator[Finding]:
    """What differs between the databases is known in foundation."""
    for node in _nodes(module):
        if isinstance(node, ast.Attribute) and node.attr == "vendor" and "connection" in ast.unparse(node.value):
            yield Finding(node.lineno, ast.unparse(node))


def marks_text_safe(module: ast.AST) -> Iterator[Finding]:
    """Text that skips escaping is how a customer's name becomes a script."""
    for call in _calls(module):
        if _dotted(call.func).rpartition(".")[2] in {"mark_safe", "SafeString"}:
            yield Finding(call.lineno, _dotted(call.func))


def sleeps(module: ast.AST) -> Iterator[Finding]:
    """A test waits for what it needs, never for time to pass."""
    for call in _calls(module):
        if _dotted(call.func) in {"time.sleep", "sleep"}:
            yield Finding(call.lineno, _dotted(call.func))


def mocks(module: ast.AST) -> Iterator[Finding]:
    """A test of a mock proves the mock. The outside world has peers of ours instead."""
    for node in _nodes(module):
        if isinstance(node, ast.ImportFrom | ast.Import):
            names = [getattr(node, "module", None) or "", *(alias.name for alias in node.names)]
            yield from (
                Finding(node.lineno, name) for name in names if name in {"unittest.mock", "mock", "pytest_mock"}
            )


def constraint_names(module: ast.AST) -> Iterator[Finding]:
    """The names of all constraints declared in the module."""
    for call in _calls(module):
        if _dotted(call.func).rpartition(".")[2] in {"UniqueConstraint", "CheckConstraint", "ExclusionConstraint"}:
            names = [keyword.value for keyword in call.keywords if keyword.arg == "name"]
            yield from (Finding(call.lineno, name.value) for name in names if isinstance(name, ast.Constant))


def product_codes(module: ast.AST) -> Iterator[Finding]:
    """The codes of the product kinds defined in the module."""
    for node in _nodes(module):
        if isinstance(node, ast.ClassDef):
            for statement in node.body:
                target = statement.targets[0] if isinstance(statement, ast.Assign) else None
                target = statement.target if isinstance(statement, ast.AnnAssign) else target
                value = getattr(statement, "value", None)
                if target is not None and _dotted(target) == "code" and isinstance(value, ast.Constant):
                    yield Finding(statement.lineno, str(value.value))


def compares_with(codes: Iterable[str], module: ast.AST) -> Iterator[Finding]:
    """Decides by the code of a product, which only the product's own file may know."""
    known = set(codes)
    for node in _nodes(module):
        if isinstance(node, ast.Compare | ast.MatchValue):
            constants = (part for part in ast.walk(node) if isinstance(part, ast.Constant))
            yield from (Finding(node.lineno, part.value) for part in constants if part.value in known)


# Rules for text: one line each, by pattern.
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
ADDRESS = re.compile("://")
REGISTRY = re.compile(r"(pypi|pythonhosted|npmjs|yarnpkg|debian)\.org|/simple/?[\"'\s]")
INLINE_POLICY = re.compile("unsafe-" + "(inline|eval)")
INLINE_IN_TEMPLATE = re.compile(
    r"\s(style|on[a-z]+)=[\"']|<style\b|javascript:"
    r"|<script(?![^>]*(src=|type=\"application/json\"))"
    r"|\|\s*safe\b|autoescape off"
)
# docs/components.md: beside a heading fits one word, and what concerns a whole list; the tour is no panel of a page.
ACTION_BESIDE_A_HEADING = re.compile(
    r'class="panel-head">(?:(?!</div>).)*class="btn small(?! quiet)[^>]*>{% translate "(?!\w+ ?…?"|Revoke all)[^"]+"'
)
COLON_AFTER_A_VALUE = re.compile(r"(?:}}|%}|>):\s")
# A translated sentence has its own colons; `lang` marks what is not written in the reader's language.
OF_ONE_LANGUAGE = re.compile(r"{% blocktranslate.*?{% endblocktranslate %}|<code lang=.*?</code>")
BAD_MODULE_NAME = re.compile(r"^(utils?|helpers?|common|managers?|misc|tools)(\.py)?$")


def sets_a_colon(text: str) -> Iterator[Finding]:
    """A colon that the template sets after a label: French has a space before it, so `as_label` knows how."""
    return lines_matching(COLON_AFTER_A_VALUE, OF_ONE_LANGUAGE.sub("", text))


def lines_matching(pattern: re.Pattern[str], text: str) -> Iterator[Finding]:
    """Each line that the pattern is found in, by its number and its words."""
    for number, line in enumerate(text.splitlines(), start=1):
        if match := pattern.search(line):
            yield Finding(number, match[0].strip())
