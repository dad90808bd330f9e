"""Errors of the platform as answers."""

import math

from django.http import HttpRequest, JsonResponse
from django.utils.deprecation import MiddlewareMixin

from scalingo_async import APIError, NotFoundError, RateLimitError


class ScalingoErrorMiddleware(MiddlewareMixin):
    """Answers for a view whose call failed; what else goes wrong is left to Django."""

    def process_exception(self, request: HttpRequest, error: Exception) -> JsonResponse | None:
        """Make an answer of an error; what the platform said is not in it."""
        if isinstance(error, NotFoundError):
            return JsonResponse({"error": "there is no such thing"}, status=404)
        if isinstance(error, RateLimitError):
            seconds = str(math.ceil(error.retry_after or 5))
            return JsonResponse({"error": "busy"}, status=503, headers={"Retry-After": seconds})
        if isinstance(error, APIError):
            return JsonResponse({"error": "the platform did not answer"}, status=502)
        return None
