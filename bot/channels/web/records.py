"""What the web channel remembers: sessions, their messages, and what users thought of replies.

A session's token stays with the page; the database and the logs hold only its digest, which opens nothing.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from bot.store.database import Database

KEPT_MESSAGES = 400
"""Messages kept of one session."""
SHOWN_MESSAGES = 100
"""Messages shown on return."""
_PURGED_AT_ONCE = 50

metadata = sa.MetaData()
"""The tables as queries see them; :mod:`bot.store.migrations` creates them."""
_sessions = sa.Table(
    "web_sessions",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("created_at", sa.Float, nullable=False),
    sa.Column("seen_at", sa.Float, nullable=False, index=True),
    sa.Column("hidden_to", sa.Integer, nullable=False, server_default="0"),
)
_messages = sa.Table(
    "web_messages",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("session", sa.String(32), nullable=False),
    sa.Column("role", sa.String(4), nullable=False),
    sa.Column("client_id", sa.String(64)),
    sa.Column("reply_to", sa.String(64)),
    sa.Column("content", sa.Text, nullable=False),
    sa.Column("intent", sa.String(100)),
    sa.Column("at", sa.Float, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False),
    sa.Index("web_messages_session", "session", "id"),
    sa.UniqueConstraint("session", "client_id", name="web_message_once"),
    sqlite_autoincrement=True,
)
_feedback = sa.Table(
    "web_feedback",
    metadata,
    sa.Column("message", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("session", sa.String(32), nullable=False, index=True),
    sa.Column("useful", sa.Boolean, nullable=False),
    sa.Column("intent", sa.String(100)),
    sa.Column("at", sa.Float, nullable=False),
)


@dataclass(frozen=True)
class Message:
    """One message as clients see it.

    Attributes:
        id: grows within a session.
        role: ``user`` or ``bot``.
        content: ``text`` and, for replies, ``buttons`` (titles) and ``parts`` (the same with cards).
        at: seconds since 1970.
        client_id: the id that the client gave a user's message.
        reply_to: the client id of the message that this one answers; None when it comes unasked.
        done: whether a user's message has been answered to the end.
        useful: what the user thinks of a reply; None while nothing was said.
    """

    id: int
    role: str
    content: dict[str, Any]
    at: float
    client_id: str | None = None
    reply_to: str | None = None
    done: bool = True
    useful: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON for the widget."""
        shown = {"id": self.id, "role": self.role, "at": round(self.at, 3), **self.content}
        if self.client_id:
            shown.update(cid=self.client_id, done=self.done)
        if self.reply_to:
            shown["reply"] = self.reply_to
        if self.useful is not None:
            shown["useful"] = self.useful
        return shown


@dataclass(frozen=True)
class Rating:
    """What a user thinks of a reply.

    Attributes:
        intent: the reply's leaf; None when it came unasked.
        useful: the verdict.
        at: when it was given, seconds since 1970.
        question: what was asked; empty when the reply came unasked.
        reply: what was answered.
    """

    intent: str | None
    useful: bool
    at: float
    question: str
    reply: str


def session_of(token: str) -> str:
    """The id of the session that ``token`` opens."""
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def _message_of(row: Any) -> Message:
    return Message(row.id, row.role, json.loads(row.content), row.at, row.client_id, row.reply_to, row.done)


