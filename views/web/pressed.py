"""The page on which a button was pressed, drawn again where what it asks for is refused."""

from io import BytesIO
from urllib.parse import unquote

from flask import Response, current_app, request, session
from flask.ctx import RequestContext
from werkzeug.exceptions import HTTPException

from outreach.refusal import Refused
from views.web.page import tell
from views.web.request import close_db
from views.web.security import came_from


def draw_again(refusal: Refused, otherwise: str) -> Response:
    """Draw it as it is now, with the sentence on it; `otherwise` where no browser tells of it.

    Who may not see that page, or finds it gone, gets the sentence on a page of its own.
    """
    close_db()
    for address in filter(None, (came_from(), otherwise)):
        tell(refusal.sentence, refused=True)
        page = _draw(address)
        if page is not None:
            page.status_code = refusal.status
            return page
        session.pop("_flashes", None)
    raise refusal


def _draw(address: str) -> Response | None:
    """Answer as if the page had been asked for, through the same guards; the session is one."""
    path, _mark, query = address.partition("?")
    asked = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": unquote(path.removeprefix(request.script_root), "latin-1"),
        "QUERY_STRING": query,
        "RAW_URI": address,
        "CONTENT_LENGTH": "0",
        "wsgi.input": BytesIO(),
    }
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the proxy's own
    kept = session._get_current_object()  # type: ignore[attr-defined]
    with RequestContext(app, request.environ | asked, session=kept):
        try:
            stopped = app.preprocess_request()
            page: Response = app.make_response(stopped or app.dispatch_request())
        except HTTPException:
            return None
        return page if page.status_code == 200 else None
