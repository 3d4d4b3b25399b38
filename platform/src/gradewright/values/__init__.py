"""The value codec: what may cross the wall between a student's process and the judge.

`encode` turns a value into bytes and `decode` turns bytes that nobody vouches for into plain data
again; nothing is ever unpickled or evaluated. What is no plain data goes as a handle, which the
caller's `export` makes and its `resolve` reads. On top of it `responder` serves a namespace of
student code and `session` is how checks see one; `local` joins the two in one process. Moving the
bytes between processes is left to `gradewright_grader.wall`.
"""

from gradewright.values.caps import DEFAULT_CAPS, Caps
from gradewright.values.codec import decode, encode, plain_equal
from gradewright.values.errors import BrokenFrame, ValueRefused
from gradewright.values.handles import HandleRef, handle_for
from gradewright.values.local import local_session, local_transport
from gradewright.values.packed import Packed, from_bytes, to_bytes
from gradewright.values.records import NamedRecord, Record
from gradewright.values.responder import Responder
from gradewright.values.session import Call, Handle, OpaqueError, Session, Student, Transport

__all__ = [
    "DEFAULT_CAPS",
    "BrokenFrame",
    "Call",
    "Caps",
    "Handle",
    "HandleRef",
    "NamedRecord",
    "OpaqueError",
    "Packed",
    "Record",
    "Responder",
    "Session",
    "Student",
    "Transport",
    "ValueRefused",
    "decode",
    "encode",
    "from_bytes",
    "handle_for",
    "local_session",
    "local_transport",
    "plain_equal",
    "to_bytes",
]
