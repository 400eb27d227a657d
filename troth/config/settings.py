"""Django's settings, of four kinds: fixed, computed, from the environment (``config.environment``), secret (files)."""

from pathlib import Path

from django.utils.csp import CSP

from troth.config.databases import configure_databases
from troth.config.environment import PACKAGE, read_environment
from troth.config.logs import configure_logging
from troth.config.mail import configure_mailers
from troth.kernel.secrets import read_signing_secret

ENVIRONMENT = read_environment()

# -- Fixed -----------------------------------------------------------------------------------------------------------

DEBUG = False
INSTALLED_APPS = [
    "django.contrib.staticfiles",
    "django_tasks_db",
    "crontask",
    "troth.ui",
    "troth.ledger",
    "troth.weblog",
    "troth.cookies",
    "troth.statement",
    "troth.vault",
    "troth.disclosures",
    "troth.processors",
    "troth.accounts",
    "troth.staff",
    "troth.orders",
    "troth.support",
    "troth.law",
    "oauth2_provider",
    "troth.connect",
    "troth.announcements",
    "troth.surveys",
    "troth.feedback",
    "troth.transitions",
    "troth.fulfilment",
    "troth.rights",
    "troth.amendments",
    "troth.assessment",
    "troth.backup",
    "troth.config",
]
ROOT_URLCONF = "troth.config.urls"
WSGI_APPLICATION = "troth.config.wsgi.application"
DATABASE_ROUTERS = ["troth.config.databases.Router"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch")]
LOCALE_PATHS = [PACKAGE / "locale"]
APPEND_SLASH = True
MIDDLEWARE = [
    # On its way out a response passes these from the last to the first: the guard of cookies touches it last.
    "troth.cookies.middleware.CookieGuard",
    "troth.weblog.middleware.Gather",
    "troth.config.middleware.RequestId",
    "troth.config.middleware.SiteHeaders",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "troth.config.middleware.PrivatePages",
    "troth.config.middleware.Refusals",
    "troth.ui.middleware.ShowNotAllowed",
    "troth.cookies.middleware.PrivacySignal",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "troth.accounts.middleware.KeptSignIns",
    "django.middleware.locale.LocaleMiddleware",
    "troth.accounts.preferences.FitToClient",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": [],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "troth.ui.jinja.make_environment", "autoescape": True},
    },
]
AUTH_USER_MODEL = "accounts.Account"
PASSWORD_HASHERS = ["troth.accounts.hashers.PepperedArgon2"]
FORM_RENDERER = "django.forms.renderers.Jinja2"
"""Half the time of Django's own templates for a form of ten fields (measured)."""
LOGIN_URL = "/sign-in/"
REAUTHENTICATION_AGE = 15 * 60
"""Seconds for which a password or passkey given again counts as fresh."""

# -- OpenID Connect: the package judges by our tables and our judge, and brings no table of its own -------------------

OAUTH2_PROVIDER_APPLICATION_MODEL = "connect.Party"
OAUTH2_PROVIDER_GRANT_MODEL = "connect.Code"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "connect.AccessToken"  # noqa: S105  a table's name
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "connect.RefreshToken"  # noqa: S105  a table's name
OAUTH2_PROVIDER_ID_TOKEN_MODEL = OAUTH2_PROVIDER_DEVICE_GRANT_MODEL = "connect.Code"  # noqa: S105  a table's name
"""The package wants a table for these two as well; identity tokens are not listed, and there is no flow for devices."""
MIGRATION_MODULES = {"oauth2_provider": None}
OAUTH2_PROVIDER = {
    "OAUTH2_VALIDATOR_CLASS": "troth.connect.validator.Validator",
    "SCOPES_BACKEND_CLASS": "troth.connect.validator.Scopes",
    "OIDC_ENABLED": True,
    "OIDC_ISS_ENDPOINT": ENVIRONMENT.site,
    "PKCE_REQUIRED": True,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https", "http"],
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 60,
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "ID_TOKEN_EXPIRE_SECONDS": 600,
    "REFRESH_TOKEN_EXPIRE_SECONDS": 30 * 24 * 3600,
    "ROTATE_REFRESH_TOKEN": True,
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    "COMPLIANT_BCP_RFC9700_IMPLICIT_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PASSWORD_GRANT": True,
    "COMPLIANT_BCP_RFC9700_PKCE_METHOD": True,
    "COMPLIANT_BCP_RFC9700_ACCESS_TOKEN_TRANSPORT": True,
    "COMPLIANT_BCP_RFC9700_AUTHZ_RESPONSE_ISS": True,
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,
}

# -- Cookies: sessions end with the browser (J2); every cookie stands in the register of ``cookies`` ------------------

SESSION_ENGINE = "troth.accounts.sessions"
SESSION_COOKIE_NAME = "__Host-session"
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-csrf"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None

# -- The browser is told to trust nobody but us (security page; ASVS V3) ----------------------------------------------

CSP_REPORT_PATH = "/cookies/policy-reports/"
CSP_REPORT_GROUP = "policy"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "require-trusted-types-for": ["'script'"],
    "report-uri": [CSP_REPORT_PATH],
    "report-to": [CSP_REPORT_GROUP],
}
SECURE_SSL_REDIRECT = True
SECURE_REFERRER_POLICY = "same-origin"
"""Other sites learn nothing (K1); with ``no-referrer`` a browser would blank the Origin of our own forms as well."""
"""No other site learns where a visitor came from. ``no-referrer`` would also send ``Origin: null`` with our own forms
(Fetch, "serialize a request origin"), and Django then refuses every one of them as forged."""
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "troth.ui.views.show_forged"

WHITENOISE_ALLOW_ALL_ORIGINS = False

# -- How much a request may bring: files stay in memory, so that nothing a person sent lies in a temporary folder ------

LARGEST_BODY = 6 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10
FILE_UPLOAD_MAX_MEMORY_SIZE = LARGEST_BODY
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]

# -- Logs ------------------------------------------------------------------------------------------------------------

LOGGING = configure_logging(ENVIRONMENT.log)

# -- The cache: declared keys alone (A7) ------------------------------------------------------------------------------

CACHES = {"default": {"BACKEND": "troth.kernel.caching.DeclaredCache"}}

# -- Tasks ------------------------------------------------------------------------------------------------------------

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}

# -- Computed from the environment ------------------------------------------------------------------------------------

DATABASES = configure_databases(ENVIRONMENT)
ALLOWED_HOSTS = [ENVIRONMENT.site_host, "localhost", "127.0.0.1", "[::1]"]
MAILERS = configure_mailers(ENVIRONMENT.email_url)
CSRF_TRUSTED_ORIGINS = [ENVIRONMENT.site]
STATIC_URL = "/static/"
STATIC_ROOT: Path = ENVIRONMENT.data / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# -- Secret -----------------------------------------------------------------------------------------------------------

SECRET_KEY = read_signing_secret(ENVIRONMENT.secrets)
