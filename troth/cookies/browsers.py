"""How to remove this site's cookies in each browser, in our own words (J3)."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from troth.kernel.ports import Words


@dataclass(frozen=True, slots=True)
class BrowserHelp:
    """The steps of one browser.

    Arguments:
        key: a name for the page's anchor, such as ``firefox``.
        help_url: the page of the browser's own help.
        name: the browser's name, with the device where that matters.
        steps: what to do, in order. ``%(site)s`` stands for this site's host name.
    """

    key: str
    name: str
    steps: tuple[Words, ...]
    help_url: str


BROWSERS = (
    BrowserHelp(
        "chrome",
        "Chrome",
        (
            _("Open this site, and choose the symbol to the left of its address."),
            _("Choose “Cookies and site data”, then “Manage on-device site data”."),
            _("Choose the bin beside %(site)s."),
            _("On Android: open the menu, then Settings, Site settings, All sites; find %(site)s and delete its data."),
        ),
        "https://support.google.com/chrome/answer/95647",
    ),
    BrowserHelp(
        "firefox",
        "Firefox",
        (
            _("Open this site, and choose the padlock to the left of its address."),
            _("Choose “Clear cookies and site data”."),
            _("Confirm with “Remove”."),
        ),
        "https://support.mozilla.org/kb/clear-cookies-and-site-data-firefox",
    ),
    BrowserHelp(
        "safari-mac",
        "Safari (Mac)",
        (
            _("In the menu bar choose Safari, then Settings, then Privacy."),
            _("Choose “Manage Website Data”, and search for %(site)s."),
            _("Select it, and choose “Remove”, then “Done”."),
        ),
        "https://support.apple.com/guide/safari/sfri11471/mac",
    ),
    BrowserHelp(
        "safari-iphone",
        "Safari (iPhone, iPad)",
        (
            _("Open the Settings of the device, then Apps, then Safari."),
            _("Choose “Advanced”, then “Website Data”, and search for %(site)s."),
            _("Swipe it to the left, and choose “Delete”."),
        ),
        "https://support.apple.com/105082",
    ),
    BrowserHelp(
        "edge",
        "Edge",
        (
            _("Open this site, and choose the symbol to the left of its address."),
            _("Choose “Cookies and site data”, then open the list of what is stored."),
            _("Select %(site)s, and choose “Remove” or the bin."),
        ),
        "https://support.microsoft.com/microsoft-edge",
    ),
    BrowserHelp(
        "samsung",
        "Samsung Internet",
        (
            _("Open the menu, then Settings, then “Sites and downloads”."),
            _("Choose “Manage website data”."),
            _("Hold %(site)s until it is selected, and choose “Delete”."),
        ),
        "https://www.samsung.com/support/",
    ),
    BrowserHelp(
        "opera",
        "Opera",
        (
            _("Open Settings, then “Privacy & security”, then “Site settings”."),
            _("Choose to see the data that sites have stored, and search for %(site)s."),
            _("Choose the bin beside it."),
        ),
        "https://help.opera.com/latest/web-preferences/",
    ),
    BrowserHelp(
        "brave",
        "Brave",
        (
            _("Open this site, and choose the symbol to the left of its address."),
            _("Choose “Cookies and site data”, then “Manage on-device site data”."),
            _("Choose the bin beside %(site)s."),
        ),
        "https://support.brave.com/",
    ),
)
