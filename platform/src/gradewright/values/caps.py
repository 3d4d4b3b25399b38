"""The limits a value must keep to cross, and what each kind of node costs against them.

Both sides count in the same way, so what `encode` lets out under some caps, `decode` lets in
under the same caps. Counting is here; measuring and refusing happen where the data is.
"""

from __future__ import annotations

import msgspec

MIB = 1 << 20


class Caps(msgspec.Struct, frozen=True):
    """Limits of one value; `items` bounds memory and time, the others bound sizes.

    An item is one element of a container, one slot of a node, or one element of a packed list;
    things that are dear to build (arrays, tensors, tables, generators) cost several.
    """

    body_bytes: int = 8 * MIB
    buffer_bytes: int = 256 * MIB  # all buffers together
    buffers: int = 4096
    depth: int = 64  # containers inside containers
    items: int = 2_000_000
    digits: int = 10_000  # decimal digits of an int; also bounds the exponent of a Decimal

    @property
    def int_bits(self) -> int:
        """Bits that `digits` decimal digits need; 3322/1000 is just above log2(10)."""
        return self.digits * 3322 // 1000 + 1


DEFAULT_CAPS = Caps()

# What building one of these costs, in items, beside its own slots: about a microsecond each.
ARRAY_COST = 8
TENSOR_COST = 16
GENERATOR_COST = 60
COLUMN_COST = 100
TABLE_COST = 500
