"""Adds to the wheel what lies outside the package: the operator's folder, for a site without a checkout."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

HERE = Path(__file__).parent


class BuildWithOperator(build_py):
    """Builds the package and copies ``operator/`` into it as ``troth/operator_default``."""

    def run(self) -> None:
        """Build, then copy."""
        super().run()
        target = Path(self.build_lib) / "troth" / "operator_default"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(HERE / "operator", target)


setup(cmdclass={"build_py": BuildWithOperator})
