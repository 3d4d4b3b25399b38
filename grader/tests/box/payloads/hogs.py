"""Payloads that use too much, crash, or leave something behind; and small helpers for tests."""

import contextlib
import ctypes
import json
import mmap
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time


def echo(channel, job):
    channel.send(job)


def answer(channel, job):
    """Evaluate what the test asks, e.g. `os.getpid()`."""
    channel.send(json.dumps(eval(job)).encode())


def serve(channel, job):
    """`answer` again and again; "exit N" ends."""
    while request := channel.recv(1 << 16):
        channel.send(json.dumps(eval(request)).encode())


def spin(channel, job):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    while True:
        pass


def spin_in_grandchildren(channel, job):
    """Each generation burns a little and is never waited for."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        if os.fork() == 0:
            end = time.process_time() + 0.15
            while time.process_time() < end:
                pass
            os._exit(0)
        time.sleep(0.15)


def sleep(channel, job):
    time.sleep(60)


def heap(channel, job):
    kept = []
    while True:
        kept.append(bytearray(4 << 20))


def heap_in_children(channel, job):
    for _ in range(6):
        if os.fork() == 0:
            kept = bytearray(b"x") * (40 << 20)
            time.sleep(60 + len(kept))
    time.sleep(60)


def shared_mapping(channel, job):
    kept = []
    for _ in range(30):
        area = mmap.mmap(-1, 8 << 20)
        area.write(b"x" * (8 << 20))
        kept.append(area)
        if os.fork() == 0:
            kept.clear()
            area = mmap.mmap(-1, 8 << 20)
            area.write(b"x" * (8 << 20))
            time.sleep(60)
    time.sleep(60)


def memory_files(channel, job):
    chunk = b"x" * (4 << 20)
    for index in range(60):
        os.write(os.memfd_create(str(index)), chunk)
    time.sleep(60)


def forks(channel, job):
    while True:
        try:
            if os.fork() == 0:
                time.sleep(60)
        except OSError:
            pass


def many_threads(channel, job):
    while True:
        try:
            threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
        except RuntimeError:
            time.sleep(0.01)


def fill_disk(channel, job):
    with open("big", "wb") as file:
        try:
            while True:
                file.write(b"x" * (1 << 20))
                file.flush()
        except OSError:
            time.sleep(60)


def many_files(channel, job):
    try:
        for index in range(10**6):
            open(str(index), "w").close()
    except OSError:
        time.sleep(60)


def large_file(channel, job):
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
    fd = os.memfd_create("big")
    os.ftruncate(fd, 1 << 40)


def print_much(channel, job):
    while True:
        os.write(1, b"x" * 65536)


def descriptors(channel, job):
    opened = []
    try:
        while True:
            opened.append(os.open("/dev/null", os.O_RDONLY))
    except OSError as error:
        channel.send(json.dumps([len(opened), error.errno]).encode())


def crash(channel, job):
    ctypes.string_at(0)


def foreign_call(channel, job):
    ctypes.CDLL(None).syscall(ctypes.c_long(0x40000000 | 39))


def leave(channel, job):
    sys.exit(int(job))


def fail(channel, job):
    raise ValueError("a student's mistake")


def daemon(channel, job):
    """A double-forked daemon, and a thread, outlive the payload."""
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
    if os.fork() == 0:
        if os.fork() == 0:
            with contextlib.suppress(OSError):
                os.setsid()
            subprocess.run(["sleep", "4711"])
        os._exit(0)
    os.wait()
    channel.send(b"left")
    if job == b"stay":
        time.sleep(60)


def snapshot(channel, job):
    """Forks on request and tells the pid, as it sees it."""
    while request := channel.recv(100):
        pid = os.fork()
        if pid == 0:
            if request == b"spin":
                while True:
                    pass
            time.sleep(60)
        channel.send(str(pid).encode())


def junk_everywhere(channel, job):
    for fd in range(3, 64):
        with contextlib.suppress(OSError):
            os.write(fd, b"junk")
    os._exit(0)


def kill_everybody(channel, job):
    with contextlib.suppress(OSError):
        os.kill(-1, signal.SIGKILL)
    channel.send(b"still here")


def limits(channel, job):
    names = ["AS", "CPU", "NPROC", "FSIZE", "NOFILE", "CORE", "MEMLOCK"]
    channel.send(
        json.dumps(
            {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in names}
        ).encode()
    )


def greet_sibling(channel, job):
    """Writes where a sibling could find it, then reports what it finds itself."""
    found = []
    for folder in ("/tmp", "/dev/shm", os.getcwd()):
        try:
            found += os.listdir(folder)
            open(f"{folder}/from-{job.decode()}", "w").close()
        except OSError:
            pass
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("\0same-name")
    except OSError as error:
        if job == b"second" and error.errno == 98:
            found.append("the sibling's socket")
    channel.send(json.dumps(found).encode())
    channel.recv(10)


def warm_up():
    os.environ["WARMED"] = "yes"


def start_a_thread():
    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()


def warm_up_fails():
    raise ValueError("no such optimizer")
