"""Structured logs: one JSON object a line; no message text, no secret."""

from __future__ import annotations

import logging
import os
import sys
import warnings

import structlog


def quiet_libraries() -> None:
    """Keep libraries from writing to the terminal what an operator cannot act on; call before they are imported."""
    os.environ.setdefault("LOG_LEVEL", "WARNING")  # Rasa's progress bars, one for each rule
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("GIT_PYTHON_REFRESH", "quiet")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    warnings.showwarning = lambda *_args, **_more: None  # a filter would not do: some libraries set their own


def configure_logs(with_text: bool) -> None:
    """Log one JSON object a line to standard error: our own events, libraries' warnings and errors.

    Args:
        with_text: also log what Rasa says at debug level, which holds the users' words.
    """
    logging.basicConfig(level=logging.WARNING, format="%(message)s", force=True)
    logging.getLogger("rasa.shared").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG if with_text else logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),  # one write a line: workers share the stream
    )
