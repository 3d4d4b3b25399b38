"""Tensors arrive as they were, and hostile ones are refused."""

import msgspec
import pytest

from gradewright.values import (
    BrokenFrame,
    Caps,
    HandleRef,
    Packed,
    ValueRefused,
    decode,
    encode,
    handle_for,
    plain_equal,
    wire,
)

torch = pytest.importorskip("torch", reason="torch is not installed")

NAMES = list(wire.torch_dtypes(torch))


def sent(value):
    return decode(encode(value))


def handle(value):
    return decode(encode(value, export=lambda t: handle_for(1, t)), resolve=lambda ref: ref)


@pytest.mark.parametrize("shape", [(), (0,), (3,), (0, 3), (2, 3, 4), (40, 50)])
@pytest.mark.parametrize("name", NAMES)
def test_tensors_of_every_dtype_arrive(name, shape):
    tensor = torch.randint(0, 2, shape).to(getattr(torch, name))
    arrived = sent(tensor)
    assert type(arrived) is torch.Tensor
    assert (arrived.dtype, arrived.shape) == (tensor.dtype, tensor.shape)
    assert torch.equal(arrived.view(-1).view(torch.uint8), tensor.view(-1).view(torch.uint8))
    assert plain_equal(arrived, tensor)
    arrived.zero_()


@pytest.mark.parametrize(
    "tensor",
    [
        torch.arange(12).reshape(3, 4).T,
        torch.arange(12)[::2],
        torch.ones(1, 5)[:, 0],
        torch.ones(1).expand(5, 5),
        torch.tensor([1 + 2j]).conj(),
        torch.tensor([1 + 2j]).conj().imag,
    ],
    ids=["transposed", "strided", "single", "expanded", "conjugate", "negative"],
)
def test_views_arrive_contiguous(tensor):
    arrived = sent(tensor)
    assert arrived.is_contiguous()
    assert torch.equal(arrived, tensor.resolve_conj().resolve_neg())


def test_requires_grad_is_kept_and_the_graph_is_not():
    leaf = torch.ones(3, requires_grad=True)
    arrived = sent([leaf, leaf * 2, torch.nn.Parameter(torch.zeros(2)), torch.zeros(1)])
    assert [part.requires_grad for part in arrived] == [True, True, True, False]
    assert all(part.is_leaf and type(part) is torch.Tensor for part in arrived)


def test_a_lying_subclass_arrives_as_its_data():
    class Liar(torch.Tensor):
        @classmethod
        def __torch_function__(cls, *a, **k):
            raise AssertionError("the codec called a student's method")

    value = torch.arange(3.0).as_subclass(Liar)
    assert sent([value])[0].tolist() == [0.0, 1.0, 2.0]


def test_a_mode_or_default_device_has_no_say():
    with torch.device("meta"):
        assert sent(torch.ones(2, device="cpu")).tolist() == [1.0, 1.0]


@pytest.mark.parametrize(
    "tensor",
    [
        torch.eye(2).to_sparse(),
        torch.empty(2, device="meta"),
        torch.ones((1,) * 33),
    ],
    ids=["sparse", "meta", "33 dimensions"],
)
def test_other_tensors_go_as_handles(tensor):
    assert handle(tensor) == HandleRef(1, "Tensor", "object")
    with pytest.raises(ValueRefused):
        encode(tensor)


@pytest.mark.filterwarnings("ignore::UserWarning")  # quantization is leaving torch
def test_quantized_tensors_go_as_handles():
    tensor = torch.quantize_per_tensor(torch.ones(2), 0.1, 0, torch.qint8)
    assert handle(tensor) == HandleRef(1, "Tensor", "object")


def test_an_expanded_tensor_is_measured_before_it_is_copied():
    with pytest.raises(ValueRefused, match="has a part of 4000000000000 bytes; at most"):
        encode(torch.ones(1).expand(10**6, 10**6))
    with pytest.raises(ValueRefused, match="has too many parts"):
        encode([torch.ones(1)] * 50, caps=Caps(items=500))


def test_generators_sizes_and_dtypes_arrive():
    generator = torch.Generator().manual_seed(5)
    arrived = sent(generator)
    assert torch.equal(torch.rand(5, generator=arrived), torch.rand(5, generator=generator))
    torch.randn(1, generator=generator)  # keeps a second normal number for later
    arrived = sent(generator)
    assert torch.equal(torch.randn(3, generator=arrived), torch.randn(3, generator=generator))
    assert sent(torch.Size([2, 3])) == (2, 3)
    assert type(sent(torch.Size([2, 3]))) is tuple
    assert sent(torch.bfloat16) is torch.bfloat16
    assert handle(torch.qint8).type_name == "dtype"


def test_plain_equal_looks_at_bits_except_for_nan():
    for name in ("float32", "bfloat16", "complex64"):
        dtype = getattr(torch, name)
        nan = torch.tensor([float("nan"), 1.0], dtype=dtype)
        assert plain_equal(nan, -nan + torch.tensor([0, 2.0], dtype=dtype))
        assert not plain_equal(nan, nan.clone().requires_grad_())
    assert not plain_equal(torch.tensor([0.0]), torch.tensor([-0.0]))
    assert not plain_equal(torch.zeros(2), torch.zeros(2).numpy())


@pytest.mark.parametrize(
    ("node", "message"),
    [
        ([wire.T_TENSOR, "qint8", b"", False, 0], "the dtype of a tensor is 'qint8'"),
        ([wire.T_TENSOR, "__class__", b"", False, 0], "the dtype of a tensor"),
        ([wire.T_TENSOR, "int8", b"", True, 0], "requires_grad of a tensor is True"),
        ([wire.T_TENSOR, "float32", b"", 1, 0], "requires_grad of a tensor is 1"),
        ([wire.T_TENSOR, "float32", b"123", False, 1], "4 bytes for its shape"),
        ([wire.T_TENSOR, "float32", b"1234", False, -1], "a dimension of an array is -1"),
        ([wire.T_TENSOR, "float32", b"", False, 0, 1 << 40, 1 << 40], "its content is 'Runtime"),
        ([wire.T_TENSOR, "bool", b"\2", False, 1], "neither 0 nor 1"),
        ([wire.T_DTYPE, "Tensor"], "the dtype of a tensor is 'Tensor'"),
        ([wire.T_GENERATOR, b"123"], "the length of a torch generator's state is 3"),
        ([wire.T_GENERATOR, 0], "its content is 'RuntimeError"),
    ],
)
def test_hostile_tensors_are_refused(node, message):
    buffers = [b"\xff" * 5056] if node == [wire.T_GENERATOR, 0] else []
    with pytest.raises(BrokenFrame) as caught:
        decode(Packed(msgspec.msgpack.encode(node), buffers))
    assert message in str(caught.value)


def test_a_generator_state_that_torch_would_not_keep_is_refused():
    state = torch.Generator().get_state()
    state[13] = 1  # between two numbers of the state
    node = [wire.T_GENERATOR, 0]
    with pytest.raises(BrokenFrame, match="generator is 'not one that it keeps'; allowed: a valid"):
        decode(Packed(msgspec.msgpack.encode(node), [state.numpy().tobytes()]))
