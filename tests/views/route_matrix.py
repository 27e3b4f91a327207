"""Who may use which rule: the reviewed list that `test_guards.py` holds the program to."""

from views.guards import PUBLIC, STAFF, VOLUNTEER

MATRIX = {
    "GET /static/<path:filename>": PUBLIC,
    "GET /sign-in": PUBLIC,
    "POST /sign-in": PUBLIC,
    "GET /sign-in/<token>": PUBLIC,
    "POST /sign-in/<token>": PUBLIC,
    "POST /sign-out": VOLUNTEER,
    "POST /sign-out-everywhere": VOLUNTEER,
    "GET /account/password": VOLUNTEER,
    "POST /account/password": VOLUNTEER,
    "GET /outbox": STAFF,
    "POST /outbox/<int:message_id>/link": STAFF,
}
