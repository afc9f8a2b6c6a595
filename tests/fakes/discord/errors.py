"""How Discord refuses: a status, a code, a sentence, and for bad forms a tree of errors.

Codes: https://discord.com/developers/docs/topics/opcodes-and-status-codes
"""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """An error answer."""

    def __init__(self, status: int, code: int, message: str, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code}: {message} {errors or ''}")
        self.status = status
        self.body: dict[str, Any] = {"message": message, "code": code}
        if errors:
            self.body["errors"] = errors


def unauthorized() -> Refused:
    return Refused(401, 0, "401: Unauthorized")


def unknown(what: str) -> Refused:
    codes = {
        "Channel": 10003,
        "Guild": 10004,
        "Member": 10007,
        "Message": 10008,
        "User": 10013,
        "Webhook": 10015,
        "interaction": 10062,
        "application command": 10063,
    }
    return Refused(404, codes[what], f"Unknown {what}")


def missing_access() -> Refused:
    return Refused(403, 50001, "Missing Access")


def missing_permissions() -> Refused:
    return Refused(403, 50013, "Missing Permissions")


def cannot_message_user() -> Refused:
    return Refused(403, 50007, "Cannot send messages to this user")


def not_the_author() -> Refused:
    return Refused(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> Refused:
    return Refused(400, 50006, "Cannot send an empty message")


def already_acknowledged() -> Refused:
    return Refused(400, 40060, "Interaction has already been acknowledged.")


def too_old_for_bulk() -> Refused:
    return Refused(400, 50034, "You can only bulk delete messages that are under 14 days old.")


def archived_thread() -> Refused:
    return Refused(400, 50083, "Thread is archived")


class Form:
    """Gathers what is wrong with a body, each at its path, and refuses once."""

    def __init__(self) -> None:
        self.errors: dict[str, Any] = {}

    def wrong(self, path: str, code: str, message: str) -> None:
        """`path` is dotted: embeds.0.description."""
        here = self.errors
        for part in path.split("."):
            here = here.setdefault(part, {})
        here.setdefault("_errors", []).append({"code": code, "message": message})

    def length(self, path: str, text: Any, most: int, least: int = 0) -> None:
        """The text's length in characters, of which there may be `least` to `most`."""
        if not isinstance(text, str):
            self.wrong(path, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
        elif len(text) > most:
            self.wrong(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
        elif len(text) < least:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def count(self, path: str, items: Any, most: int, least: int = 0) -> None:
        if not isinstance(items, list):
            self.wrong(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        elif not least <= len(items) <= most:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")

    def refuse(self) -> None:
        if self.errors:
            raise Refused(400, 50035, "Invalid Form Body", self.errors)
