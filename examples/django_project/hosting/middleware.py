"""Errors of the client as responses."""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from scalingo_async.integrations.failures import answer_to


class ScalingoErrorMiddleware(MiddlewareMixin):
    """Returns a response for a view whose call failed; other exceptions are left to Django."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Turn an error of the client into a response, without the platform's response."""
        answer = answer_to(error)
        if answer is None:
            return None
        return HttpResponse(answer.body, status=answer.status, headers=answer.headers)
