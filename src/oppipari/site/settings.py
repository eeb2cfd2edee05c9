"""Settings: twelve-factor, every one described in docs/settings.md; nothing needs to be set to start."""

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from oppipari.exchange.graph.connection import connection_of
from oppipari.messages.mailers import mailers_of, sender_of

env = environ.Env()

PACKAGE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env("OPPIPARI_DATA", default="data")).resolve()
TESTING = "pytest" in sys.modules


def _secret_key() -> str:
    """The installation's own secret: from the environment, else made once and kept in the data folder."""
    if key := str(env("SECRET_KEY", default="")):
        return key
    if TESTING:
        return "only-for-tests"
    path = DATA_DIR / "secret.key"
    if not path.exists():
        DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        # Created with the final permissions, so that the key is never readable by others even for a moment.
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        else:
            with os.fdopen(handle, "w") as file:
                file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


SECRET_KEY = _secret_key()
DEBUG = env.bool("DEBUG", default=False)
# Where e-mails and links point to; what is shared from a page that was asked at another address, see `shareable`.
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]", urlsplit(SITE_URL).hostname or "localhost"]
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_tasks_db",
    # Ours come before allauth, so that our templates win over its own.
    "oppipari.site",
    "oppipari.messages",
    "oppipari.organisation",
    "oppipari.rounds",
    "oppipari.pairs",
    "oppipari.meetings",
    "oppipari.insights",
    "oppipari.evaluation",
    "oppipari.materials",
    "oppipari.exchange",
    "oppipari.privacy",
    "allauth",
    "allauth.account",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "oppipari.site.middleware.PersonLocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "oppipari.site.middleware.PrivatePagesMiddleware",
    "oppipari.site.middleware.SignedOutMiddleware",
]

ROOT_URLCONF = "oppipari.site.urls"
FORM_RENDERER = "django.forms.renderers.DjangoTemplates"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "oppipari.site.context.page",
            ],
        },
    },
]

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'oppipari.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = {
        # Without IMMEDIATE two writers at once end in "database is locked".
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # What was committed survives a power cut, too: a key is replaced only after it. What is deleted is zeroed, the log is cut when it starts anew, and nothing spills into temporary files.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; "
        "PRAGMA journal_size_limit=0; PRAGMA temp_store=MEMORY;",
    }
else:
    DATABASES["default"]["OPTIONS"] = {} if TESTING else {"pool": {"min_size": 1, "max_size": 8}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# "pairs" is for what takes minutes and "teams" and "feeds" for what waits for others, each in a worker of its own,
# so that no sign-in code waits behind it.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "pairs", "teams", "feeds"]}}

AUTH_USER_MODEL = "organisation.Person"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
LOGIN_URL = "account_request_login_code"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "oppipari.organisation.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGOUT_REDIRECT_URL = "start"
ACCOUNT_LOGOUT_ON_GET = False

SESSION_ENGINE = "oppipari.organisation.sessions"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "oppipari.site.views.csrf_failure"
if SITE_URL.startswith("https://"):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=False)
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31536000)
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    # Designsystemet draws its ticks and arrows with data: pictures in its CSS.
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
}

# Without EMAIL_URL nothing is mailed: codes and invitations become links that are shown and handed over.
EMAIL_URL = env("EMAIL_URL", default="")
MAIL_ENABLED = bool(EMAIL_URL)
MAILERS = mailers_of(EMAIL_URL)
DEFAULT_FROM_EMAIL = sender_of(EMAIL_URL, env("MAIL_FROM", default=""))

# Without TEAMS_CLIENT_ID meetings on Teams carry no link, and nothing is asked of Microsoft: None.
TEAMS = connection_of(
    {
        name: env(name, default="")
        for name in (
            "TEAMS_CLIENT_ID",
            "TEAMS_AUTH",
            "TEAMS_AUTHORITY",
            "TEAMS_GRAPH_URL",
            "TEAMS_CLIENT_SECRET",
            "TEAMS_USER",
            "TEAMS_TIMEOUT",
        )
    },
    DATA_DIR,
)

# Without it no page asks for the address of a roster, and none is fetched: nothing goes out from here.
ROSTER_FEEDS = env.bool("ROSTER_FEEDS", default=False)

# How often what is done by itself is done: reminders, retention, closing (site/housekeeping.py).
HOUSEKEEPING_SECONDS = env.int("HOUSEKEEPING_SECONDS", default=600)

# Where the secrets of open questionnaires lie: beside the database, never in it nor in a copy of it.
ANSWER_KEYS = Path(env("ANSWER_KEYS", default=str(DATA_DIR / "answer-keys")))

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", _("Finnish")), ("sv", _("Swedish")), ("en", _("English"))]
LANGUAGE_COOKIE_SAMESITE = "Lax"
TIME_ZONE = "Europe/Helsinki"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nothing uploaded is ever kept
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING or DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING or DEBUG

# Also of the pages' pictures and styles, in the data folder.
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
# Spreadsheets of sign-ups are small; what is larger is refused before it is read (exchange says why).
UPLOAD_LIMIT = 10 * 2**20
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_secrets": {"()": "oppipari.site.logs.NoSecretAddresses"}},
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["no_secrets"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
