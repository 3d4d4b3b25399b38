"""numpy's random generators: a named algorithm and its state as plain numbers.

The receiver builds a new generator and sets the state, after checking every number of it: numpy
believes a position beyond the end of the key and would read memory there. The seed sequence does
not cross, so `spawn` of a received generator makes children of its own.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gradewright.values import wire
from gradewright.values.caps import GENERATOR_COST
from gradewright.values.errors import broken

if TYPE_CHECKING:
    from gradewright.values.decoder import Decoder
    from gradewright.values.encoder import Encoder, Handler

Path = tuple[str, ...]
# Of each algorithm: where a number stands in numpy's state dict and its largest value, or where
# an array stands, its dtype and its length.
_HALF: list[tuple[Path, int]] = [(("has_uint32",), 1), (("uinteger",), (1 << 32) - 1)]
_WIDE = (1 << 128) - 1
_PCG: list[tuple[Path, int]] = [(("state", "state"), _WIDE), (("state", "inc"), _WIDE), *_HALF]
NUMBERS: dict[str, list[tuple[Path, int]]] = {
    "PCG64": _PCG,
    "PCG64DXSM": _PCG,
    "MT19937": [(("state", "pos"), 624)],
    "Philox": [(("buffer_pos",), 4), *_HALF],
    "SFC64": _HALF,
}
WORDS: dict[str, list[tuple[Path, str, int]]] = {
    "PCG64": [],
    "PCG64DXSM": [],
    "MT19937": [(("state", "key"), "<u4", 624)],
    "Philox": [
        (("state", "counter"), "<u8", 4),
        (("state", "key"), "<u8", 2),
        (("buffer",), "<u8", 4),
    ],
    "SFC64": [(("state", "state"), "<u8", 4)],
}


def handler_for(cls: type) -> Handler | None:
    """How to encode a numpy Generator or RandomState; None if it is neither."""
    random = wire.loaded("numpy.random", "Generator")
    if random is None:
        return None
    if issubclass(cls, random.Generator):
        return _encode_generator
    return _encode_random_state if issubclass(cls, random.RandomState) else None


def _encode_generator(enc: Encoder, value: Any, depth: int) -> list[Any]:
    random: Any = sys.modules["numpy.random"]
    bits = random.Generator.bit_generator.__get__(value)
    name = type(bits).__name__
    if name not in NUMBERS or type(bits) is not getattr(random, name, None):
        return enc.opaque(value)
    return _generator(enc, [wire.NP_GENERATOR, name], bits.state, depth)


def _encode_random_state(enc: Encoder, value: Any, depth: int) -> list[Any]:
    random: Any = sys.modules["numpy.random"]
    state = random.RandomState.get_state(value, legacy=False)
    name = state["bit_generator"]
    if name not in NUMBERS:
        return enc.opaque(value)
    head = [wire.NP_RANDOM_STATE, name, int(state["has_gauss"]), float(state["gauss"])]
    return _generator(enc, head, state, depth)


def _generator(enc: Encoder, head: list[Any], state: dict[str, Any], depth: int) -> list[Any]:
    name = head[1]
    enc.charge(GENERATOR_COST)
    numbers = [enc.node(int(_at(state, path)), depth) for path, _ in NUMBERS[name]]
    words = [_at(state, path).astype(dtype).tobytes() for path, dtype, _ in WORDS[name]]
    return enc.leaf(*head, *numbers, *words)


def _at(state: dict[str, Any], path: Path) -> Any:
    """The part of a state dict at `path`."""
    part: Any = state
    for key in path:
        part = part[key]
    return part


def _put(state: dict[str, Any], path: Path, part: Any) -> None:
    """Set the part of a state dict at `path`, making the dicts on the way."""
    for key in path[:-1]:
        state = state.setdefault(key, {})
    state[path[-1]] = part


def _read_state(dec: Decoder, name: Any, slots: list[Any], depth: int) -> dict[str, Any]:
    """numpy's state dict from the slots of a node, every number of it checked."""
    if type(name) is not str or name not in NUMBERS:
        raise broken("the algorithm of a generator", name, ", ".join(NUMBERS))
    numbers, words = NUMBERS[name], WORDS[name]
    if len(slots) != len(numbers) + len(words):
        raise broken(f"the length of a {name} state", len(slots), f"{len(numbers) + len(words)}")
    state: dict[str, Any] = {"bit_generator": name}
    for (path, most), slot in zip(numbers, slots, strict=False):
        number = slot if type(slot) is int else _wide_int(dec, slot, depth)
        if not 0 <= number <= most:
            raise broken(f"{path[-1]} of a {name} state", number, f"0 to {most}")
        _put(state, path, number)
    for (path, dtype, count), slot in zip(words, slots[len(numbers) :], strict=True):
        _put(state, path, _read_words(f"{path[-1]} of a {name} state", slot, dtype, count))
    return state


def _wide_int(dec: Decoder, slot: Any, depth: int) -> int:
    """A number of up to 128 bits."""
    if type(slot) is not list or not slot or slot[0] != wire.BIGINT:
        raise broken("a number of a generator's state", slot, "an int")
    number: int = dec.node(slot, depth)
    return number


def _read_words(what: str, slot: Any, dtype: str, count: int) -> Any:
    """An array of a state, of exactly `count` words."""
    np = wire.needed("numpy")
    if type(slot) is not bytes or len(slot) != count * np.dtype(dtype).itemsize:
        raise broken(what, slot, f"the bytes of {count} words of {dtype}")
    return np.frombuffer(slot, dtype).astype(np.dtype(dtype).newbyteorder("="))


def _bits_with(dec: Decoder, name: Any, slots: list[Any], depth: int) -> Any:
    """A new bit generator with the state in `slots`, kept by numpy as it was sent."""
    state = _read_state(dec, name, slots, depth)
    dec.charge(GENERATOR_COST)
    bits = getattr(wire.needed("numpy.random"), name)(0)
    bits.state = state
    return bits


def _decode_generator(dec: Decoder, node: list[Any], depth: int) -> Any:
    bits = _bits_with(dec, node[1], node[2:], depth)
    return wire.needed("numpy.random").Generator(bits)


def _decode_random_state(dec: Decoder, node: list[Any], depth: int) -> Any:
    _, name, has_gauss, gauss, *slots = node
    if type(has_gauss) is not int or has_gauss not in (0, 1) or type(gauss) is not float:
        raise broken("the normal number kept by a RandomState", node[2:4], "0 or 1 and a float")
    bits = _bits_with(dec, name, slots, depth)
    random_state = wire.needed("numpy.random").RandomState(bits)
    random_state.set_state({**bits.state, "has_gauss": has_gauss, "gauss": gauss})
    return random_state


DECODERS = {
    wire.NP_GENERATOR: (3, 12, _decode_generator),
    wire.NP_RANDOM_STATE: (5, 14, _decode_random_state),
}
