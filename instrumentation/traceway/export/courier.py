"""The one thread of a process that sends to a destination: what is recorded now, and what waited.

While the collector answers, an exporter hands its request over and waits for the answer. Once it does not, exporters
put their requests into the backlog and return at once; the courier tries again after a growing pause and then delivers
the backlog in order. What is recorded while something of this process still waits queues behind it.

Nothing here keeps a program from ending: an exporter that waits while the interpreter exits takes its request back
after ``EXIT_PATIENCE_S`` and puts it into the backlog, from which the next process delivers it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import dataclass

from ..contain import contained
from ..endpoint import Signal, is_loopback
from .backlog import DiskBacklog, Drained, MemoryBacklog
from .channel import Channel
from .client import CONNECT_TIMEOUT_S, Client, Reply
from .counters import Counters, Outcome
from .health import Health
from .segment import Record
from .spool import shown
from .suppress import suppressed
from .verdict import Fate, Verdict, judge
from .wire import Request, halves_of

EXIT_PATIENCE_S = 1.0
EXIT_PATIENCE_CONNECTED_S = 3.0
"""How long an exiting program waits for an answer, if the collector has taken the connection."""
EXIT_DRAIN_S = 2.0
"""How long an exiting program goes on delivering what others left, while that succeeds."""
BUSY_PAUSE_S = 1.0
IDLE_PAUSE_S = 30.0
"""How often an idle process looks for what another one left behind."""
_TICK_S = 0.1

_log = logging.getLogger("traceway.export")


@dataclass(slots=True, eq=False)
class _Parcel:
    """A request on its way from an exporter to the courier. ``left`` is what of it has to wait, once that is known."""

    request: Request
    left: list[Request] | None = None


class Courier:
    """Delivers requests of all signals to one destination; what cannot be delivered now is kept."""

    def __init__(self, channel: Channel, disk: DiskBacklog | None, memory: MemoryBacklog, counters: Counters) -> None:
        self.counters = counters
        self.channels: dict[Signal, Channel] = {channel.signal: channel}
        self._disk = disk
        self._is_disk_writable = disk is not None
        self._memory = memory
        self._closing_at = 0.0
        self._begin()

    def deliver(self, request: Request) -> None:
        """Return when the request is with the collector, or is kept."""
        parcel = _Parcel(request)
        with self._changed:
            may_ask = self._thread.is_alive() and not self._closing_at and not self._health.is_down
            if may_ask and not self._holds_own():
                self._fresh.append(parcel)
                self._changed.notify_all()
                self._await(parcel)
        for each in [request] if parcel.left is None else parcel.left:
            self._keep(each)

    def flush(self, timeout_s: float) -> bool:
        """Whether everything of this process is with the collector by then; False at once while that is down."""
        until = time.monotonic() + timeout_s
        with self._changed:
            while is_waiting := bool(self._fresh) or self._holds_own():
                if self._health.is_down or time.monotonic() > until:
                    break
                self._changed.wait(_TICK_S)
        return not is_waiting

    def close(self) -> None:
        """End the thread: at once if the collector is down, else when what waits is delivered or ``EXIT_DRAIN_S``
        are over."""
        patience_s = 0.0 if self._health.is_down else EXIT_DRAIN_S
        with self._changed:
            self._closing_at = time.monotonic() + patience_s
            self._changed.notify_all()
        if self._thread.is_alive():
            self._thread.join(patience_s + EXIT_PATIENCE_S / 2)
        if items := self._memory.give_up():
            self.counters.add("dropped_at_exit", items)
            _log.warning("%d items that could not be written to disk are lost", items)

    def before_fork(self) -> None:
        self._changed.acquire()
        if self._disk is not None:
            self._disk.before_fork()

    def after_fork_in_parent(self) -> None:
        if self._disk is not None:
            self._disk.after_fork_in_parent()
        self._changed.release()

    def after_fork_in_child(self) -> None:
        """A child has its own thread, connections and counts; what waits is the parent's."""
        if self._disk is not None:
            self._disk.after_fork_in_child()
        self._memory.after_fork_in_child()
        self.counters.after_fork_in_child()
        self._hang_up()
        self._begin()

    def _begin(self) -> None:
        self._changed = threading.Condition()
        self._fresh: deque[_Parcel] = deque()
        self._clients: dict[Signal, Client] = {}
        any_channel = next(iter(self.channels.values()))
        self._health = Health(shown(any_channel.base), is_loopback=is_loopback(any_channel.url))
        self._next_drain_at = 0.0
        self._thread = threading.Thread(target=self._run, name="traceway-courier", daemon=True)
        # The interpreter may be ending: then everything is kept for the next process.
        with suppress(RuntimeError):
            self._thread.start()

    def _run(self) -> None:
        with suppressed():
            while self._wait_for_work():
                with contained("export"):
                    self._send_fresh()
                    if self._is_drain_due():
                        self._drain()
        self._hang_up()

    def _wait_for_work(self) -> bool:
        """Sleep until there is something to send; False when the courier is to end."""
        with self._changed:
            while not self._fresh:
                now = time.monotonic()
                if self._closing_at:
                    return now < self._closing_at and self._is_drain_due()
                if self._is_drain_due():
                    return True
                self._changed.wait(self._next_drain_at - now)
        return True

    def _await(self, parcel: _Parcel) -> None:
        """Wait for the courier's word on a parcel, or take it back."""
        until = time.monotonic() + CONNECT_TIMEOUT_S + self._channel(parcel.request.signal).timeout_s
        exit_began = 0.0
        while parcel.left is None and (now := time.monotonic()) < until:
            if not threading.main_thread().is_alive():
                exit_began = exit_began or now
                is_connected = self._client(parcel.request.signal).is_connected
                if now - exit_began > (EXIT_PATIENCE_CONNECTED_S if is_connected else EXIT_PATIENCE_S):
                    break
            self._changed.wait(_TICK_S)
        if parcel in self._fresh:
            self._fresh.remove(parcel)
        if parcel.left is None:
            self._health.fails(Verdict(Fate.LATER, "no answer in time"))

    def _send_fresh(self) -> None:
        """Answer every exporter that waits; those behind a failure are not tried."""
        while self._fresh:
            with self._changed:
                if not self._fresh:
                    return
                parcel = self._fresh.popleft()
            left = [parcel.request]
            try:
                if not self._health.is_down:
                    left = self._transmit(parcel.request, "sent")
            finally:
                with self._changed:
                    parcel.left = left
                    self._changed.notify_all()

    def _is_drain_due(self) -> bool:
        return time.monotonic() >= self._next_drain_at

    def _drain(self) -> None:
        """One pass over what waits, and when the next one is due."""
        self._next_drain_at = time.monotonic() + IDLE_PAUSE_S
        drained = Drained.EMPTY
        try:
            if self._disk is not None:
                drained = self._disk.drain(self._settle)
        except OSError as error:
            self._health.say("disk", f"has a spool that cannot be read: {error}")
        if drained is Drained.EMPTY:
            drained = self._memory.drain(self._settle)
        with self._changed:
            if drained is Drained.STOPPED:
                self._next_drain_at = max(self._health.paused_until, time.monotonic() + _TICK_S)
            elif drained is Drained.BUSY:
                self._next_drain_at = time.monotonic() + BUSY_PAUSE_S
            elif self._holds_own():
                self._next_drain_at = time.monotonic() + _TICK_S
            else:
                # Whoever delivered it.
                self._health.works()
            self._changed.notify_all()

    def _settle(self, record: Record) -> bool:
        """Whether a record that waited need not wait any longer."""
        self._send_fresh()
        if self._health.is_paused() or (self._closing_at and time.monotonic() > self._closing_at):
            return False
        return not self._transmit(record.request, "delivered")

    def _transmit(self, request: Request, outcome: Outcome) -> list[Request]:
        """Post a request. Returns what of it has to wait."""
        verdict = judge(request.signal, self._post(request))
        if verdict.fate in (Fate.LATER, Fate.HELD):
            with self._changed:
                self._health.fails(verdict)
                self._next_drain_at = self._health.paused_until
            return [request]
        self._health.works()
        if verdict.fate is Fate.DELIVERED:
            self.counters.add(outcome, request.items - verdict.rejected)
            if verdict.rejected:
                self.counters.add("rejected", verdict.rejected)
            if verdict.sentence:
                self._health.say(verdict.sentence, f"took {request.signal} in part: {verdict.sentence}")
            return []
        left: list[Request] = []
        halves = halves_of(request) if verdict.fate is Fate.TOO_LARGE else []
        for half in halves:
            left += [half] if left else self._transmit(half, outcome)
        if not halves:
            self.counters.add("dropped_refused", request.items)
            self._health.say(verdict.sentence, f"refused {request.signal} for good: {verdict.sentence}")
        return left

    def _post(self, request: Request) -> Reply | OSError:
        try:
            return self._client(request.signal).post(request.body, request.encoding)
        except OSError as error:
            return error

    def _channel(self, signal: Signal) -> Channel:
        """That of the signal; for what another program left, that of a signal which this one has."""
        return self.channels.get(signal) or next(iter(self.channels.values())).carries(signal)

    def _client(self, signal: Signal) -> Client:
        if signal not in self._clients:
            self._clients[signal] = Client(self._channel(signal))
        return self._clients[signal]

    def _hang_up(self) -> None:
        for client in self._clients.values():
            client.close()

    def _holds_own(self) -> bool:
        return self._memory.holds_own() or (self._disk is not None and self._disk.holds_own())

    def _keep(self, request: Request) -> None:
        """Put a request into the backlog: on disk while that works, else in memory."""
        self.counters.add("spooled", request.items)
        record = Record(request, time.time_ns())
        try:
            if self._disk is None or not self._is_disk_writable:
                raise OSError
            self._disk.append(record)
        except OSError as error:
            if self._is_disk_writable:
                self._is_disk_writable = False
                self._health.say("disk", f"has no spool on disk: {error}; what it does not take waits in memory")
            self._memory.append(record)
        with self._changed:
            self._next_drain_at = min(self._next_drain_at, max(self._health.paused_until, time.monotonic()))
            self._changed.notify_all()
