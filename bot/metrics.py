"""What an admin may watch: how much is asked, how fast it is answered, what fails. No person, no chat."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from bot.adapters.pacing import Priority
from bot.model import Platform

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)


class Metrics:
    """The counters, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        labels = ("platform", "kind")
        self._handled = Histogram(
            "whatis_answer_seconds",
            "Seconds from an event to its answer, before it is sent",
            labels,
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._failed = Counter(
            "whatis_failures", "Events whose handler raised an error", labels, registry=self.registry
        )
        self._posted = Counter(
            "whatis_daily_posts",
            "Daily posts by what became of them",
            ("platform", "outcome"),
            registry=self.registry,
        )
        ways = ("platform", "priority")
        self._sent = Counter(
            "whatis_sent", "Messages and changes that the platform took", ways, registry=self.registry
        )
        self._waiting = Gauge(
            "whatis_waiting", "Messages and changes that wait for their turn", ways, registry=self.registry
        )

    def handled(self, platform: str, kind: str, seconds: float) -> None:
        """An event was dealt with in so many seconds."""
        self._handled.labels(platform, kind).observe(seconds)

    def failed(self, platform: str, kind: str) -> None:
        """A handler raised an error."""
        self._failed.labels(platform, kind).inc()

    def posted(self, platform: str, outcome: str) -> None:
        """A daily post was delivered, or was not."""
        self._posted.labels(platform, outcome).inc()

    def sent(self, platform: Platform, priority: Priority) -> None:
        """One more message or change was taken by the platform."""
        self._sent.labels(platform, priority.name.lower()).inc()

    def waiting(self, platform: Platform, priority: Priority, more: int) -> None:
        """So many more (or fewer, below 0) wait for their turn."""
        self._waiting.labels(platform, priority.name.lower()).inc(more)
