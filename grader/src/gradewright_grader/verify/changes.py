"""The small changes that make mutants: what might stand in the place of a node of a syntax tree.

Each is a slip that people make: another operator, a bound one off, a forgotten condition. Left out
is what no fair check can see: texts, annotations, docstrings, the words of an error, `strict=` (it
guards against illegal input), and tiny tolerances made a little larger or smaller.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator

_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_OPPOSITES = (
    ("min", "max"),
    ("any", "all"),
    ("argmin", "argmax"),
    ("minimum", "maximum"),
    ("floor", "ceil"),
    ("zeros", "ones"),
    ("zeros_like", "ones_like"),
)
_OTHER_NAME = dict(_OPPOSITES) | {right: left for left, right in _OPPOSITES}
_WRAPPERS = {"abs", "sum", "sorted", "reversed", "set", "round", "sqrt", "exp", "log"}
_COMMUTATIVE = {"min", "max", "minimum", "maximum", "isinstance", "gcd", "round"}
_UNSEEN_KEYWORDS = {"strict"}
_TINY, _MUCH = 1e-6, 1e9  # a float below the one is a tolerance; changed, it is not one any more


def changes(root: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Every (node, what might stand in its place) at and below `root`, in the order of the text."""
    for node in _parts(root):
        match node:
            case ast.If(test=test) | ast.While(test=test):
                yield from ((test, other) for other in _negated(test))
            case ast.comprehension(ifs=[test, *_]):
                yield from ((test, other) for other in (*_negated(test), ast.Constant(True)))
            case _:
                change = _CHANGES.get(type(node), _nothing)
                yield from ((node, other) for other in change(node))


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below this one, itself included, in which a check can see a change."""
    yield node
    for child in _seen(node):
        yield from _parts(child)


def _nothing(node: ast.AST) -> Iterator[ast.AST]:
    return iter(())


def _seen(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from (*node.args.defaults, *filter(None, node.args.kw_defaults), *node.body)
        case ast.ClassDef():
            yield from node.body
        case ast.AnnAssign(value=value):
            yield from [value] if value is not None else []
        case ast.Lambda(body=body):
            yield body
        case ast.Raise() | ast.JoinedStr() | ast.Assert():
            return
        case ast.Call(func=ast.Name(id="round"), args=[number, *_]):
            yield number  # not the digits: they are a tolerance
        case ast.keyword(arg=name) if name in _UNSEEN_KEYWORDS:
            return
        case _:
            yield from ast.iter_child_nodes(node)


def _like(node: ast.AST, **fields: object) -> ast.AST:
    made = copy.copy(node)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def _negated(test: ast.expr) -> Iterator[ast.expr]:
    match test:
        case ast.UnaryOp(op=ast.Not()) | ast.Compare(ops=[ast.Eq() | ast.NotEq()]):
            return  # its own change says the same
        case ast.Compare(ops=[ast.In() | ast.NotIn() | ast.Is() | ast.IsNot()]):
            return
    yield ast.UnaryOp(ast.Not(), test)


def _binary(node: ast.BinOp) -> Iterator[ast.AST]:
    other = _OPERATORS.get(type(node.op))
    text = isinstance(node.left, ast.Constant) and isinstance(node.left.value, str)
    if other and not text:
        yield _like(node, op=other())


def _augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    other = _OPERATORS.get(type(node.op))
    if other:
        yield _like(node, op=other())
    yield ast.Pass()


def _comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for at, op in enumerate(node.ops):
        other = _COMPARISONS[type(op)]()
        yield _like(node, ops=[*node.ops[:at], other, *node.ops[at + 1 :]])


def _boolean(node: ast.BoolOp) -> Iterator[ast.AST]:
    yield _like(node, op=ast.Or() if isinstance(node.op, ast.And) else ast.And())


def _unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if not isinstance(node.operand, ast.Constant):
        yield node.operand


def _constant(node: ast.Constant) -> Iterator[ast.AST]:
    match node.value:
        case bool(value):
            yield ast.Constant(not value)
        case int(value):
            others = (1, -1) if value else (1,)
            yield from (ast.Constant(value + step) for step in others)
        case float(value) if 0 < value < _TINY:
            yield from (ast.Constant(0.0), ast.Constant(value * _MUCH))
        case float(value):
            yield ast.Constant({0.0: 1.0, 1.0: 0.0}.get(value, value * 2))


def _slice(node: ast.Slice) -> Iterator[ast.AST]:
    for name in ("lower", "upper"):
        bound = getattr(node, name)
        if bound is not None and not isinstance(bound, ast.Constant):
            yield _like(node, **{name: _one_more(bound)})


def _one_more(node: ast.expr) -> ast.expr:
    return ast.BinOp(node, ast.Add(), ast.Constant(1))


def _one_less(node: ast.expr) -> ast.expr:
    return ast.BinOp(node, ast.Sub(), ast.Constant(1))


def _call(node: ast.Call) -> Iterator[ast.AST]:
    name = _called(node.func)
    if name in _OTHER_NAME and (node.args or isinstance(node.func, ast.Attribute)):
        yield _like(node, func=_renamed(node.func, _OTHER_NAME[name]))
    if name in _WRAPPERS and len(node.args) == 1 and not isinstance(node.args[0], ast.GeneratorExp):
        yield node.args[0]  # of a generator nothing could be made
    if name == "len":
        yield _one_less(node)
    if name == "range":
        yield from _ranges(node)
    elif len(node.args) == 2 and name not in _COMMUTATIVE and not _starred(node):
        first, second = node.args
        if ast.dump(first) != ast.dump(second):
            yield _like(node, args=[second, first])
    for at, keyword in enumerate(node.keywords):
        if keyword.arg and keyword.arg not in _UNSEEN_KEYWORDS:
            yield _like(node, keywords=[*node.keywords[:at], *node.keywords[at + 1 :]])


def _starred(node: ast.Call) -> bool:
    return any(isinstance(argument, ast.Starred) for argument in node.args)


def _ranges(node: ast.Call) -> Iterator[ast.AST]:
    if _starred(node):
        return
    last = min(len(node.args), 2) - 1
    if last == 1:
        yield _like(node, args=[_one_more(node.args[0]), *node.args[1:]])
    yield _like(node, args=[*node.args[:last], _one_less(node.args[last]), *node.args[last + 1 :]])


def _called(function: ast.expr) -> str:
    match function:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _renamed(function: ast.expr, name: str) -> ast.AST:
    field = "id" if isinstance(function, ast.Name) else "attr"
    return _like(function, **{field: name})


def _choice(node: ast.IfExp) -> Iterator[ast.AST]:
    yield from (_like(node, test=other) for other in _negated(node.test))
    yield from (node.body, node.orelse)


def _returned(node: ast.Return) -> Iterator[ast.AST]:
    if isinstance(node.value, ast.BinOp):
        yield from (ast.Return(node.value.left), ast.Return(node.value.right))


def _dropped(node: ast.stmt) -> Iterator[ast.AST]:
    yield ast.Pass()


def _dropped_call(node: ast.Expr) -> Iterator[ast.AST]:
    if not isinstance(node.value, ast.Constant):  # a docstring
        yield ast.Pass()


def _stored(node: ast.Assign) -> Iterator[ast.AST]:
    if all(isinstance(target, ast.Subscript | ast.Attribute) for target in node.targets):
        yield ast.Pass()  # without a name's only assignment nothing would run at all


def _loop_end(node: ast.Break | ast.Continue) -> Iterator[ast.AST]:
    yield ast.Continue() if isinstance(node, ast.Break) else ast.Break()


_CHANGES: dict[type[ast.AST], Callable[..., Iterator[ast.AST]]] = {
    ast.BinOp: _binary,
    ast.AugAssign: _augmented,
    ast.Compare: _comparison,
    ast.BoolOp: _boolean,
    ast.UnaryOp: _unary,
    ast.Constant: _constant,
    ast.Slice: _slice,
    ast.Call: _call,
    ast.IfExp: _choice,
    ast.Return: _returned,
    ast.Raise: _dropped,
    ast.Expr: _dropped_call,
    ast.Assign: _stored,
    ast.Break: _loop_end,
    ast.Continue: _loop_end,
}
