"""The page at ``/`` that shows the widget at work, and the widget's own files under ``/widget/``."""

from __future__ import annotations

from pathlib import Path

from sanic import Blueprint, response
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

STATIC = Path(__file__).parent / "static"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_FILES = {path.name: (path.read_bytes(), _TYPES[path.suffix]) for path in STATIC.iterdir() if path.suffix in _TYPES}
_PAGE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}


def page_routes() -> Blueprint:
    """Routes for the page and the widget."""
    routes = Blueprint("page")

    @routes.get("/")
    async def page(_: Request) -> HTTPResponse:
        return _file("index.html", _PAGE_HEADERS)

    @routes.get("/demo.json")
    async def demo(request: Request) -> HTTPResponse:
        codes = [
            entry if isinstance(entry, dict) else {name: getattr(entry, name) for name in ("partner", "name", "code")}
            for entry in getattr(request.app.ctx, "demo_codes", ())
        ]
        return response.json({"codes": codes}, headers=_PAGE_HEADERS, ensure_ascii=False)

    @routes.get("/widget/<name:str>")
    async def widget(_: Request, name: str) -> HTTPResponse:
        # A module script of another site is loaded with CORS; there is nothing secret in it.
        return _file(name, {**_PAGE_HEADERS, "Access-Control-Allow-Origin": "*"})

    return routes


def _file(name: str, headers: dict[str, str]) -> HTTPResponse:
    if name not in _FILES:
        raise NotFound("no such file")
    content, kind = _FILES[name]
    return response.raw(content, content_type=kind, headers=headers)
