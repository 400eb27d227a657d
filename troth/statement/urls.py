"""The addresses of the statement."""

from django.urls import path

from troth.statement import views

app_name = "statement"
urlpatterns = [
    path("", views.show_current, name="current"),
    path("statement.pdf", views.download_pdf, name="pdf"),
    path("feed.xml", views.show_feed, name="feed"),
    path("versions/", views.list_versions, name="versions"),
    path("versions/<int:number>/", views.show_version, name="version"),
    path("compare/<int:old>/<int:new>/", views.compare, name="compare"),
]
