"""The Bot API over one aiohttp session.

The library's own transport looks through all open requests for each one and slows down when many are in
flight. This one also maps failures exactly, since they decide whether a message may be sent again; and no
address leaves it, because the address holds the token.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, cast
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import aiohttp
from telegram.request import BaseRequest, RequestData

from bot.adapters.telegram.errors import AnswerLost, Flooded, NotConnected

CONNECT_SECONDS = 10.0
ANSWER_SECONDS = 30.0
_CONNECTIONS = 256
_HEADERS = {"Content-Type": "application/json"}
_UNSENT = (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError, aiohttp.InvalidURL)


class Transport(BaseRequest):
    """Speaks HTTP for the library's `Bot`; the same one serves sending and receiving.

    Raises NotConnected, AnswerLost, Flooded, and what the library makes of error answers.
    """

    def __init__(self, api_url: str, *, answer_seconds: float = ANSWER_SECONDS) -> None:
        self._api_url = api_url
        self._answer_seconds = answer_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds to wait for an answer."""
        return self._answer_seconds

    async def initialize(self) -> None:
        """Opens the session, once."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=_CONNECTIONS),
                cookie_jar=aiohttp.DummyCookieJar(),
                proxy=_proxy(self._api_url),
            )

    async def shutdown(self) -> None:
        """Closes the session and its connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, url: str, said: Mapping[str, object]) -> Any:
        """The result of a method, as JSON; what is None in `said` is left out. Raises as the library's calls.

        For what is called all the time: the library builds an object of each parameter and of the answer,
        which costs as much as the request itself.
        """
        # The library only passes it on, to `do_request` below.
        return await self.post(url, request_data=cast("RequestData", _Said(said)))

    async def do_request(  # noqa: PLR0917 - the library's signature
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: object = BaseRequest.DEFAULT_NONE,
        write_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - covered by the total
        connect_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - the same for all calls
        pool_timeout: object = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - covered by the total
    ) -> tuple[int, bytes]:
        """The status and the body of the answer, whatever they say."""
        seconds = read_timeout if isinstance(read_timeout, int | float) else self._answer_seconds
        try:
            status, payload = await self._exchange(url, method, request_data, seconds)
        except _UNSENT as error:
            raise NotConnected(f"no connection to {_host(url)}: {type(error).__name__}") from None
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            raise AnswerLost(f"no answer from {_host(url)}: {type(error).__name__}") from None
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            raise Flooded(_retry_after(payload))
        if status == HTTPStatus.GATEWAY_TIMEOUT:
            raise AnswerLost("the gateway got no answer from Telegram (504)")
        return status, payload

    async def _exchange(
        self, url: str, method: str, data: RequestData | None, seconds: float
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NotConnected("the connection to Telegram is closed")
        timeout = aiohttp.ClientTimeout(total=seconds + CONNECT_SECONDS, sock_connect=CONNECT_SECONDS)
        async with self._session.request(method, url, timeout=timeout, **_body(data)) as answer:
            return answer.status, await answer.read()

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer as an object. A torn one is lost: the library would log it, with what people wrote."""
        try:
            answer = json.loads(payload)
        except ValueError:
            raise AnswerLost("the answer is no JSON") from None
        if not isinstance(answer, dict) or (answer.get("ok") and "result" not in answer):
            raise AnswerLost("the answer is not in the form of the Bot API")
        return answer


class _Said:
    """What a call says, as a transport reads it from the library's `RequestData`."""

    contains_files = False

    def __init__(self, said: Mapping[str, object]) -> None:
        self.parameters = {name: value for name, value in said.items() if value is not None}


def _body(data: RequestData | None) -> dict[str, Any]:
    if data is None:
        return {}
    if data.contains_files:
        return {"data": _form(data)}
    return {"data": json.dumps(data.parameters).encode(), "headers": _HEADERS}


def _form(data: RequestData) -> aiohttp.FormData:
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


def _host(url: str) -> str:
    return urlsplit(url).hostname or "Telegram"


def _proxy(url: str) -> str | None:
    """The proxy that the environment names for this address: some countries reach Telegram only so.

    Looked up once; aiohttp would look again, in a thread, for each request.
    """
    address = urlsplit(url)
    if address.hostname is None or proxy_bypass(address.hostname):
        return None
    return getproxies().get(address.scheme)


def _retry_after(payload: bytes) -> float:
    """Seconds to wait (Bot API: ResponseParameters.retry_after); one when the answer does not say."""
    try:
        return float(json.loads(payload)["parameters"]["retry_after"])
    except (ValueError, KeyError, TypeError):
        return 1.0
