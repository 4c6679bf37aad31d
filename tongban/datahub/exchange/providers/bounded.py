"""A connection to a department's database that is hung up on when it takes too long, or says too much.

The library reads a row whole before it gives it to anybody, and goes on reading as long as there is something: a row of a
gigabyte, or one that says it will be, would be in memory before anybody could count. So the library is given one end of a pair
of sockets, and what the server says is put into the other piece by piece.
"""

from __future__ import annotations

import array
import fcntl
import os
import socket
import termios
import time
from collections.abc import Generator
from contextlib import suppress
from functools import cached_property
from typing import Any

import psycopg
from psycopg import waiting
from psycopg.waiting import Ready

PIECE = 65_536
"""Bytes that the library is given at a time; a pair of sockets holds three times as much."""


SAY_SECONDS = 3.0
"""What a server may take until it takes in what it is asked."""


class TooMuch(psycopg.InternalError):
    """The server says more than was agreed."""


class Bounded(psycopg.Connection[Any]):
    """A connection whose server answers by a moment of ``time.monotonic`` in so many bytes, or is hung up on."""

    deadline: float | None = None

    def limit(self, *, seconds: float, most: int) -> None:
        """Bound what comes from now on."""
        self.deadline, self._line.left = time.monotonic() + seconds, most

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server; hang up and raise QueryCanceled when it takes too long, TooMuch when it says too much."""
        if self.deadline is None:
            return super().wait(gen, interval, timeout)
        left = max(0.001, self.deadline - time.monotonic())
        try:
            return waiting.wait(
                self._line.carried(gen), self._line.far.fileno(), min(interval, left), timeout=left
            )
        except TooMuch:
            self.close()
            raise
        except psycopg.OperationalError:
            if time.monotonic() < self.deadline:
                raise
        self.close()
        raise psycopg.errors.QueryCanceled("too late")

    @cached_property
    def _line(self) -> Line:
        return Line(self.pgconn.socket)

    def close(self) -> None:
        """Hang up."""
        super().close()
        if "_line" in self.__dict__:
            self._line.close()


class Line:
    """What lies between the library and its server: ``far`` leads to the server, ``left`` is what that may still say."""

    def __init__(self, number: int) -> None:
        """Take the library's socket, known to it by its number, and leave it one end of a pair in its place."""
        self.left, self._number = 0, number
        self.far = socket.socket(fileno=os.dup(number))
        self.far.settimeout(SAY_SECONDS)
        theirs, self._ours = socket.socketpair()
        for one in (theirs, self._ours):
            one.setblocking(False)
        os.dup2(theirs.fileno(), number, inheritable=False)
        theirs.close()

    def carried(self, work: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        """Carry what the library's work says and is told; raise TooMuch."""
        try:
            wanted = next(work)
            while True:
                self._say()
                ready = Ready.R if self._is_unread() else (yield wanted)
                if ready & Ready.R and not self._is_unread():
                    self._hear()
                wanted = work.send(ready)
        except StopIteration as done:
            self._say()
            return done.value

    def _say(self) -> None:
        """Hand on what the library has written; it hears itself when the server has gone."""
        with suppress(OSError):
            while said := self._ours.recv(PIECE):
                self.far.sendall(said)

    def _hear(self) -> None:
        """Give the library the next piece; nothing means that the server has hung up."""
        try:
            heard = self.far.recv(PIECE)
        except OSError:
            heard = b""
        self.left -= len(heard)
        if self.left < 0:
            raise TooMuch("more than was agreed")
        if heard:
            self._ours.sendall(heard)
        else:
            self._ours.shutdown(socket.SHUT_WR)

    def _is_unread(self) -> bool:
        """Return whether the library has left something of what it was given."""
        waiting_bytes = array.array("i", [0])
        fcntl.ioctl(self._number, termios.FIONREAD, waiting_bytes)
        return waiting_bytes[0] > 0

    def close(self) -> None:
        """Say the last word and let go of the server."""
        self._say()
        self.far.close()
        self._ours.close()
