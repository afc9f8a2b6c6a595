"""What readers reported and what was not found, as lines for the authors."""

from __future__ import annotations

from bot.store import lookups, reports, votes
from bot.store.store import Store

MOST = 200


async def report_lines(store: Store) -> list[str]:
    """The open reports, oldest first."""
    found = await store.get(reports.unresolved(MOST))
    if not found:
        return ["No open reports."]
    return [f"{len(found)} open reports:", *map(_line, found)]


async def missed_lines(store: Store) -> list[str]:
    """What people asked for and did not find."""
    found = await store.get(lookups.most_missed(lookups.ASKED_TWICE, MOST))
    if not found:
        return ["No word was asked for twice and not found."]
    return ["Asked for and not found:", *(f"  {count:>4} × {text}" for text, count in found)]


async def vote_lines(store: Store) -> list[str]:
    """What readers thought of tips, the least helpful first."""
    found = await store.get(votes.counts(MOST))
    if not found:
        return ["No tip was voted on."]
    return ["Tips by vote (helpful, not helpful):", *map(_vote_line, found)]


def _vote_line(vote: votes.Votes) -> str:
    return f"  {vote.helpful:>4} {vote.not_helpful:>4}  {vote.tip}"


def _line(report: reports.Report) -> str:
    about = f"{report.subject} {report.subject_id}".strip()
    note = f" — {report.note}" if report.note else ""
    return f"  {report.id:>4}  {report.created_at:%Y-%m-%d}  {about}: {report.reason}{note}"
