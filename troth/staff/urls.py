"""The addresses of the console's frame."""

from django.urls import path

from troth.staff import views

app_name = "staff"
urlpatterns = [path("console/", views.show_desk, name="desk")]
