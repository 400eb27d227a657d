"""``python -m troth.standins card --port 8448 --folder …``: one stand-in alone, without the site."""

import argparse
import os
from pathlib import Path

from troth.standins.running import Place, run


def main() -> None:
    """Read the arguments and run. Key and secret come from the environment, which no list of processes shows."""
    parser = argparse.ArgumentParser(prog="python -m troth.standins", description=__doc__)
    parser.add_argument("kind", choices=("card", "parcel"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--target", default="", help="where events are posted to; none: they are fetched by hand")
    parser.add_argument("--authority", type=Path, help="a certificate to trust when posting")
    given = parser.parse_args()
    run(
        Place(
            kind=given.kind,
            folder=given.folder,
            port=given.port,
            key=os.environ.get("STANDIN_KEY", "sk_test_standin"),
            secret=os.environ.get("STANDIN_SECRET", "whsec_standin"),
            target=given.target,
            authority=given.authority,
        )
    )


if __name__ == "__main__":
    main()
