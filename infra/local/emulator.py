"""Run the AWS emulator until the process that started it goes away.

`python -m infra.local.emulator` is `python -m ministack` with one thing added: it ends when its standard input closes,
so that a killed demo or test run leaves nothing behind.
"""

import os
import runpy
import signal
import sys
import threading


def _end_with_parent() -> None:
    """Wait for the other end of standard input to close, then end the whole process group."""
    while os.read(sys.stdin.fileno(), 1024):
        pass
    os.killpg(os.getpgid(0), signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, daemon=True).start()
    runpy.run_module("ministack", run_name="__main__")
