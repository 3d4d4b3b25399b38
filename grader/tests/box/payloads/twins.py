"""Honest things that must work in the box. Each returns normally."""

import concurrent.futures
import json
import mmap
import multiprocessing
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import threading
import traceback

TWINS = {}


def twin(function):
    TWINS[function.__name__] = function
    return function


def run(channel, job):
    name = json.loads(job)["name"]
    try:
        TWINS[name]()
        channel.send(b"works")
    except BaseException:
        channel.send(traceback.format_exc().encode()[-60000:])


def square(x):
    return x * x


@twin
def files_in_working_folder():
    path = pathlib.Path("notes.txt")
    path.write_text("x")
    os.rename(path, "other.txt")
    os.makedirs("a/b")
    os.rename("other.txt", "a/b/c.txt")
    assert pathlib.Path("a/b/c.txt").read_text() == "x"
    assert "a" in os.listdir(".")


@twin
def temporary_files():
    with tempfile.NamedTemporaryFile() as file:
        file.write(b"x")
    with tempfile.TemporaryDirectory() as folder:
        os.mkfifo(f"{folder}/pipe")
        os.symlink("x", f"{folder}/link")


@twin
def threads():
    seen = []
    many = [threading.Thread(target=seen.append, args=(index,)) for index in range(8)]
    for thread in many:
        thread.start()
    for thread in many:
        thread.join()
    assert len(seen) == 8


@twin
def programs():
    out = subprocess.run(["sh", "-c", "echo $((1+1)); cat /dev/null"], capture_output=True)
    assert out.stdout == b"2\n", out


@twin
def python_program():
    code = "import sys; print(sys.version_info[0])"
    out = subprocess.run(["python3", "-c", code], capture_output=True)
    assert out.stdout == b"3\n", out
    out = subprocess.run([sys.executable, "-c", code], capture_output=True)
    assert out.stdout == b"3\n", out


@twin
def pool_of_processes():
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(square, [1, 2, 3]) == [1, 4, 9]


@twin
def executor_of_processes():
    with concurrent.futures.ProcessPoolExecutor(2) as pool:
        assert list(pool.map(square, [1, 2])) == [1, 4]


@twin
def shared_memory():
    area = mmap.mmap(-1, 1 << 20)
    if os.fork() == 0:
        area[0] = 7
        os._exit(0)
    os.wait()
    assert area[0] == 7
    fd = os.open("/dev/shm/own", os.O_CREAT | os.O_RDWR)
    os.ftruncate(fd, 1 << 20)


@twin
def pair_of_sockets():
    left, right = socket.socketpair()
    left.send(b"x")
    assert right.recv(1) == b"x"


@twin
def local_server():
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind("/tmp/server")
        server.listen()
        client.connect("/tmp/server")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("\0abstract")


@twin
def memory_file():
    fd = os.memfd_create("x")
    os.write(fd, b"x" * (1 << 20))


@twin
def devices():
    with open("/dev/null", "w") as null:
        null.write("x")
    with open("/dev/urandom", "rb") as random:
        assert len(random.read(8)) == 8
    with open("/dev/zero", "rb") as zero:
        assert zero.read(2) == b"\0\0"


@twin
def data_set():
    path = pathlib.Path(os.environ["GRADEWRIGHT_DATA"], "numbers", "a.txt")
    assert path.read_text() == "1 2 3"


@twin
def signals_to_own_children():
    sleeper = subprocess.Popen(["sleep", "60"])
    sleeper.terminate()
    assert sleeper.wait() == -15


@twin
def about_itself():
    assert os.cpu_count()
    assert os.getloadavg is not None
    assert pathlib.Path("/proc/self/status").read_text()
    assert pathlib.Path("/proc/meminfo").read_text()
    assert os.environ["USER"] == "student"
    assert os.path.expanduser("~") == os.getcwd()
    assert os.environ["OMP_NUM_THREADS"] == "1"
    assert os.environ["TZ"] == "UTC"
    assert hash("fixed") == hash("fixed")
    assert sys.flags.hash_randomization == 0


@twin
def temporary_module():
    pathlib.Path("mine.py").write_text("x = 5")
    sys.path.insert(0, os.getcwd())
    import mine

    assert mine.x == 5
