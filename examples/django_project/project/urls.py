"""Where the views of the Django example are."""

from django.urls import path
from hosting import views

urlpatterns = [
    path("apps", views.list_apps),
    path("apps/<name>", views.show),
    path("apps/<name>/restart", views.restart),
    path("status/<name>", views.status),
    path("containers", views.containers),
]
