"""Runs a command in a terminal of its own and plays a person at it.

usage: terminal.py SCRIPT COMMAND...

The script has one step per line:
  see TEXT    wait until TEXT has appeared, after what was seen before
  type TEXT   type TEXT and Enter
  press C     press Control and the letter C
  end CODE    wait until the command has ended with this exit code
"""

import os
import pty
import select
import sys
import time

PATIENCE_SECONDS = 60


def main():
    script, command = sys.argv[1], sys.argv[2:]
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(command[0], command)
    seen = b""
    everything = b""
    deadline = time.monotonic() + PATIENCE_SECONDS

    def read():
        """Takes what has come; False once the command has closed its end."""
        nonlocal seen, everything
        if time.monotonic() > deadline:
            fail("took too long")
        ready, _, _ = select.select([terminal], [], [], 0.5)
        if not ready:
            return True
        try:
            data = os.read(terminal, 65536)
        except OSError:
            return False
        seen += data
        everything += data
        return bool(data)

    def fail(why):
        os.kill(child, 9)
        sys.exit(why + "; the screen was:\n" + everything.decode(errors="replace"))

    for line in script.splitlines():
        step, _, value = line.strip().partition(" ")
        if step == "see":
            text = value.encode()
            while text not in seen:
                if not read():
                    fail("ended without: " + value)
            seen = seen[seen.index(text) + len(text):]
        elif step == "type":
            os.write(terminal, value.encode() + b"\r")
        elif step == "press":
            os.write(terminal, bytes([ord(value) & 31]))
        elif step == "end":
            while read():
                pass
            _, status = os.waitpid(child, 0)
            code = os.waitstatus_to_exitcode(status)
            if code != int(value):
                fail("exit code " + str(code) + ", expected " + value)
            return
    fail("the script has no end")


main()
