"""Tests of the views: `scalingo-sandbox -- python manage.py test` runs them."""

from django.test import SimpleTestCase


class ViewTest(SimpleTestCase):
    """Views, which find a sandbox where the platform would be."""

    def test_configure(self) -> None:
        """An app is restarted for a new value, and not for one that it has."""
        for changed in (["WORKERS"], []):
            answer = self.client.post("/apps/my-app/configure", {"WORKERS": "4"})
            assert answer.json() == {"changed": changed, "status": "running"}

    def test_no_such_app(self) -> None:
        """An app that does not exist is a 404."""
        assert self.client.get("/apps/no-such-app").status_code == 404
