"""Where Chromium is, and how it is started: without anything that calls its makers' servers."""

import os

CHROMIUM = os.environ.get("TROTH_TEST_CHROMIUM", "/usr/bin/chromium")
"""The program; the frame of all tests passes on what the Makefile found."""

FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP troth.localhost 127.0.0.1",
]
