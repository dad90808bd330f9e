"""Tests of the views: `scalingo-sandbox -- python manage.py test` runs them."""

from django.test import SimpleTestCase


class ViewTest(SimpleTestCase):
    """The views, with a sandbox instead of the platform."""

    def test_configure(self) -> None:
        """An app is restarted for a new value, but not for an unchanged one."""
        for changed in (["WORKERS"], []):
            answer = self.client.post("/apps/my-app/configure", {"WORKERS": "4"})
            assert answer.json() == {"changed": changed, "status": "running"}

    def test_no_such_app(self) -> None:
        """A missing app is a 404."""
        assert self.client.get("/apps/no-such-app").status_code == 404
