"""The shim of shim.c: compiled when there is a C compiler, loaded before a process, armed inside it."""

import ctypes
import os
import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
COUNT, KILL_BEFORE, KILL_AFTER, KILL_HALFWAY, FAIL_ONCE, FAIL_FROM_HERE, FULL_FROM_HERE = range(7)
KILLS = {"before": KILL_BEFORE, "after": KILL_AFTER, "halfway": KILL_HALFWAY}


def missing():
    """Say why there is no shim here, or nothing."""
    if not sys.platform.startswith("linux"):
        return "LD_PRELOAD is Linux's"
    if compiler() is None:
        return "there is no C compiler here (Debian: apt install gcc libc6-dev)"
    return ""


def compiler():
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def environment(folder):
    """Compile the shim into a folder; return the environment of a process that is to have it."""
    built = folder / "shim.so"
    subprocess.run([compiler(), "-shared", "-fPIC", "-O1", "-o", built, SOURCE, "-ldl"], check=True)
    return os.environ | {"LD_PRELOAD": str(built), "PYTHONDONTWRITEBYTECODE": "1"}


class Shim:
    """The shim as it is loaded into this process, if it is."""

    def __init__(self):
        library = ctypes.CDLL(None)
        self.loaded = hasattr(library, "shim_arm")
        if self.loaded:
            self._library = library
            library.shim_arm.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_int]
            library.shim_calls.restype = ctypes.c_long
            library.shim_last.restype = ctypes.c_char_p

    def arm(self, number, action, error=0):
        """Act at one of the calls that change files, counted from now."""
        self._library.shim_arm(number, action, error)

    def disarm(self):
        self._library.shim_disarm()

    def calls(self):
        """Return how many such calls there were since it was armed."""
        return self._library.shim_calls()

    def last(self):
        """Return the name of the call at which it acted."""
        return self._library.shim_last().decode()
