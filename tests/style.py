"""A check of prose, names and lengths that the linter does not make: `python -m tests.style [FOLDER or FILE ...]`."""

import ast
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
CHECKED: list[str] = PROJECT["mypy"]["packages"]
SHIPPED: list[str] = PROJECT["hatch"]["build"]["targets"]["wheel"]["packages"]
"""The folders in which no two classes have the same name."""
WORDS = {
    kind: frozenset(words.split()) for kind, words in tomllib.loads((ROOT / "tests" / "style.toml").read_text()).items()
}
LONGEST = 50
"""The number of lines that a function may have. A `match` counts as its longest case, because it is a table."""
RULES = ("clause", "verb", "class", "length", "name")
EVENT = re.compile(r"[A-Z][A-Za-z]+(Made|Taken|Kept)")
"""The name of an event, which is a sentence in the past tense."""

Function = ast.FunctionDef | ast.AsyncFunctionDef
Nodes = Sequence[ast.AST]
Found = Iterator[tuple[int, str, str]]


class Fault(NamedTuple):
    """A departure from the style, with its place."""

    path: str
    line: int
    rule: str
    message: str

    @property
    def room(self) -> str:
        """The folder of the file, at most two deep."""
        return "/".join(Path(self.path).parts[:-1][:2])


def find_faults(sources: Mapping[str, str]) -> Iterator[Fault]:
    """Yield every fault of the sources, which are named by their paths."""
    modules = {path: list(ast.walk(ast.parse(source))) for path, source in sources.items()}
    for path, nodes in modules.items():
        for line, rule, message in (*_clauses(nodes), *_verbs(nodes), *_lengths(nodes), *_names(path, nodes)):
            yield Fault(path, line, rule, message)
    yield from _repeated_classes({path: nodes for path, nodes in modules.items() if path.split("/")[0] in SHIPPED})


def _clauses(nodes: Nodes) -> Found:
    for node in nodes:
        match node:
            case (
                ast.Expr(value=ast.Constant(value=str(text)), lineno=line)
                | ast.keyword(arg="description" | "help" | "summary", value=ast.Constant(value=str(text)), lineno=line)
            ) if _is_clause(text):
                yield line, "clause", f'opens with a bare clause: "{_opening(text)}"'


def _is_clause(text: str) -> bool:
    return _first_word(text).lower() in WORDS["clauses"] or text.lower().startswith("the way ")


def _verbs(nodes: Nodes) -> Found:
    for function in _functions(nodes):
        text = ast.get_docstring(function)
        hidden = function.name.startswith(("_", "test_")) or _is_value(function)
        if text and not hidden and not _is_imperative(_first_word(text)):
            yield function.lineno, "verb", f'{function.name} does not begin with a verb: "{_opening(text)}"'


def _is_imperative(word: str) -> bool:
    """Return True if the form of the word allows an imperative; to know its meaning takes a parser of English."""
    plain = word.lower()
    if not re.fullmatch(r"[A-Z][a-z]+", word) or plain in WORDS["clauses"] | WORDS["not_verbs"]:
        return False
    return plain in WORDS["verbs"] or not plain.endswith(("s", "ed", "ing", "ity", "tion"))


def _is_value(function: Function) -> bool:
    """Return True for a property and a fixture: readers see a value, and their text may be a noun phrase."""
    decorators = " ".join(ast.unparse(decorator) for decorator in function.decorator_list)
    return any(word in decorators for word in ("property", "computed_field", "fixture"))


def _lengths(nodes: Nodes) -> Found:
    for function in _functions(nodes):
        tables = [statement for statement in function.body if isinstance(statement, ast.Match)]
        rows = sum(_lines(table) - max(map(_lines_of_case, table.cases)) for table in tables)
        if (lines := _lines(function) - rows) > LONGEST:
            yield function.lineno, "length", f"{function.name} has {lines} lines; the limit is {LONGEST}"


