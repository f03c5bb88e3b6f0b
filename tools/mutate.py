"""Do the tests notice? Change one thing at a time in a module, run its tests, and list the changes that none of them saw.

Run ``python tools/mutate.py src/myognosis/reason/triage.py --tests tests/reason/test_triage.py`` after the tests are green.
The module is always put back as it was. Nothing else may use this checkout meanwhile.
"""

import argparse
import ast
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

COMPARED: dict[type[ast.cmpop], tuple[type[ast.cmpop], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE), ast.LtE: (ast.Lt, ast.Gt), ast.Gt: (ast.GtE, ast.LtE), ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.Is: (ast.IsNot,), ast.IsNot: (ast.Is,), ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
}  # fmt: skip
COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
CALLED = {"min": "max", "max": "min", "any": "all", "all": "any", "sum": "max", "zeros": "ones", "ones": "zeros"}
PASSED_OVER = {"annotation", "returns", "decorator_list"}
"""Fields of the tree that say nothing at run time, or are not behaviour."""


class Mutant(NamedTuple):
    """One change: where, what, and the module with it."""

    line: int
    what: str
    source: str


def changes(node: ast.AST) -> Iterator[ast.AST]:
    """What may stand in the place of a node."""
    match node:
        case ast.Compare(left, ops, right):
            for i, op in enumerate(ops):
                yield from (ast.Compare(left, [*ops[:i], other(), *ops[i + 1 :]], right) for other in COMPARED[type(op)])
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
            yield from (ast.BoolOp(op, values[:i] + values[i + 1 :]) for i in range(len(values)) if len(values) > 2)
        case ast.BinOp(left, op, right) if type(op) in COUNTED:
            yield ast.BinOp(left, COUNTED[type(op)](), right)
        case ast.AugAssign(target, op, value) if type(op) in COUNTED:
            yield from (ast.Pass(), ast.AugAssign(target, COUNTED[type(op)](), value))
        case ast.UnaryOp(ast.Not() | ast.USub() | ast.Invert(), operand):
            yield operand
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Return(value) if value:
            yield ast.Return(ast.Constant(None))
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.If(test, body, orelse):
            yield from (ast.If(ast.UnaryOp(ast.Not(), test), body, orelse), ast.Pass())
        case ast.comprehension(target, several, [_, *_], is_async):
            yield ast.comprehension(target, several, [], is_async)
        case ast.Continue():
            yield from (ast.Break(), ast.Pass())
        case ast.Expr(ast.Call() | ast.YieldFrom() | ast.Yield()):
            yield ast.Pass()
        case ast.Subscript(value, ast.Tuple([first, second])):
            yield ast.Subscript(value, ast.Tuple([second, first]))
        case ast.Name(name) if name in CALLED:
            yield ast.Name(CALLED[name])
        case ast.Attribute(value, name) if name in CALLED:
            yield ast.Attribute(value, CALLED[name])


def mutants(source: str) -> list[Mutant]:
    """Every module that differs from this one in one place."""
    tree, found = ast.parse(source), []

    def visit(parent: ast.AST, line: int) -> None:
        for field, held in ast.iter_fields(parent):
            row = held if isinstance(held, list) else [held]
            for i, node in enumerate(row):
                if isinstance(node, ast.AST) and field not in PASSED_OVER:
                    at = getattr(node, "lineno", line)
                    for other in changes(node):
                        setattr(parent, field, [*row[:i], other, *row[i + 1 :]] if row is held else other)
                        found.append(Mutant(at, f"{_written(node, 1)}  ->  {_written(other, 1)}", _written(tree)))
                        setattr(parent, field, held)
                    visit(node, at)

    visit(tree, 0)
    return found


def _written(node: ast.AST, lines: int | None = None) -> str:
    return "\n".join(ast.unparse(ast.fix_missing_locations(node)).split("\n")[:lines])


def survives(tests: list[str], limit_s: float) -> bool:
    """Whether the tests are green, within the time."""
    environment = os.environ | {"MYOGNOSIS_TESTS": "quick", "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *tests]
    try:
        return subprocess.run(command, env=environment, capture_output=True, timeout=limit_s).returncode == 0  # noqa: S603  # our own
    except subprocess.TimeoutExpired:
        return False


def judge(path: Path, tests: list[str], most: int, seed: int) -> float:
    """Try the mutants of one module; the share that the tests noticed."""
    source, start = path.read_text("utf-8"), time.monotonic()
    if not survives(tests, 600):
        raise SystemExit("The tests fail before anything is changed.")
    limit_s, pool = 4 * (time.monotonic() - start) + 5, mutants(source)
    chosen = pool if len(pool) <= most else random.Random(seed).sample(pool, most)  # noqa: S311  # a sample, not a secret
    alive = []
    try:
        for mutant in sorted(chosen, key=lambda mutant: mutant.line):
            path.write_text(mutant.source + "\n", "utf-8")
            if survives(tests, limit_s):
                alive.append(mutant)
                print(f"{path}:{mutant.line}: {mutant.what}", flush=True)
    finally:
        path.write_text(source, "utf-8")
    score = 1 - len(alive) / len(chosen)
    print(f"{path}: {score:.1%} of {len(chosen)} changes noticed ({len(pool)} possible, seed {seed})", flush=True)
    return score


def main() -> int:
    """Judge each module by the tests; 1 where less than the wanted share is noticed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="+", type=Path)
    parser.add_argument("--tests", nargs="+", default=[], help="what goes to pytest")
    parser.add_argument("--most", type=int, default=120, help="try at most so many changes of a module")
    parser.add_argument("--seed", type=int, default=1, help="which of them, where there are more")
    parser.add_argument("--least", type=float, default=0.9, help="the share that has to be noticed")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    scores = [judge(path, options.tests, options.most, options.seed) for path in options.modules]
    return 0 if min(scores) >= options.least else 1


if __name__ == "__main__":
    sys.exit(main())
