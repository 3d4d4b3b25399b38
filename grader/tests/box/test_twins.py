"""What honest notebooks do works in the box: the walls are not safe by forbidding everything."""

import json

import pytest

from gradewright_grader.box import Limits

from .payloads.twins import TWINS

# No sockets but pairs, and no shared /dev/shm, without namespaces of one's own.
NOT_AT_RESTRICTED = {"local_server", "pool_of_processes", "executor_of_processes", "shared_memory"}


@pytest.mark.parametrize("name", sorted(TWINS))
def test_works(zygote, name):
    if zygote.level == "restricted" and name in NOT_AT_RESTRICTED:
        assert try_it(zygote, name) != "works"
    else:
        assert try_it(zygote, name) == "works"


def try_it(zygote, name):
    job = json.dumps({"name": name}).encode()
    with zygote.spawn(job, "payloads.twins:run", Limits(cpu=10, wall=20)) as child:
        child.channel.settimeout(20)
        return child.channel.recv(1 << 16).decode() or str(child.wait(5))
