"""The URLs of the Django example."""

from django.urls import path
from hosting import asgi_views, async_views, views

urlpatterns = [
    path("apps", views.list_apps),
    path("apps/<slug:name>", async_views.show),
    path("apps/<slug:name>/configure", views.configure),
    path("containers", asgi_views.containers),
]