class WebRecords(Database):
    """The tables of the web channel. Times are seconds since 1970; calls block and may raise ``StoreUnavailable``."""

    def open_session(self, now: float) -> str:
        """A new session; returns its token, 128 random bits that are kept nowhere here."""
        token = secrets.token_urlsafe(16)
        with self.writing() as connection:
            connection.execute(_sessions.insert().values(id=session_of(token), created_at=now, seen_at=now))
        return token

    def use_session(self, session: str, now: float, idle: float) -> bool:
        """Whether the session exists and was used within ``idle`` seconds; if so it is used now."""
        mine = sa.and_(_sessions.c.id == session, _sessions.c.seen_at > now - idle)
        with self.reading() as connection:
            seen = connection.execute(sa.select(_sessions.c.seen_at).where(mine)).scalar()
        if seen is None:
            return False
        if now - seen > idle / 100:  # most requests need not write
            with self.writing() as connection:
                connection.execute(_sessions.update().where(mine).values(seen_at=now))
        return True

    def exists(self, session: str) -> bool:
        """Whether there is such a session."""
        with self.reading() as connection:
            return connection.execute(sa.select(_sessions.c.id).where(_sessions.c.id == session)).first() is not None

    def purge(self, before: float) -> list[str]:
        """Delete some of the sessions last used before ``before`` with all they said; returns their ids."""
        old = sa.select(_sessions.c.id).where(_sessions.c.seen_at < before).limit(_PURGED_AT_ONCE)
        with self.reading() as connection:
            gone = list(connection.execute(old).scalars())
        if gone:
            with self.writing() as connection:
                connection.execute(_messages.delete().where(_messages.c.session.in_(gone)))
                connection.execute(_sessions.delete().where(_sessions.c.id.in_(gone)))
        return gone

    def accept(self, session: str, client_id: str, text: str, now: float) -> Message:
        """Keep a user's message; one that was sent before is returned as it stands."""
        values = {"session": session, "role": "user", "client_id": client_id, "at": now, "done": False}
        content = json.dumps({"text": text}, ensure_ascii=False)
        with self.writing() as connection:
            self.insert_new(connection, _messages, [{**values, "content": content}])
            mine = sa.and_(_messages.c.session == session, _messages.c.client_id == client_id)
            return _message_of(connection.execute(sa.select(_messages).where(mine)).one())

    def add_reply(self, session: str, content: dict[str, Any], now: float, reply_to: str | None = None) -> Message:
        """Keep what the assistant says."""
        with self.writing() as connection:
            added = connection.execute(
                _messages.insert().values(
                    session=session,
                    role="bot",
                    content=json.dumps(content, ensure_ascii=False),
                    reply_to=reply_to,
                    at=now,
                    done=True,
                )
            )
        return Message(added.inserted_primary_key[0], "bot", content, now, reply_to=reply_to)

    def begin_turn(self, session: str, client_id: str) -> None:
        """Forget what an interrupted attempt at the same message had said."""
        with self.writing() as connection:
            connection.execute(_messages.delete().where(_answers(session, client_id)))

    def end_turn(self, session: str, client_id: str, intent: str | None) -> None:
        """The message is answered; its replies get the intent that was understood, and old messages go."""
        oldest = sa.select(_messages.c.id).where(_messages.c.session == session).order_by(_messages.c.id.desc())
        with self.writing() as connection:
            mine = sa.and_(_messages.c.session == session, _messages.c.client_id == client_id)
            connection.execute(_messages.update().where(mine).values(done=True))
            connection.execute(_messages.update().where(_answers(session, client_id)).values(intent=intent))
            limit = connection.execute(oldest.offset(KEPT_MESSAGES).limit(1)).scalar()
            if limit is not None:
                past = sa.and_(_messages.c.session == session, _messages.c.id <= limit)
                connection.execute(_messages.delete().where(past))

    def replies(self, session: str, client_id: str) -> list[Message]:
        """What was answered to a message."""
        query = sa.select(_messages).where(_answers(session, client_id)).order_by(_messages.c.id)
        with self.reading() as connection:
            return [_message_of(row) for row in connection.execute(query)]

    def messages(self, session: str, after: int = 0) -> list[Message]:
        """The latest messages of a session that are not hidden, in order; only those after ``after``."""
        since = sa.select(_sessions.c.hidden_to).where(_sessions.c.id == session).scalar_subquery()
        query = (
            sa.select(_messages, _feedback.c.useful)
            .outerjoin(_feedback, _feedback.c.message == _messages.c.id)
            .where(_messages.c.session == session, _messages.c.id > after, _messages.c.id > since)
            .order_by(_messages.c.id.desc())
            .limit(SHOWN_MESSAGES)
        )
        with self.reading() as connection:
            return [replace(_message_of(row), useful=row.useful) for row in connection.execute(query)][::-1]

    def hidden_to(self, session: str) -> int:
        """The last message that a restart has hidden."""
        with self.reading() as connection:
            found = connection.execute(sa.select(_sessions.c.hidden_to).where(_sessions.c.id == session)).scalar()
        return int(found or 0)

    def hide(self, session: str) -> int:
        """Hide all messages so far; returns the last one's id."""
        latest = sa.select(sa.func.max(_messages.c.id)).where(_messages.c.session == session)
        with self.writing() as connection:
            last = int(connection.execute(latest).scalar() or 0)
            connection.execute(_sessions.update().where(_sessions.c.id == session).values(hidden_to=last))
        return last

    def rate(self, session: str, message: int, useful: bool, now: float) -> bool:
        """Keep what the user thinks of a reply, the latest word counts; False when the session has no such reply."""
        mine = sa.and_(_messages.c.session == session, _messages.c.id == message, _messages.c.role == "bot")
        with self.writing() as connection:
            row = connection.execute(sa.select(_messages).where(mine)).first()
            if row is None:
                return False
            connection.execute(_feedback.delete().where(_feedback.c.message == message))
            connection.execute(
                _feedback.insert().values(message=message, session=session, useful=useful, intent=row.intent, at=now)
            )
        return True

    def ratings(self) -> list[Rating]:
        """Every reply that was rated, the latest first, for review."""
        asked = _messages.alias("asked")
        is_question = sa.and_(asked.c.session == _messages.c.session, asked.c.client_id == _messages.c.reply_to)
        query = (
            sa.select(_feedback, _messages.c.content, asked.c.content.label("question"))
            .join(_messages, _messages.c.id == _feedback.c.message)
            .outerjoin(asked, is_question)
            .order_by(_feedback.c.at.desc())
        )
        with self.reading() as connection:
            rows = connection.execute(query).all()
        return [Rating(row.intent, row.useful, row.at, _text(row.question), _text(row.content)) for row in rows]


def _text(content: str | None) -> str:
    return str(json.loads(content)["text"]) if content else ""


def _answers(session: str, client_id: str) -> Any:
    return sa.and_(_messages.c.session == session, _messages.c.reply_to == client_id)
