"""What a screen may say over its socket, beside pictures and the strap's own messages."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from aicoach.observations import CommandName

Short = Annotated[str, Field(min_length=1, max_length=64)]
Whole = Annotated[int, Field(ge=-1_000_000, le=1_000_000)]


class MessageError(Exception):
    """A message that is not taken; the text says which field and why."""


class Said(BaseModel):
    """Common to all messages."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Hello(Said):
    """The first message: the ticket that the page was given."""

    do: Literal["hello"]
    ticket: Annotated[str, Field(min_length=8, max_length=400)]


class Ordered(Said):
    """Somebody pressed something."""

    do: Literal["command"]
    name: CommandName
    by: Literal["button", "voice"] = "button"


class Answered(Said):
    """The resident answered."""

    do: Literal["answer"]
    question: Short
    value: bool | Whole | float | Short | None


class CameraLost(Said):
    """The browser's camera gives no more pictures; the next one says that it is back."""

    do: Literal["camera_lost"]


class Ping(Said):
    """The screen is there; answered with the same number."""

    do: Literal["ping"]
    n: Annotated[int, Field(ge=0, lt=2**53)]


Message = Annotated[
    Hello | Ordered | Answered | CameraLost | Ping,
    Field(discriminator="do"),
]
_READER: TypeAdapter[Message] = TypeAdapter(Message)


def read_message(text: str) -> Message:
    """The message.

    Raises
    ------
    MessageError
        If it is none.
    """
    try:
        return _READER.validate_python(json.loads(text))
    except ValidationError as problems:
        first = problems.errors()[0]
        where = ".".join(map(str, first["loc"])) or "message"
        raise MessageError(f"{where}: {first['msg']}") from problems
    except (ValueError, RecursionError) as problem:
        raise MessageError("no JSON") from problem
