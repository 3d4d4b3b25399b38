"""torch tensors, dtypes and generators. Only dense CPU ones cross; the rest become handles.

A tensor arrives as a leaf with the same dtype and `requires_grad`, contiguous and writable. Its
graph and its subclass (an nn.Parameter) stay behind; `autograd` says how gradients cross all the
same. Its `.grad` comes along from the submission and never goes to it: it could be the expected
answer. A torch.Size is a tuple.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gradewright.values import wire
from gradewright.values.arrays import check_elements, check_size
from gradewright.values.caps import GENERATOR_COST, TENSOR_COST
from gradewright.values.errors import ValueRefused, broken

if TYPE_CHECKING:
    from gradewright.values.decoder import Decoder
    from gradewright.values.encoder import Encoder, Handler


def handler_for(cls: type) -> Handler | None:
    """How to encode an instance of a torch class; None if it is none of these."""
    torch = wire.loaded("torch", "Tensor")
    if torch is None:
        return None
    if issubclass(cls, torch.Tensor):
        return _encode_tensor
    if issubclass(cls, torch.Generator):
        return _encode_generator
    return _encode_dtype if issubclass(cls, torch.dtype) else None


def _encode_tensor(enc: Encoder, value: Any, depth: int) -> Any:
    torch: Any = sys.modules["torch"]
    try:
        # neither a subclass's __torch_function__ nor a mode may answer for the tensor
        with torch._C.DisableTorchFunction(), torch.no_grad():
            node = _dense(enc, torch, value)
            if node is not None and node[3]:
                node = _with_gradient(enc, torch, value, node)
    except ValueRefused:
        raise
    except Exception:  # no memory of its own: a wrapper, a fake or a nested tensor
        node = None
    return enc.opaque(value) if node is None else node


def _dense(enc: Encoder, torch: Any, value: Any) -> list[Any] | None:
    """The node of a dense CPU tensor, or None if this is none."""
    base = torch.Tensor
    device, layout = base.device.__get__(value), base.layout.__get__(value)
    if device.type != "cpu" or layout is not torch.strided or base.is_quantized.__get__(value):
        return None
    plain = base.as_subclass(value, base)
    name = wire_name(torch, plain.dtype)
    if name is None or plain.dim() > wire.MAX_NDIM:
        return None
    enc.fits(plain.numel() * plain.element_size())  # expand() makes much of little memory
    data = _bytes_of(enc, torch, plain)
    enc.charge(TENSOR_COST)
    grad = base.requires_grad.__get__(value)
    return enc.leaf(wire.T_TENSOR, name, enc.payload(data), grad, *plain.shape)


def _with_gradient(enc: Encoder, torch: Any, value: Any, node: list[Any]) -> list[Any]:
    """The node of a tensor that requires grad: numbered, or with its `.grad`, or as it is."""
    number = enc.offer(value) if enc.offer else None
    if number is not None:
        return enc.leaf(wire.T_LINKED, number, node)
    base = torch.Tensor
    if not enc.grads or not base.is_leaf.__get__(value) or base.grad.__get__(value) is None:
        return node
    gradient = _dense(enc, torch, base.grad.__get__(value))
    return node if gradient is None else enc.leaf(wire.T_GRADED, node, gradient)


def _bytes_of(enc: Encoder, torch: Any, plain: Any) -> bytes:
    """A copy of the elements in C order."""
    flat = plain.resolve_conj().resolve_neg().contiguous().reshape(-1)
    if flat.stride(0) != 1:  # one element of a strided tensor counts as contiguous
        flat = flat.clone(memory_format=torch.contiguous_format)
    if enc.canonical and (flat.is_floating_point() or flat.is_complex()):
        flat = flat.clone()
        reals = torch.view_as_real(flat) if flat.is_complex() else flat
        reals[reals != reals] = float("nan")
    data: bytes = flat.view(torch.uint8).numpy().tobytes()
    return data


def wire_name(torch: Any, dtype: Any) -> str | None:
    """The name of a torch dtype on the wire, or None if its tensors do not cross."""
    return next((n for n, known in wire.torch_dtypes(torch).items() if known is dtype), None)


def _encode_dtype(enc: Encoder, value: Any, depth: int) -> list[Any]:
    name = wire_name(sys.modules["torch"], value)
    return enc.opaque(value) if name is None else enc.leaf(wire.T_DTYPE, name)


def _encode_generator(enc: Encoder, value: Any, depth: int) -> list[Any]:
    torch: Any = sys.modules["torch"]
    if torch.Generator.device.__get__(value).type != "cpu":
        return enc.opaque(value)
    state = torch.Generator.get_state(value)
    enc.charge(GENERATOR_COST)
    return enc.leaf(wire.T_GENERATOR, enc.payload(state.numpy().tobytes()))


def read_dtype(torch: Any, name: Any) -> Any:
    """The torch dtype of a wire name."""
    known = wire.torch_dtypes(torch)
    if type(name) is not str or name not in known:
        raise broken("the dtype of a tensor", name, ", ".join(known))
    return known[name]


def _decode_tensor(dec: Decoder, node: list[Any], depth: int) -> Any:
    torch = wire.needed("torch")
    np = wire.needed("numpy")
    _, name, slot, grad, *shape = node
    dtype = read_dtype(torch, name)
    if type(grad) is not bool or (grad and not (dtype.is_floating_point or dtype.is_complex)):
        raise broken("requires_grad of a tensor", grad, "a bool, True for floats only")
    data = dec.take(slot)
    check_size(dec, shape, dtype.itemsize, data)
    dec.charge(TENSOR_COST)
    check_elements(np, data, "b" if name == "bool" else "")
    tensor = torch.empty(shape, dtype=dtype, device="cpu")
    if len(data):
        tensor.view(-1).view(torch.uint8).numpy()[:] = np.frombuffer(data, np.uint8)
    return tensor.requires_grad_(grad)


def _decode_linked(dec: Decoder, node: list[Any], depth: int) -> Any:
    _, number, inner = node
    if dec.receive is None:
        raise broken("a linked tensor", number, "plain tensors where no gradients are asked for")
    if type(number) is not int or number < 0:
        raise broken("the number of a linked tensor", number, "an int from 0 up")
    tensor = _tensor_in(dec, inner, depth)
    if not tensor.requires_grad:
        raise broken("a linked tensor", "without requires_grad", "one that requires grad")
    return dec.receive(tensor, number)


def _decode_graded(dec: Decoder, node: list[Any], depth: int) -> Any:
    tensor, gradient = (_tensor_in(dec, inner, depth) for inner in node[1:])
    if not tensor.requires_grad or gradient.requires_grad:
        raise broken("requires_grad of a tensor and its .grad", node[0], "True and False")
    tensor.grad = gradient  # torch compares the forms
    return tensor


def _tensor_in(dec: Decoder, inner: Any, depth: int) -> Any:
    if type(inner) is not list or not inner or inner[0] != wire.T_TENSOR:
        raise broken("a tensor in a node", inner, "the node of a tensor")
    return dec.node(inner, depth)


def _decode_dtype(dec: Decoder, node: list[Any], depth: int) -> Any:
    return read_dtype(wire.needed("torch"), node[1])


def _decode_generator(dec: Decoder, node: list[Any], depth: int) -> Any:
    """A new generator with the sent state; torch itself checks what the state says."""
    torch = wire.needed("torch")
    data = dec.take(node[1])
    dec.charge(GENERATOR_COST)
    generator = torch.Generator(device="cpu")
    size = len(generator.get_state())
    if len(data) != size:
        raise broken("the length of a torch generator's state", len(data), f"{size} bytes")
    generator.set_state(torch.frombuffer(bytearray(data), dtype=torch.uint8))
    if generator.get_state().numpy().tobytes() != bytes(data):
        raise broken("the state of a torch generator", "not one that it keeps", "a valid state")
    return generator


DECODERS = {
    wire.T_TENSOR: (4, 4 + 4 * wire.MAX_NDIM, _decode_tensor),
    wire.T_DTYPE: (2, 2, _decode_dtype),
    wire.T_GENERATOR: (2, 2, _decode_generator),
    wire.T_LINKED: (3, 3, _decode_linked),
    wire.T_GRADED: (3, 3, _decode_graded),
}
