"""What both services say, and the made-up organisation that they know."""

import uuid
from typing import Any

TENANT = "7c4b1f0e-1111-4222-8333-944445555666"
CLIENT = "2f9d0c51-aaaa-4bbb-8ccc-9ddddeeeefff"
SECRET = "hyvin~salainen~avain"
MAILBOX = "oppipari@kunta.example.org"
OTHER_MAILBOX = "johtaja@kunta.example.org"


class Answer(Exception):  # an answer ends the handling, as an exception does
    def __init__(self, status: int, body: Any = None, headers: dict[str, str] | None = None) -> None:
        self.status, self.body, self.headers = status, body, headers or {}


def graph_error(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    inner = {"date": "2026-11-24T10:00:00", "request-id": str(uuid.uuid4()), "client-request-id": str(uuid.uuid4())}
    return Answer(status, {"error": {"code": code, "message": message, "innerError": inner}}, headers)


def entra_error(error: str, number: int, message: str, status: int = 400, **more: str) -> Answer:
    body = {
        "error": error,
        "error_description": f"AADSTS{number}: {message} Trace ID: {uuid.uuid4()} Timestamp: 2026-11-24 10:00:00Z",
        "error_codes": [number],
        "timestamp": "2026-11-24 10:00:00Z",
        "trace_id": str(uuid.uuid4()),
        "correlation_id": str(uuid.uuid4()),
    }
    return Answer(status, body | more)