def _lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _lines_of_case(case: ast.match_case) -> int:
    last = case.body[-1]
    return (last.end_lineno or last.lineno) - case.pattern.lineno + 1


def _names(path: str, nodes: Nodes) -> Found:
    for name, line, kind in ((Path(path).stem, 1, "module"), *_definitions(nodes)):
        words = re.findall(r"[a-z0-9]+", re.sub(r"([A-Z])", r" \1", name).lower())
        if name.startswith("test_") or (kind == "class" and EVENT.fullmatch(name)):
            continue
        if found := WORDS["participles"].intersection(words):
            yield line, "name", f"{kind} {name} is named by a participle: {', '.join(sorted(found))}"
        elif len(words) == 1 and words[0].endswith("ing") and words[0] not in WORDS["nouns"]:
            yield line, "name", f"{kind} {name} is named by a gerund"
        elif words[-1].endswith("ed") and len(words) == 1 and kind == "function" and not path.startswith("tests/"):
            # In tests a history is named by its events: given(planned(), accepted()).
            yield line, "name", f"{kind} {name} is named by a participle"


def _definitions(nodes: Nodes) -> Iterator[tuple[str, int, str]]:
    for node in nodes:
        if isinstance(node, ast.ClassDef):
            yield node.name, node.lineno, "class"
        elif isinstance(node, Function):
            yield node.name, node.lineno, "property" if _is_value(node) else "function"


def _functions(nodes: Nodes) -> Iterator[Function]:
    return (node for node in nodes if isinstance(node, Function))


def _repeated_classes(modules: Mapping[str, Nodes]) -> Iterator[Fault]:
    places = defaultdict(list)
    for path, nodes in modules.items():
        for name, line, kind in _definitions(nodes):
            if kind == "class":
                places[name].append((path, line))
    for name, found in places.items():
        for place in found if len(found) > 1 else ():
            others = ", ".join(f"{path}:{line}" for path, line in found if (path, line) != place)
            yield Fault(*place, "class", f"class {name} is also defined in {others}")


def _first_word(text: str) -> str:
    words = text.split(maxsplit=1)
    return words[0].strip("`'\"(*,.:;") if words else ""


def _opening(text: str) -> str:
    line = text.strip().splitlines()[0]
    return line if len(line) <= 60 else line[:57] + "..."


def read_sources() -> dict[str, str]:
    """Read every module that the type checker reads."""
    files = sorted(path for folder in CHECKED for path in (ROOT / folder).rglob("*.py"))
    return {str(path.relative_to(ROOT)): path.read_text() for path in files}


def report(faults: Iterable[Fault]) -> Iterator[str]:
    """Yield the faults folder by folder, then a table of their counts."""
    rooms = defaultdict(list)
    for fault in sorted(faults):
        rooms[fault.room].append(fault)
    for room in sorted(rooms):
        yield f"\n{room}"
        yield from (f"  {fault.path}:{fault.line}: {fault.rule}: {fault.message}" for fault in rooms[room])
    yield f"\n{'':<28}" + "".join(f"{rule:>8}" for rule in (*RULES, "all"))
    rooms["all"] = [fault for room in rooms.values() for fault in room]
    for room, inside in sorted(rooms.items(), key=lambda item: (item[0] == "all", item[0])):
        counts = Counter(fault.rule for fault in inside)
        yield f"{room:<28}" + "".join(f"{count:>8}" for count in (*(counts[rule] for rule in RULES), len(inside)))


def main(places: list[str]) -> int:
    """Print the faults in the folders or files, or in all, and return 1 if there are any."""
    if missing := [place for place in places if not (ROOT / place).exists()]:
        sys.exit(f"there is no {', '.join(missing)}")
    faults = [fault for fault in find_faults(read_sources()) if fault.path.startswith(tuple(places or CHECKED))]
    if faults:
        print(*report(faults), sep="\n")
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
