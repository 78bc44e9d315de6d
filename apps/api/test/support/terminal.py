"""Runs a command in a terminal, answers its questions, and prints what the terminal showed, then the exit code as the last line.

Usage: terminal.py COMMAND... ; stdin has pairs of lines: a text to wait for, and what is typed then.
"""

import fcntl
import os
import pty
import signal
import struct
import sys
import termios

steps = sys.stdin.read().split("\n")
pid, terminal = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
    os.execvp(sys.argv[1], sys.argv[1:])

# A command that waits for something else than the steps is ended.
signal.signal(signal.SIGALRM, lambda *_: os.kill(pid, signal.SIGKILL))
signal.alarm(60)

shown = b""
seen = 0
while True:
    try:
        part = os.read(terminal, 65536)
    except OSError:  # the command ended
        break
    if not part:
        break
    shown += part
    if len(steps) >= 2 and steps[0].encode() in shown[seen:]:
        seen = len(shown)
        _, answer, *steps = steps
        os.write(terminal, answer.encode().decode("unicode_escape").encode("latin1"))

_, status = os.waitpid(pid, 0)
sys.stdout.buffer.write(shown)
print(f"\nexit {os.waitstatus_to_exitcode(status)}")
