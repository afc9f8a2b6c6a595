"""What a call may carry: checked by aiogram's model of each method, which nobody here wrote."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import aiogram.methods
from pydantic import ValidationError

from tests.fakes.telegram.errors import NOT_FOUND, bad

_OLD = {"allow_sending_without_reply", "disable_web_page_preview", "reply_to_message_id"}
"""Names that the model keeps for old callers and the Bot API no longer lists."""

_TEXTS = {"text", "question", "explanation", "description", "short_description", "url", "secret_token"}
"""Parameters that may begin with a bracket and are no JSON."""


@lru_cache
def _model(method: str) -> Any:
    return getattr(aiogram.methods, method[:1].upper() + method[1:], None)


def check(method: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters, decoded. Raises Refusal when one is unknown, missing or of the wrong kind."""
    decoded = decode(given)
    model = _model(method)
    if model is None:
        raise NOT_FOUND
    unknown = sorted(set(decoded) - (set(model.model_fields) - _OLD))
    if unknown:
        raise bad(f"{method} knows no parameter {', '.join(unknown)}")
    try:
        model.model_validate(decoded)
    except ValidationError as error:
        first = error.errors()[0]
        raise bad(f"{method}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    return decoded


def decode(given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters as values, unchecked."""
    return {name: value if name in _TEXTS else _decoded(value) for name, value in given.items()}


def _decoded(value: Any) -> Any:
    """Objects, lists and booleans may come as JSON in a string (Bot API: making requests)."""
    if isinstance(value, str) and (value[:1] in "[{" or value in ("true", "false")):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
