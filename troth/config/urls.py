"""The addresses of all pages. Each app owns its own; this page only names the apps, and the pages of none."""

from django.urls import URLPattern, URLResolver, include, path

from troth.config import site_pages, wellknown

urlpatterns: list[URLPattern | URLResolver] = [
    path("", site_pages.show_home, name="home"),
    path("security/", site_pages.show_security, name="security"),
    path("help/", site_pages.show_help, name="help"),
    path(".well-known/security.txt", wellknown.show_security_text, name="security_text"),
    path(".well-known/gpc.json", wellknown.show_gpc, name="gpc"),
    path(".well-known/change-password", wellknown.go_to_password_change, name="change_password"),
    path("robots.txt", wellknown.show_robots_text, name="robots_text"),
    path("manifest.webmanifest", wellknown.show_manifest, name="manifest"),
    path("favicon.ico", wellknown.go_to_favicon, name="favicon"),
    path("mailbox/", include("troth.config.mailbox_urls")),
    path("", include("troth.accounts.urls")),
    path("cookies/", include("troth.cookies.urls")),
    path("", include("troth.weblog.urls")),
    path("statement/", include("troth.statement.urls")),
    path("", include("troth.ledger.urls")),
    path("", include("troth.staff.urls")),
    path("", include("troth.processors.hooks.urls")),
    path("", include("troth.processors.urls")),
    path("", include("troth.law.urls")),
    path("", include("troth.announcements.urls")),
    path("", include("troth.surveys.urls")),
    path("", include("troth.feedback.urls")),
    path("", include("troth.transitions.urls")),
    path("", include("troth.support.urls")),
    path("", include("troth.connect.urls")),
    path("", include("troth.amendments.urls")),
    path("", include("troth.rights.urls")),
    path("", include("troth.fulfilment.urls")),
    path("", include("troth.orders.memberships.urls")),
    path("", include("troth.orders.urls")),
    path("", include("troth.assessment.urls")),
    path("", include("troth.ui.urls")),
]

handler400 = "troth.ui.views.show_bad_request"
handler403 = "troth.ui.views.show_denied"
handler404 = "troth.ui.views.show_not_found"
handler500 = "troth.ui.views.show_failure"
