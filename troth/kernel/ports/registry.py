"""The table that each port is: named suppliers, filled at start-up."""

from collections.abc import Iterator

from django.utils.functional import Promise

from troth.kernel.errors import NotConfigured

Words = str | Promise


class Registry[Key, Item]:
    """A table of named suppliers, filled at start-up. A name registered twice is an error."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._items: dict[Key, Item] = {}

    def register(self, key: Key, item: Item) -> None:
        """Register ``item`` under ``key``; raise NotConfigured where the key is taken by another."""
        if key in self._items and self._items[key] is not item:
            raise NotConfigured(f"The {self._what} {key!r} is registered twice.")
        self._items[key] = item

    def get(self, key: Key) -> Item | None:
        """Return the item under ``key``, or None."""
        return self._items.get(key)

    def withdraw(self, key: Key) -> Item:
        """Take the item under ``key`` out and return it; for drills, which put it back."""
        return self._items.pop(key)

    def __iter__(self) -> Iterator[Item]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: Key) -> bool:
        return key in self._items
