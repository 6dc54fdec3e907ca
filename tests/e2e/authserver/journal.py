"""What the token endpoint was asked and what it answered, for tests that count."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

TOKEN_REQUESTS: list[dict[str, Any]] = []


def record_token_requests(get_response: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Django middleware that notes every token request."""

    def middleware(request: Any) -> Any:
        response = get_response(request)
        if request.path in ("/oauth/token/", "/oauth2/token") and request.method == "POST":
            TOKEN_REQUESTS.append(
                {
                    "grant_type": request.POST.get("grant_type", ""),
                    "client_id": request.POST.get("client_id", ""),
                    "status": response.status_code,
                    "error": _error_of(response.content),
                }
            )
        return response

    return middleware


def _error_of(body: bytes) -> str | None:
    try:
        answer = json.loads(body)
    except ValueError:
        return None
    error = answer.get("error") if isinstance(answer, dict) else None
    return None if error is None else str(error)
