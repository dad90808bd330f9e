"""Tests of the views: `scalingo-sandbox -- python manage.py test` runs them."""

from django.test import SimpleTestCase


class ViewTest(SimpleTestCase):
    """Test the views against a sandbox."""

    def test_configure(self) -> None:
        """A new value restarts the app, an unchanged value doesn't."""
        for changed in (["WORKERS"], []):
            answer = self.client.post("/apps/my-app/configure", {"WORKERS": "4"})
            assert answer.json() == {"changed": changed, "status": "running"}

    def test_no_such_app(self) -> None:
        """A missing app is a 404."""
        assert self.client.get("/apps/no-such-app").status_code == 404
