"""The pages of this room: thin, each declares its access; what they show is read elsewhere."""

from troth.rights.views import admin, collection, console, copy, leave, receipt, requests, values

__all__ = ["admin", "collection", "console", "copy", "leave", "receipt", "requests", "values"]
