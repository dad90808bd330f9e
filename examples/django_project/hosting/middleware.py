"""Errors of the client as responses."""

from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from scalingo_async.integrations.failures import answer_to


class ScalingoErrorMiddleware(MiddlewareMixin):
    """Turn errors of calls into responses, and leave other exceptions to Django."""

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Return a response that doesn't contain the platform's message."""
        answer = answer_to(error)
        if answer is None:
            return None
        return HttpResponse(answer.body, status=answer.status, headers=answer.headers)
