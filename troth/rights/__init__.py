"""The client's own view of everything held, and what can be done with it: see, correct, download, deactivate, delete.

Owns the Admin page, the register of requests (by the page, by mail, by letter), the copy for download, the receipt
page and the public list of what is collected. All of it is computed from the declarations (``vault``) and from what
other apps hand in (``kernel.ports.holders``): nothing about a client is listed here a second time.

Serves: A9 (complete, up to date), A10 (told how and where), A11 (errors reported and corrected), A13 (refusals with a
reason), B4 and B5 (what is collected, where and why), L1–L3 (correct, update, delete, deactivate, by each way).
"""
