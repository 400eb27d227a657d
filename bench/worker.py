"""One site in a process of its own: ``python -m bench.worker MODULE``, told what to do by lines of JSON.

The module has ``prepare()``, which makes the site ready, and ``COMMANDS``, name to function. Its answers go to what was
the standard output; anything that the site prints itself goes to the error stream.
"""

import json
import os
import sys
from importlib import import_module


def main() -> None:
    """Prepare the site, say so, and do what each line asks until the input ends."""
    with os.fdopen(os.dup(1), "w", encoding="utf-8") as answers:
        os.dup2(2, 1)
        module = import_module(sys.argv[1])
        answers.write(json.dumps({"ready": True, "answer": module.prepare()}) + "\n")
        answers.flush()
        for line in sys.stdin:
            asked = json.loads(line)
            answer = module.COMMANDS[asked["do"]](**asked["given"])
            answers.write(json.dumps({"answer": answer}) + "\n")
            answers.flush()


if __name__ == "__main__":
    main()
