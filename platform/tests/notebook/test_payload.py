"""The payload line: it comes back as it was, and nothing else comes back."""

from __future__ import annotations

import base64
import zlib

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradewright.notebook.payload import (
    MAX_JSON,
    MAX_LINE,
    Payload,
    PayloadError,
    PublicCheck,
    PublicQuestion,
    decode_payload,
    encode_payload,
)

texts = st.dictionaries(st.sampled_from(["zh", "en"]), st.text(max_size=20), max_size=2)
words = st.text(max_size=12)
checks = st.builds(PublicCheck, words, words, texts, words, st.booleans())
questions = st.builds(
    PublicQuestion,
    words,
    texts,
    st.integers(0, 100),
    st.lists(words, max_size=2).map(tuple),
    st.dictionaries(words, words, max_size=2),
    st.booleans(),
    st.lists(words, max_size=2).map(tuple),
    st.lists(checks, max_size=2).map(tuple),
)
payloads = st.builds(
    Payload,
    words,
    words,
    words,
    words,
    texts,
    st.lists(questions, max_size=3).map(tuple),
    st.dictionaries(words, st.text(max_size=200), max_size=3),
)
SMALL = Payload("demo1", "demo", "0", "zh", {"zh": "演示"}, (), {"demo1.q1": "x = 1\n" * 50})


@given(payloads)
@settings(max_examples=60, deadline=None)
def test_a_payload_comes_back_as_it_was(payload: Payload) -> None:
    line = encode_payload(payload)
    assert decode_payload(line) == payload
    assert line == encode_payload(decode_payload(line))


@given(payloads)
@settings(max_examples=30, deadline=None)
def test_the_line_fits_between_quotes(payload: Payload) -> None:
    line = encode_payload(payload)
    assert line.isascii()
    assert not set(line) & set("\"'\\ \n")


def packed(raw: bytes) -> str:
    return base64.b85encode(zlib.compress(raw)).decode()


LINE = encode_payload(SMALL)
DAMAGED = {
    "empty": "",
    "cut": LINE[:-10],
    "changed": LINE[:40] + ("0" if LINE[40] != "0" else "1") + LINE[41:],
    "not base85": LINE[:20] + '"' + LINE[20:],
    "not ascii": LINE[:20] + "题" + LINE[21:],
    "not zlib": base64.b85encode(b"hello").decode(),
    "more behind": base64.b85encode(zlib.compress(b"{}") + b"more").decode(),
    "not JSON": packed(b"{"),
    "nested": packed(b"[" * 100_000),
    "a field is missing": packed(b"{}"),
    "unknown field": packed(msgspec.json.encode({**msgspec.to_builtins(SMALL), "extra": 1})),
    "bomb": packed(b" " * (MAX_JSON + 1)),
    "too long": "0" * (MAX_LINE + 1),
}


@pytest.mark.parametrize("case", DAMAGED)
def test_a_damaged_payload_is_told_in_one_line(case: str) -> None:
    line = DAMAGED[case]
    with pytest.raises(PayloadError) as caught:
        decode_payload(line)
    assert str(caught.value) == (
        f"the line with the checks ({len(line)} characters) is damaged: it must be as it was "
        "handed out; download the notebook again and copy your answers into it / "
        "检查所用的那一行已损坏，请重新下载 notebook"
    )


@given(st.text(max_size=300))
@settings(max_examples=60, deadline=None)
def test_any_other_text_is_refused_as_damaged(text: str) -> None:
    with pytest.raises(PayloadError, match="download the notebook again"):
        decode_payload(text)


def test_another_format_is_told() -> None:
    with pytest.raises(PayloadError) as caught:
        decode_payload(encode_payload(msgspec.structs.replace(SMALL, schema=2)))
    assert str(caught.value) == (
        "the notebook's checks have format 2, and this gradewright reads format 1; update with "
        "pip install -U gradewright, or download the notebook again"
    )


def test_a_payload_that_could_not_be_read_again_is_not_written() -> None:
    size = MAX_JSON + 1
    huge = msgspec.structs.replace(SMALL, sources={"demo1.q1": "x" * size})
    with pytest.raises(ValueError, match=r"the public checks of demo1 take \d+ bytes: at most"):
        encode_payload(huge)
